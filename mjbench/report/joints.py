"""Joints over an episode: where in their range they were, and their curves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mjbench.evaluation.limbs import Joint
from mjbench.evaluation.recording import Recording
from mjbench.leaderboard.plots.axis import axis, tick
from mjbench.leaderboard.plots.svg import cut, line, text
from mjbench.report.drawn import Drawn, drawn, rect, svg
from mjbench.report.gait import window
from mjbench.report.small_curve import small_curve
from mjbench.stats.motion import JointMotion, joint_motion
from mjbench.text import shown

MOST = 32
"""Joints that are drawn."""
LONGEST = 18
ROW, TOP, RIGHT, FOOT = 20.0, 42.0, 20.0, 44.0


@dataclass(frozen=True)
class JointRow:
    """One joint."""

    name: str
    unit: str
    limits: tuple[float, float] | None
    motion: JointMotion
    power_w: float | None
    """Mean of |torque * speed|; None where the task shows no torques."""


@dataclass(frozen=True)
class Joints:
    """The section on the joints."""

    ranges: tuple[Drawn, ...]
    """One for the hinges, one for the slides."""
    rows: tuple[JointRow, ...]
    traces: tuple[Drawn, ...]
    """One for each joint."""
    left_out: int
    """Joints that are in ``rows`` alone."""


def joints(recording: Recording) -> Joints | None:
    """The joints of an episode; None without any."""
    position = recording.position
    if not recording.joints or position is None:
        return None
    power = recording.joint_power_w if recording.power_w is not None else None
    rows = [
        JointRow(
            shown(joint.name),
            joint.unit,
            joint.limits,
            joint_motion(position[:, i], joint.limits),
            None if power is None else float(power[:, i].mean()),
        )
        for i, joint in enumerate(recording.joints)
    ]
    groups = [[row for row in rows[:MOST] if row.unit == unit] for unit in ("rad", "m")]
    return Joints(
        tuple(drawn(lambda width, group=group: _ranges(group, width)) for group in groups if group),
        tuple(rows),
        _traces(recording.joints[:MOST], position, recording),
        max(0, len(rows) - MOST),
    )


def _traces(named: Sequence[Joint], position: np.ndarray, recording: Recording) -> tuple[Drawn, ...]:
    first, last, _ = window(recording)
    times = ((np.arange(first, last + 1) + 1) * recording.step_s).tolist()
    return tuple(
        small_curve(
            shown(joint.name), joint.unit, times, position[first : last + 1, i].tolist(), "s", joint.limits or ()
        )
        for i, joint in enumerate(named)
    )


def _ranges(rows: Sequence[JointRow], width: float) -> str:
    """For each joint its limits, all that it did, its standard deviation and its mean on one axis."""
    left = 26.0 + 7.4 * min(LONGEST, max(len(row.name) for row in rows))
    right, bottom = width - RIGHT, TOP + ROW * len(rows)
    low, high = min(row.motion.low for row in rows), max(row.motion.high for row in rows)
    near = max(high - low, 0.1)  # limits that are far away would squeeze the rest
    ends = [end for row in rows if row.limits for end in row.limits if low - near <= end <= high + near]
    low, high, ticks = axis([low, high, *ends], 7 if width > 500 else 4, 0.03)

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    unit = rows[0].unit
    parts = [text(16, 24, "mjb-title", "Joint angles and their limits" if unit == "rad" else "Slides and their limits")]
    for place in ticks:
        parts += [line(x(place), TOP, x(place), bottom, "mjb-grid")]
        parts += [text(x(place), bottom + 16, "mjb-small", tick(place), anchor="middle")]
    for index, row in enumerate(rows):
        y, motion = TOP + ROW * (index + 0.5), row.motion
        tip = f"{row.name}: mean {motion.mean:.3f}, SD {motion.std:.3f}, {motion.low:.3f} to {motion.high:.3f} {unit}"
        parts.append(text(left - 10, y + 4, "mjb-label", cut(row.name, LONGEST), row.name, anchor="end"))
        if row.limits is not None:
            parts.append(rect(x(row.limits[0]), y - 5, x(row.limits[1]) - x(row.limits[0]), 10, "rep-track"))
            parts += [line(x(end), y - 6, x(end), y + 6, "rep-end") for end in row.limits if low <= end <= high]
        parts.append(line(x(motion.low), y, x(motion.high), y, "rep-range"))
        bar = x(motion.mean - motion.std), x(motion.mean + motion.std)
        parts.append(rect(bar[0], y - 3.5, max(bar[1] - bar[0], 2), 7, "rep-bar", 2, tip))
        parts.append(f'<circle class="mjb-value mjb-hollow" cx="{x(motion.mean):.1f}" cy="{y:.1f}" r="2.6"/>')
    parts.append(text((left + right) / 2, bottom + 34, "mjb-small", unit, anchor="middle"))
    return svg(width, bottom + FOOT, "Range, mean and standard deviation of each joint with its limits", parts)
