"""Feet over an episode: which stand when, duty factors, stride frequencies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.evaluation.recording import Recording
from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import Drawn, drawn, rect, svg
from mjbench.stats.gait import FootGait, cycle, foot_gaits
from mjbench.text import shown

STRIDES = 5
"""Strides that the diagram and the joint curves show, where there are so many."""
LONGEST = 16
"""Characters of a foot's name."""
ROW, BAR, TOP, RIGHT, FOOT = 24.0, 14.0, 46.0, 18.0, 44.0


@dataclass(frozen=True)
class Gait:
    """The section on the gait."""

    diagram: Drawn
    feet: tuple[tuple[str, FootGait], ...]
    strides: bool
    """Whether the diagram shows strides, and not the whole episode."""


def window(recording: Recording) -> tuple[int, int, bool]:
    """First and last row that diagrams show, and whether they are strides; without strides the whole episode."""
    for strides in range(STRIDES, 0, -1):
        span = None if recording.contact is None else cycle(recording.contact, strides)
        if span is not None:
            return *span, True
    return 0, len(recording.reward) - 1, False


def gait(recording: Recording, frames: tuple[float, float] | None) -> Gait | None:
    """The gait of an episode; None without feet. ``frames`` are the times of the first and the last picture, s."""
    contact = recording.contact
    if contact is None:
        return None
    first, last, strides = window(recording)
    names = [shown(name) for name in recording.feet]
    seen = frames if strides else None
    picture = drawn(
        lambda width: _diagram(names, contact[first : last + 1], first + 1, recording.step_s, width, seen),
    )
    return Gait(picture, tuple(zip(names, foot_gaits(contact, recording.step_s), strict=True)), strides)


def _diagram(
    names: Sequence[str],
    contact: np.ndarray,
    begin: int,
    step_s: float,
    width: float,
    frames: tuple[float, float] | None,
) -> str:
    """A row for each foot, with a bar where it stands; the time of the pictures behind them."""
    left = 26.0 + 7.4 * min(LONGEST, max(map(len, names)))
    right, bottom = width - RIGHT, TOP + ROW * len(names)
    low, high = (begin - 0.5) * step_s, (begin + len(contact) - 0.5) * step_s

    def x(time_s: float) -> float:
        return left + (min(max(time_s, low), high) - low) / (high - low) * (right - left)

    parts = [text(16, 24, "mjb-title", "Feet on the ground")]
    for row, name in enumerate(names):
        y = TOP + ROW * row + (ROW - BAR) / 2
        parts.append(text(left - 10, y + BAR - 3, "mjb-label", cut(name, LONGEST), name, anchor="end"))
        parts.append(rect(left, y, right - left, BAR, "rep-track", 3))
        for start, end in _runs(contact[:, row]):
            times = (begin + start - 0.5) * step_s, (begin + end - 0.5) * step_s
            tip = f"{name}: {times[0]:.2f} to {times[1]:.2f} s"
            parts.append(rect(x(times[0]), y, x(times[1]) - x(times[0]), BAR, "mjb-f0", 2, tip))
    if frames is not None:
        parts.append(rect(x(frames[0]), TOP - 3, x(frames[1]) - x(frames[0]), bottom - TOP + 6, "rep-frames"))
        parts.append(text((x(frames[0]) + x(frames[1])) / 2, TOP - 8, "mjb-small", "pictures", anchor="middle"))
    for place in axis([low, high], 6 if width > 500 else 4, 0.0)[2]:
        parts += [line(x(place), bottom, x(place), bottom + 4, "mjb-grid")]
        parts += [text(x(place), bottom + 17, "mjb-small", tick(place), anchor="middle")]
    parts.append(text((left + right) / 2, bottom + 34, "mjb-small", "seconds of the episode", anchor="middle"))
    return svg(width, bottom + FOOT, "Which feet stand on the ground, by time", parts)


def _runs(down: np.ndarray) -> list[tuple[int, int]]:
    """Begin and end (exclusive) of each stretch of steps with contact."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], down, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
