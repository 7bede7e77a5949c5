"""Takes a submission that was checked further up the ladder: plays its policies again, trains one of its runs again."""

import random
from collections.abc import Callable
from pathlib import Path

from mjbench.store.store import ResultStore
from mjbench.submission.folder import RESULTS
from mjbench.submission.report import Finding, Report
from mjbench.submission.validate import with_findings
from mjbench.verify.agreement import LIMIT, pooled
from mjbench.verify.replay import Replay, replay
from mjbench.verify.retrain import retrain


def replayed(report: Report, episodes: int | None) -> Report:
    """``report`` with what playing every final policy again has shown.

    Args:
        report: of a submission that is at least checked.
        episodes: of each policy, the first of them; None for all.
    """
    outcomes = replay(report.found, episodes)
    if not outcomes:
        return with_findings(report, Finding("note", "replay", "", "no run completed, so there is nothing to play"))
    found = [Finding("error", "replay", _place(report, o.run_id), o.problem) for o in outcomes if o.problem]
    if not found:
        found = [*_by_chance(outcomes), *_by_rounding(outcomes)]
    return with_findings(report, *found, replayed=min(o.played for o in outcomes))


def retrained(report: Report, against: Path | None, tell: Callable[[str], None]) -> Report:
    """``report`` with what training one of its runs again has shown, drawn so that nobody can prepare for it.

    Args:
        report: of a submission whose policies were played again.
        against: a results folder with runs that those of the submission may start from.
        tell: takes a line that says which run it is.
    """
    completed = [item.record for item in report.found if item.record.status == "completed"]
    if not completed:
        return with_findings(report, Finding("note", "retrain", "", "no run completed, so none is trained again"))
    chosen = random.SystemRandom().choice(completed)
    tell(f"training {chosen.run.label} again, {chosen.run.steps:,} steps ...")
    stores = [ResultStore(folder) for folder in (Path(report.path) / RESULTS, against) if folder is not None]
    outcome = retrain(chosen, next(filter(None, (store.source(chosen.run) for store in stores)), None))
    if outcome.problem:
        return with_findings(report, Finding("error", "retrain", _place(report, outcome.run_id), outcome.problem))
    return with_findings(report, retrained=outcome.run_id)


def _by_chance(outcomes: list[Replay]) -> list[Finding]:
    """Of runs that each tell no more than chance explains: whether they do together."""
    other = [o for o in outcomes if o.same < o.played]
    if not other:
        return []
    above = pooled(o.excess for o in other)
    differing, played = sum(o.played - o.same for o in other), sum(o.played for o in outcomes)
    text = (
        f"{differing:,} of {played:,} episodes differ where numbers round otherwise, those of {len(other):,} of "
        f"{len(outcomes):,} runs; the returns told are {above:+.1f} standard errors from those played"
    )
    return [Finding("error" if above > LIMIT else "note", "replay", "", text)]


def _by_rounding(outcomes: list[Replay]) -> list[Finding]:
    rounded = sum(o.same - o.exact for o in outcomes)
    text = f"{rounded:,} of {sum(o.played for o in outcomes):,} returns differ in rounding only"
    return [Finding("note", "replay", "", text)] if rounded else []


def _place(report: Report, run_id: str) -> str:
    item = next(item for item in report.found if item.record.run.run_id == run_id)
    return str(item.path.relative_to(report.path))
