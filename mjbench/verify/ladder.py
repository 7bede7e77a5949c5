"""Takes a submission that was checked further up the ladder: plays its policies again, trains runs of it again."""

from collections.abc import Callable
from pathlib import Path

from mjbench.spec.run import RunSpec
from mjbench.store.store import Found, ResultStore
from mjbench.submission.report import Finding, Report
from mjbench.submission.validate import with_findings
from mjbench.verify.agreement import LIMIT, pooled
from mjbench.verify.episodes import Replay
from mjbench.verify.limits import Limits
from mjbench.verify.replay import replay
from mjbench.verify.retrain import draw, retrain

Tell = Callable[[str], None]
"""Takes a line for whoever waits."""


def verified(
    report: Report, episodes: int | None, again: bool, against: Path | None, limits: Limits, tell: Tell
) -> Report:
    """``report`` taken as far up as was chosen.

    Args:
        report: of a submission that is at least checked.
        episodes: of each policy to play again, the first of them; None for all.
        again: whether to train runs again too, if the policies played as recorded.
        against: a results folder with runs that those of the submission may start from.
        limits: of one policy or one run.
        tell: takes lines about what is under way.
    """
    report = replayed(report, episodes, limits, tell)
    return retrained(report, against, limits, tell) if again and report.accepted else report


def replayed(report: Report, episodes: int | None, limits: Limits, tell: Tell) -> Report:
    """``report`` with what playing every final policy again has shown.

    Args:
        report: of a submission that is at least checked.
        episodes: of each policy, the first of them; None for all.
        limits: of one policy.
        tell: says beforehand how much is to be played.
    """
    completed = [item for item in report.found if item.record.status == "completed"]
    if not completed:
        return with_findings(report, Finding("note", "replay", "", "no completed run to replay"))
    most = sum(
        min(episodes or i.record.run.protocol.final_episodes, i.record.run.protocol.final_episodes) for i in completed
    )
    tell(
        f"replaying {len(completed):,} policies, {most:,} episodes; at most {limits.minutes:g} minutes and "
        f"{limits.memory_gib:g} GiB each ..."
    )
    outcomes = replay(report.found, episodes, limits)
    found = [Finding("error", "replay", _place(report, o.run_id), o.problem) for o in outcomes if o.problem]
    if not found:
        found = [*_by_chance(outcomes, report), *_by_rounding(outcomes)]
    return with_findings(report, *found, replayed={o.run_id: o.played for o in outcomes if not o.problem})


def retrained(report: Report, against: Path | None, limits: Limits, tell: Tell) -> Report:
    """``report`` with what training one run of every entry on every task again has shown.

    Args:
        report: of a submission whose policies were played again.
        against: a results folder with runs that those of the submission may start from.
        limits: of one run.
        tell: says beforehand how much is to be trained, and before each run which one it is.
    """
    drawn = draw([i for i in report.found if report.verified[i.record.run.run_id].tier == "re-evaluated"])
    if not drawn:
        return with_findings(report, Finding("note", "retrain", "", "no completed run to train again"))
    steps, hours = sum(r.run.steps for r in drawn), sum(r.resources.wall_s for r in drawn) / 3600
    tell(
        f"training {len(drawn):,} of {len(report.found):,} runs again, one of every entry on every task: {steps:,} "
        f"steps; by their records {hours:.1f} hours; at most {limits.hours:g} hours and {limits.memory_gib:g} GiB each"
    )
    own = {item.record.run.run_id: item for item in report.found}
    for record in drawn:
        tell(f"training {record.run.label} again, {record.run.steps:,} steps ...")
        source = own.get(record.run.source) or _existing(record.run, against)
        outcome = retrain(record, source, limits)
        place = _place(report, outcome.run_id)
        if outcome.problem:
            return with_findings(report, Finding("error", "retrain", place, outcome.problem))
        if outcome.undecided:
            report = with_findings(report, Finding("note", "retrain", place, outcome.undecided))
        else:
            report = with_findings(report, retrained=[outcome.run_id])
    return report


def _existing(run: RunSpec, against: Path | None) -> Found | None:
    """The run that ``run`` starts from, of those that were there before."""
    store = ResultStore(against) if against is not None else None
    folder = store.source(run) if store else None
    return Found(folder, store.read(folder)) if store and folder else None


def _by_chance(outcomes: list[Replay], report: Report) -> list[Finding]:
    """Of runs that each tell no more than chance explains: whether they do together. Also those of each entry, and of
    each entry on each task, as another one that tells less than was played must not make up for it."""
    other = [o for o in outcomes if o.same < o.played]
    if not other:
        return []
    runs = {item.record.run.run_id: item.record.run for item in report.found}
    groups: dict[str, list[float]] = {}
    for outcome in other:
        run = runs[outcome.run_id]
        for group in ("", f" of {run.entry}", f" of {run.entry} on {run.task}"):
            groups.setdefault(group, []).append(outcome.excess)
    above, group = max((pooled(excesses), group) for group, excesses in groups.items())
    if above <= LIMIT:
        above, group = pooled(groups[""]), ""
    differing, played = sum(o.played - o.same for o in other), sum(o.played for o in outcomes)
    text = (
        f"{differing:,} of {played:,} episodes differ, as numbers round differently here. They are from {len(other):,} "
        f"of {len(outcomes):,} runs; the recorded returns{group} are {above:+.1f} standard errors from those replayed"
    )
    return [Finding("error" if above > LIMIT else "note", "replay", "", text)]


def _by_rounding(outcomes: list[Replay]) -> list[Finding]:
    rounded, other = sum(o.same - o.exact for o in outcomes), sum(o.other_metrics for o in outcomes)
    played = sum(o.played for o in outcomes)
    texts = [f"{rounded:,} of {played:,} returns differ in rounding only"] if rounded else []
    texts += [f"{other:,} of {played:,} episodes differ in their metrics alone"] if other else []
    return [Finding("note", "replay", "", text) for text in texts]


def _place(report: Report, run_id: str) -> str:
    item = next(item for item in report.found if item.record.run.run_id == run_id)
    return str(item.path.relative_to(report.path))
