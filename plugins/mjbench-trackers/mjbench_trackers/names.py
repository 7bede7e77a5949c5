"""Under which names a run and its evaluations appear, the same in every tracker."""

import json
from collections.abc import Mapping
from pathlib import Path

from mjbench.spec.run import RunSpec

PROJECT = "mjbench"
"""What runs are collected under where nobody says otherwise."""


def evaluation_scalars(
    mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
) -> dict[str, float]:
    """An evaluation as scalars, under stable-baselines3's names; the task's metrics beside them."""
    values = {f"eval/{name}": value for name, value in metrics.items()}
    values |= {"eval/mean_reward": mean_return, "eval/mean_ep_length": mean_length}
    return values if success is None else {**values, "eval/success_rate": success}


def settings(run: RunSpec) -> dict[str, str | float | bool]:
    """What the run is and its hyperparameters, each a string, number or truth value; others as JSON."""
    own = {"task": run.task, "algorithm": run.entry, "seed": run.seed, "steps": run.steps, "run_id": run.run_id}
    found = {**run.hyperparameters, **own}
    return {name: value if isinstance(value, str | int | float) else json.dumps(value) for name, value in found.items()}


def run_name(run: RunSpec) -> str:
    """For people, and different for every run: ``sac gymnasium/Hopper-v5 seed 3 600742a1b2c3``."""
    return f"{run.label} {run.run_id}"


def shared(folder: Path) -> Path:
    """The folder ``results/.tracking``, which all runs share, above that of one run's tracker."""
    return next((above for above in folder.parents if above.name == ".tracking"), folder)
