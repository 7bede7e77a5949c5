"""A budget of environment steps, and environments that are stepped together."""

from collections.abc import Mapping
from typing import Any

from mjbench.errors import SpecError


def whole_steps(n_envs: Any, budget: int) -> int:
    """Environment steps that whole steps of all environments fill: ``budget`` or a little less, never more.

    Args:
        n_envs: the hyperparameter, unchecked.
        budget: ``session.run.steps``.

    Raises:
        SpecError: ``n_envs`` is no whole number from 1, or one step of all environments is more than the budget.
    """
    if not isinstance(n_envs, int) or isinstance(n_envs, bool) or n_envs < 1:
        raise SpecError(f"n_envs must be a whole number from 1, not {n_envs!r}")
    if n_envs > budget:
        raise SpecError(
            f"n_envs={n_envs} environments take more than the {budget:,} steps of the budget at once; lower it with "
            "--set n_envs=1"
        )
    return budget // n_envs * n_envs


def nothing_learned(hyperparameters: Mapping[str, Any], budget: int) -> str:
    """Why a budget ends before the first update, with a value that helps; empty where it does not.

    Args:
        hyperparameters: under the names of stable-baselines3: ``n_envs``, and ``learning_starts`` or ``n_steps``.
        budget: environment steps.

    Raises:
        SpecError: one step of all environments is more than the budget.
    """
    n_envs = hyperparameters.get("n_envs", 1)
    whole_steps(n_envs, budget)
    starts = hyperparameters.get("learning_starts")
    if starts is not None and starts >= budget:
        cure = f"lower it with --set learning_starts={min(100, budget // 4)}"
        return f"learning_starts is {starts:,} and the budget {budget:,} steps: nothing is learned; {cure}"
    rollout = hyperparameters.get("n_steps", 0) * n_envs
    if starts is None and rollout > budget:
        cure = f"lower n_steps with --set n_steps={max(1, budget // n_envs // 4)}"
        return (
            f"a rollout (n_steps x n_envs) is {rollout:,} and the budget {budget:,} steps: nothing is learned; {cure}"
        )
    return ""
