"""The final policy under disturbance, from the robustness files beside the record."""

from dataclasses import dataclass

from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.report.drawn import HALF, Drawn, drawn_chart
from mjbench.spec.robustness import Robustness
from mjbench.spec.task import TaskSpec
from mjbench.stats.estimate import Estimate
from mjbench.stats.robustness import Curve, RobustnessScore, robustness
from mjbench.store.found import Found
from mjbench.store.robustness import read_beside
from mjbench.text import shown


@dataclass(frozen=True)
class Robust:
    """The section on one disturbance set."""

    name: str
    score: RobustnessScore
    kept: Drawn | None
    """Share of the score that is kept; None where the task has no random return."""
    returns: Drawn | None
    absent: tuple[tuple[str, str], ...]
    """Conditions that the task cannot have, with the reason."""


def robust(found: Found, task: TaskSpec | None) -> tuple[tuple[Robust, ...], tuple[str, ...]]:
    """A section for each robustness file of the run, and a line for each that cannot be used."""
    played, problems = read_beside([found])
    files = played.get(found.record.run.run_id, [])
    return tuple(_section(file, robustness(file, task)) for file in files), tuple(problems)


def _section(file: Robustness, score: RobustnessScore) -> Robust:
    name = f"{file.set}@{file.version}"
    return Robust(
        name,
        score,
        _chart(score.curves, "kept", f"Share of the score that is kept, {name}", "1 is the undisturbed policy"),
        _chart(score.curves, "mean", f"Mean return, {name}", "mean return"),
        tuple((shown(condition), shown(reason, 200)) for condition, reason in file.absent.items()),
    )


def _chart(curves: tuple[Curve, ...], part: str, title: str, y_label: str) -> Drawn | None:
    series: list[Series] = []
    for index, curve in enumerate(curves):
        points = [(point.strength, getattr(point, part)) for point in curve.points]
        known = [(strength, value) for strength, value in points if value is not None]
        if len(known) > 1:
            x, values = zip(*known, strict=True)
            series.append(Series(shown(curve.condition), index, tuple(map(Estimate, values)), x=x))
    if not series:
        return None
    marks = ((0.0, ""),) if part == "kept" else ()
    x = tuple(sorted({place for each in series for place in each.x}))
    return drawn_chart(Chart(part, title, "strength of the disturbance", y_label, x, tuple(series), marks), HALF)
