"""Scores that others have published, each with its source: a table that comes with mjbench, or one of the user's."""

import json
import math
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from mjbench.errors import MjbenchError

Averaged = Literal["final", "last_3_checkpoints", "best", "training"]
"""What was averaged: the policy at that step, the last three evaluations up to it, the best evaluation up to it, or the
last hundred episodes of training."""


@dataclass(frozen=True)
class Published:
    """One published score."""

    source: str
    algorithm: str
    metric: Averaged
    task: str
    """Task id without its version."""
    version: int | None
    """Of the environment; None where it had none."""
    steps: int
    mean: float
    std: float | None
    """Over seeds, with n - 1; None of a single seed."""
    seeds: int
    action_repeat: int | None = 1
    """Simulator steps of one action; None where the source does not tell."""


def read_published(path: Path | None = None) -> list[Published]:
    """The scores of ``path``, or those that come with mjbench.

    Raises:
        MjbenchError: the file cannot be read or is not of this form.
    """
    try:
        if path is None:
            text = resources.files("mjbench.literature").joinpath("published.json").read_text(encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
        return [row for block in json.loads(text)["blocks"] for row in _rows(block)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MjbenchError(
            f"{path}: not a table of published scores ({type(error).__name__}: {error}); it is JSON like "
            '{"blocks": [{"source": "...", "algorithm": "sac", "metric": "final", '
            '"rows": [["gymnasium/Hopper", 5, 1000000, 3412.0, 87.0, 10]]}]}'
        ) from error


def _rows(block: dict[str, Any]) -> list[Published]:
    if block["metric"] not in get_args(Averaged):
        raise ValueError(f"metric {block['metric']!r} is none of {', '.join(get_args(Averaged))}")
    repeat = block.get("action_repeat", 1)
    if repeat is not None and (type(repeat) is not int or repeat < 1):
        raise ValueError(f"action_repeat must be a number from 1 on, or null where it is unknown; it is {repeat!r}")
    rows: list[Published] = []
    for task, version, steps, mean, std, seeds in block["rows"]:
        if not all(math.isfinite(number) for number in (steps, mean, std or 0.0, seeds)) or seeds < 1:
            raise ValueError(f"{task}: numbers must be finite, and seeds at least 1")
        rows.append(
            Published(
                str(block["source"]),
                str(block["algorithm"]).lower(),
                block["metric"],
                str(task),
                None if version is None else int(version),
                int(steps),
                float(mean),
                None if std is None else float(std),
                int(seeds),
                repeat,
            )
        )
    return rows
