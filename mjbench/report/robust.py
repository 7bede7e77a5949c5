"""The final policy under disturbance, from the robustness files beside the record."""

from dataclasses import dataclass

from mjbench.evaluation.disturbances.catalogue import CONDITIONS
from mjbench.report.drawn import Drawn
from mjbench.report.small_curve import small_curve
from mjbench.spec.robustness import Robustness
from mjbench.spec.task import TaskSpec
from mjbench.stats.robustness import Curve, Point, RobustnessScore, robustness
from mjbench.store.found import Found
from mjbench.store.robustness import read_beside
from mjbench.text import number, shown


@dataclass(frozen=True)
class RobustRow:
    """One strength of one condition."""

    condition: str
    amount: str
    """With its unit: ``0.468 m/s``."""
    point: Point


@dataclass(frozen=True)
class Robust:
    """The section on one disturbance set."""

    name: str
    score: RobustnessScore
    curves: tuple[Drawn, ...]
    """One for each condition."""
    rows: tuple[RobustRow, ...]
    absent: tuple[tuple[str, str], ...]
    """Conditions that the task cannot have, with the reason."""


def robust(found: Found, task: TaskSpec | None) -> tuple[tuple[Robust, ...], tuple[str, ...]]:
    """A section for each robustness file of the run, and a line for each that cannot be used."""
    played, problems = read_beside([found])
    files = played.get(found.record.run.run_id, [])
    return tuple(_section(file, robustness(file, task)) for file in files), tuple(problems)


def _section(file: Robustness, score: RobustnessScore) -> Robust:
    return Robust(
        f"{file.set}@{file.version}",
        score,
        tuple(drawing for drawing in map(_curve, score.curves) if drawing is not None),
        tuple(
            RobustRow(shown(curve.condition), f"{number(point.strength * curve.scale)} {_unit(curve)}".rstrip(), point)
            for curve in score.curves
            for point in curve.points[1:]
        ),
        tuple((shown(condition), shown(reason, 200)) for condition, reason in file.absent.items()),
    )


def _curve(curve: Curve) -> Drawn | None:
    """Share of the score that is kept, or the mean return where the task has no random return."""
    kept = all(point.kept is not None for point in curve.points)
    heights = [(point, point.kept if kept else point.mean) for point in curve.points]
    known = [(point.strength * curve.scale, height) for point, height in heights if height is not None]
    if len(known) < 2:
        return None
    x, y = zip(*known, strict=True)
    ends = (0.0, 1.0) if kept else None
    unit = _unit(curve)
    title, corner = shown(curve.condition), "score kept" if kept else "mean return"
    return small_curve(title, corner, x, y, unit if len(unit) < 5 else "", (1.0, 0.0) if kept else (), ends)


def _unit(curve: Curve) -> str:
    condition = CONDITIONS.get(curve.condition)
    return condition.unit if condition is not None else ""
