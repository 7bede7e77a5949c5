"""Names of returns in logs, and where such returns come from."""

import re
from collections.abc import Iterable

from mjbench.errors import MjbenchError, nearest_names
from mjbench.spec.imported import Returns

PREFERRED: dict[str, int | None] = {
    "charts/episodic_return": 1,
    "eval/mean_reward": None,
    "eval/episodic_return": 1,
    "rollout/ep_rew_mean": None,
}
"""Returns that are taken where a log has several -> episodes behind each point; None where that is unknown."""
_RETURN = re.compile(r"return|rew(ard)?(?![a-z])|score", re.IGNORECASE)
_EVALUATION = re.compile(r"^(eval|test|avg_return$)", re.IGNORECASE)
_TRAINING = re.compile(r"^(train|rollout|charts/)", re.IGNORECASE)
_MOST_NAMED = 8


def kind(metric: str) -> Returns:
    """Whether a metric of this name holds returns of training or of evaluations."""
    if _EVALUATION.search(metric):
        return "evaluation"
    return "training" if _TRAINING.search(metric) else "unknown"


def choose(names: Iterable[str], wanted: str, place: object) -> str:
    """The metric that is imported: ``wanted``, else a known one, else the only one that is called like a return.

    Raises:
        MjbenchError: there is none, or several.
    """
    names = list(dict.fromkeys(names))
    listed = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
    if wanted:
        if wanted in names:
            return wanted
        near = nearest_names(wanted, names)
        hint = f"did you mean {near[0]}?" if near else f"it has: {listed or 'none'}"
        raise MjbenchError(f"{place}: no metric {wanted!r}; {hint}")
    known = [name for name in PREFERRED if name in names]
    found = known[:1] or [name for name in names if _RETURN.search(name)]
    if len(found) != 1:
        what = "several metrics that may be returns" if found else "no metric that is called like a return"
        raise MjbenchError(f"{place}: {what}; choose with --metric NAME; it has: {listed or 'none'}")
    return found[0]
