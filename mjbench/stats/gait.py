"""A gait from foot contacts: duty factors, stride frequency, phases, and one cycle of it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FootGait:
    """One foot over an episode; a stride runs from one touchdown to the next."""

    duty: float
    """Share of the steps with ground contact."""
    touchdowns: int
    frequency_hz: float | None
    """Strides a second; None with fewer than two touchdowns."""
    phase: float | None
    """Of a stride, by how much it touches down later than the first foot that strides, 0 <= phase < 1, as a circular
    mean; None where one of the two has no strides."""


def touchdowns(contact: np.ndarray) -> np.ndarray:
    """Steps at which a foot comes down, ascending.

    Args:
        contact: (T,) bool. Contact at the first step is no touchdown.
    """
    return np.flatnonzero(contact[1:] & ~contact[:-1]) + 1


def foot_gaits(contact: np.ndarray, step_s: float) -> list[FootGait]:
    """The gait of each foot.

    Args:
        contact: (T, F) bool, T at least 1.
        step_s: from one step to the next.
    """
    landings = [touchdowns(foot) for foot in contact.T]
    first = next((steps for steps in landings if len(steps) > 1), None)
    return [
        FootGait(
            duty=float(foot.mean()),
            touchdowns=len(steps),
            frequency_hz=_frequency(steps, step_s),
            phase=_phase(steps, first),
        )
        for foot, steps in zip(contact.T, landings, strict=True)
    ]


def cycle(contact: np.ndarray, strides: int = 1) -> tuple[int, int] | None:
    """First and last step of ``strides`` strides that are typical of the episode; None with fewer.

    They are strides of the foot with the fewest touchdowns, as one that bounces has more than it has strides. Of these
    the ones in the middle half of the episode count, where there are any: those whose length is closest to the median.

    Args:
        contact: (T, F) bool.
        strides: from touchdown to touchdown, at least 1.
    """
    landings = [steps for foot in contact.T if len(steps := touchdowns(foot)) > strides]
    if not landings:
        return None
    steps = min(landings, key=len)
    spans = np.stack([steps[:-strides], steps[strides:]], axis=1)  # (S, 2)
    length, middle = np.diff(spans, axis=1)[:, 0], spans.mean(axis=1) / len(contact) - 0.5
    odd = np.abs(length - np.median(length)) + np.where(np.abs(middle) <= 0.25, 0, len(contact))
    first, last = spans[np.lexsort((np.abs(middle), odd))[0]].tolist()
    return first, last


def _frequency(steps: np.ndarray, step_s: float) -> float | None:
    return (len(steps) - 1) / (float(steps[-1] - steps[0]) * step_s) if len(steps) > 1 else None


def _phase(steps: np.ndarray, first: np.ndarray | None) -> float | None:
    if first is None:
        return None
    inside = steps[(steps >= first[0]) & (steps < first[-1])]
    if not len(inside):
        return None
    at = np.searchsorted(first, inside, side="right") - 1
    shares = (inside - first[at]) / (first[at + 1] - first[at])
    mean = np.exp(2j * np.pi * shares).mean()
    turn = round(float(np.angle(mean)) / (2 * np.pi), 6)
    return turn % 1.0
