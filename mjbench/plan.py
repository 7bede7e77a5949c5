"""Tasks x algorithms x seeds -> RunSpecs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mjbench.algorithm import Algorithm
from mjbench.errors import MjbenchError, UnknownName
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol
from mjbench.spec.task import TaskSpec


def plan(
    tasks: Sequence[TaskSpec],
    algorithms: Mapping[str, Algorithm],
    seeds: Sequence[int],
    *,
    steps: int | None,
    protocol: EvalProtocol,
    changes: Mapping[str, Any] | None = None,
    threads: int = 1,
) -> list[RunSpec]:
    """Every run of the grid, seed by seed, so that a stopped benchmark has whole seeds to show.

    Args:
        tasks: what to train on.
        algorithms: by name.
        seeds: training seeds.
        steps: budget of every run; None takes each task's own.
        protocol: how the policies are evaluated.
        changes: hyperparameters to change, by name.
        threads: numerical threads of a run.

    Raises:
        MjbenchError: a changed hyperparameter that an algorithm does not have.
    """
    changes = dict(changes or {})
    variant = ",".join(f"{name}={json.dumps(value)}" for name, value in sorted(changes.items()))
    resolved = {
        (task.id, name): _changed(name, algorithm, task, changes)
        for task in tasks
        for name, algorithm in algorithms.items()
    }
    return [
        RunSpec(
            task=task.id,
            algorithm=name,
            hyperparameters=resolved[task.id, name],
            seed=seed,
            steps=steps or task.budget,
            protocol=protocol,
            threads=threads,
            variant=variant,
        )
        for seed in seeds
        for task in tasks
        for name in algorithms
    ]


def _changed(name: str, algorithm: Algorithm, task: TaskSpec, changes: Mapping[str, Any]) -> dict[str, Any]:
    preset = algorithm.hyperparameters(task)
    known = {*preset, *getattr(algorithm, "optional_hyperparameters", ())}
    for change in changes:
        if change not in known:
            raise UnknownName("hyperparameter", change, known, f"{name} has: {', '.join(sorted(known))}.")
    return {**preset, **changes}


def parse_seeds(text: str) -> list[int]:
    """``"5"`` is the seeds 0..4; ``"3,"``, ``"0,7"`` and ``"4-6,9"`` name seeds themselves.

    Raises:
        MjbenchError: anything else.
    """
    try:
        if text.strip().isdecimal():
            count = int(text)
            if not 1 <= count <= EVALUATION_SEED:
                raise ValueError
            return list(range(count))
        seeds: dict[int, None] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            first, dash, last = part.partition("-")
            span = range(int(first), int(last) + 1) if dash else range(int(first), int(first) + 1)
            if not span or span[-1] >= EVALUATION_SEED:
                raise ValueError
            seeds.update(dict.fromkeys(span))
        if not seeds:
            raise ValueError
        return list(seeds)
    except ValueError:
        raise MjbenchError(
            f"--seeds {text!r} is neither a number of seeds (5) nor a list of them (0,3 or 4-6; a single one as '3,'), "
            f"all below {EVALUATION_SEED:,}"
        ) from None
