"""The energy of an episode."""

from dataclasses import dataclass

import numpy as np

from mjbench.evaluation.recording import Recording
from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.report.drawn import Drawn, drawn_chart
from mjbench.stats.estimate import Estimate
from mjbench.stats.motion import Energy, energy

MOST_POINTS = 120
"""Of the curve; each is the mean of the steps since the last one."""


@dataclass(frozen=True)
class Work:
    """The section on energy."""

    energy: Energy
    power: Drawn | None
    """None for an episode of one step."""
    steps: int = 1
    """Most steps in a point of the curve."""


def work(recording: Recording) -> Work | None:
    """The energy of an episode; None where the task shows no torques."""
    power = recording.power_w
    if power is None:
        return None
    total = energy(power, recording.step_s, recording.place_m, recording.weight_n)
    if len(power) < 2:
        return Work(total, None)
    parts = np.array_split(power, min(MOST_POINTS, len(power)))
    ends = np.cumsum([len(part) for part in parts])
    times = tuple(float((end - (len(part) - 1) / 2) * recording.step_s) for end, part in zip(ends, parts, strict=True))
    values = tuple(Estimate(float(part.mean())) for part in parts)
    series = Series("power of all motors", 1, values)
    chart = Chart("power", "Mechanical power", "seconds of the episode", "W", times, (series,), ((0.0, ""),))
    return Work(total, drawn_chart(chart), len(parts[0]))
