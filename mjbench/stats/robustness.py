"""How much of its score a policy keeps under disturbance: the one place where robustness is computed.

With R(s) the mean return at strength s of a condition, and Z the task's random return,

    kept(s) = clip((R(s) - Z) / (R(0) - Z), 0, 1)

is the share of what the policy earns beyond a random one that it still earns. The area of a condition is the area under
``kept`` by the trapezoidal rule from 0 to the largest strength, divided by that strength. Robustness is the mean area
over the conditions that the task has: 1 for a policy that loses nothing, 0 for one that loses all. A policy that earns
no more than a random one undisturbed has nothing to keep: 0. So has one whose simulation leaves no finite number.
"""

from dataclasses import dataclass
from itertools import pairwise

from mjbench.spec.robustness import UNDISTURBED, Robustness
from mjbench.spec.task import TaskSpec
from mjbench.stats.returns import mean_return


@dataclass(frozen=True)
class Point:
    """One strength of one condition."""

    strength: float
    """As the disturbance set has it; 0 is the undisturbed policy."""
    mean: float | None
    """Mean return; None where a return was not finite."""
    success: float | None
    """Share of successful episodes; None where the task has no success."""
    kept: float | None
    """Share of the undisturbed score that is kept, 0 to 1; None where the task has no random return."""


@dataclass(frozen=True)
class Curve:
    """One condition."""

    condition: str
    points: tuple[Point, ...]
    """By ascending strength, the undisturbed one first."""
    scale: float
    """How much of the condition's unit a strength of 1 is on this task."""

    @property
    def area(self) -> float | None:
        """Mean of ``kept`` over the strengths; None where it is unknown."""
        kept = [point.kept for point in self.points]
        if len(kept) < 2 or None in kept:
            return None
        pairs = pairwise(self.points)
        total = sum((b.strength - a.strength) * ((a.kept or 0.0) + (b.kept or 0.0)) / 2 for a, b in pairs)
        return total / self.points[-1].strength


@dataclass(frozen=True)
class RobustnessScore:
    """What one file comes to."""

    curves: tuple[Curve, ...]
    """In the order of the file."""

    @property
    def value(self) -> float | None:
        """Robustness, 0 to 1; None where the task has no random return, or no condition was played."""
        areas = [curve.area for curve in self.curves]
        if not areas or None in areas:
            return None
        return sum(area or 0.0 for area in areas) / len(areas)

    @property
    def weakest(self) -> Curve | None:
        """The condition under which the policy keeps least; None where that is unknown."""
        known = [curve for curve in self.curves if curve.area is not None]
        return min(known, key=lambda curve: curve.area or 0.0) if known else None


def robustness(played: Robustness, task: TaskSpec | None) -> RobustnessScore:
    """Curves and robustness of one file.

    Args:
        played: the file.
        task: for its random return; None where it is not installed.
    """
    random = task.random_return.value if task is not None and task.random_return is not None else None
    table, rows = played.episodes, played.points()
    calm = mean_return(table.episode_return[rows[UNDISTURBED, 0.0]])

    def point(condition: str, strength: float) -> Point:
        own = rows[condition, strength]
        mean = mean_return(table.episode_return[own])
        won = None if table.success is None else table.success[own]
        kept = None if random is None else _kept(mean, calm, random)
        return Point(strength, mean, None if won is None else sum(won) / len(won), kept)

    return RobustnessScore(
        tuple(
            Curve(
                name,
                (point(UNDISTURBED, 0.0), *(point(*key) for key in rows if key[0] == name)),
                played.scales[name],
            )
            for name in played.conditions
        )
    )


def _kept(mean: float | None, calm: float | None, random: float) -> float:
    if mean is None or calm is None or calm <= random:
        return 0.0
    return min(max((mean - random) / (calm - random), 0.0), 1.0)
