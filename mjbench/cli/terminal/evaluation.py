"""Evaluated policies in the terminal: tables of episodes, and of what is kept under disturbance."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mjbench.cli.terminal.table import table
from mjbench.evaluation.disturbances.catalogue import CONDITIONS
from mjbench.evaluation.evaluator import Episodes
from mjbench.spec.record import RunRecord
from mjbench.stats.robustness import RobustnessScore
from mjbench.text import number

SPREAD = ("mean", "std. dev.", "min", "max")


def columns(episodes: Episodes) -> dict[str, list[float]]:
    """Everything that was measured of each episode, by name."""
    success = {} if episodes.success is None else {"success": list(map(float, episodes.success))}
    lengths = list(map(float, episodes.episode_length))
    return {"return": episodes.episode_return, "episode length": lengths, **success, **episodes.metrics}


def recorded(record: RunRecord) -> dict[str, list[float]]:
    """The same of a record's final evaluation."""
    table, steps = record.evaluations, record.final_step
    final = [i for i, step in enumerate(table.step) if step == steps]

    def numbers(values: Sequence[Any]) -> list[float]:
        return [math.nan if values[i] is None else float(values[i]) for i in final]

    success = {} if table.success is None else {"success": numbers(table.success)}
    found = {"return": numbers(table.episode_return), "episode length": numbers(table.episode_length), **success}
    return found | {name: numbers(values) for name, values in table.metrics.items()}


def spread(values: Sequence[float]) -> list[float]:
    """Numbers under ``SPREAD``, of the known values; the deviation is that of a sample, nan of a single one."""
    known = np.array([value for value in values if math.isfinite(value)])
    if not known.size:
        return [math.nan] * len(SPREAD)
    return [known.mean(), known.std(ddof=1) if known.size > 1 else math.nan, known.min(), known.max()]


def episode_table(played: Mapping[str, Sequence[float]], past: Mapping[str, Sequence[float]] | None) -> str:
    """A row for each measure, beside the recorded mean where there is one."""
    rows = [
        [name, *map(_number, spread(values)), *([] if past is None else [_number(spread(past.get(name, ()))[0])])]
        for name, values in played.items()
    ]
    head = ["", *SPREAD, *([] if past is None else ["recorded mean"])]
    return table(head, rows, right=range(1, len(head)))


def same_as_recorded(played: Episodes, record: RunRecord, elsewhere: Sequence[str]) -> str:
    """How many of the episodes that both have gave the recorded return.

    Args:
        played: now.
        record: of the run.
        elsewhere: what of its packages and processor differs here.
    """
    table, steps = record.evaluations, record.final_step
    rows = zip(table.step, table.seed, table.episode_return, strict=True)
    past = {seed: value for step, seed, value in rows if step == steps and value is not None}
    both = [(value, past[seed]) for seed, value in zip(played.seed, played.episode_return, strict=True) if seed in past]
    if not both:
        return "none of these seeds is in the record"
    same = sum(a == b for a, b in both)
    line = f"{same} of {len(both)} returns are those of the record, to the last bit"
    if same == len(both):
        return line
    line += f"; the largest difference is {max(abs(a - b) for a, b in both):.2g}"
    why = f"; a small one is normal, as the record was made elsewhere: {'; '.join(elsewhere)}" if elsewhere else ""
    return line + why


def robustness_table(score: RobustnessScore) -> str:
    """A row for each condition and strength."""
    rows: list[list[str]] = []
    for curve in score.curves:
        condition = CONDITIONS.get(curve.condition)
        for point in curve.points[1:]:
            first = point is curve.points[1]
            amount = "" if condition is None else _amount(point.strength * curve.scale, condition.unit)
            rows.append(
                [
                    curve.condition if first else "",
                    f"{point.strength:g}",
                    amount,
                    _number(point.mean),
                    _share(point.success),
                    _share(point.kept),
                    "" if curve.area is None or not first else f"{curve.area:.3f}",
                ]
            )
    head = ["condition", "strength", "which is", "return", "success", "kept", "area"]
    hidden = [4] if all(row[4] == "" for row in rows) else []
    shown = [[cell for i, cell in enumerate(row) if i not in hidden] for row in (head, *rows)]
    return table(shown[0], shown[1:], right=[1, *range(3, len(shown[0]))])


def _amount(value: float, unit: str) -> str:
    return f"{_share(value)} {unit}" if unit.startswith("of ") else f"{value:.3g} {unit}"


def _number(value: float | None) -> str:
    return "-" if value is None or not math.isfinite(value) else number(value)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}".replace("%", " %")
