"""Where the values of a hyperparameter lie on an axis from 0 to 1."""

import json
from collections.abc import Mapping
from math import log10
from typing import Any

from mjbench.leaderboard.plots.axis import tick
from mjbench_optuna.outcome import Tried
from mjbench_optuna.space import Parameter


def place(parameter: Parameter, value: Any) -> float:
    """Of one value: its rank among the choices, or its share of the way from low to high."""
    if parameter.choices:
        return parameter.choices.index(value) / max(1, len(parameter.choices) - 1)
    scale = log10 if parameter.log else float
    return (scale(value) - scale(parameter.low)) / (scale(parameter.high) - scale(parameter.low))


def ticks(parameter: Parameter) -> list[tuple[float, str]]:
    """Places with their labels: every choice, or both ends."""
    if parameter.choices:
        return [(place(parameter, value), label(value)) for value in parameter.choices]
    return [(place(parameter, end), label(end)) for end in (parameter.low, parameter.high)]


def label(value: Any) -> str:
    """``64-64``, ``1e-05``, ``tanh``."""
    if isinstance(value, list):
        return "-".join(map(str, value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}" if abs(value) < 1 else tick(value)
    return value if isinstance(value, str) else json.dumps(value)


def drawn_by(space: Mapping[str, Parameter], tried: Tried) -> bool:
    """Whether the trial has a value of every hyperparameter in the space; the untuned preset has none."""
    return space.keys() <= tried.changes.keys()
