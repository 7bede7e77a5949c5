"""Tasks x algorithms x seeds -> RunSpecs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mjbench.api.algorithm import Algorithm
from mjbench.errors import MjbenchError, SpecError
from mjbench.plan.hyperparameters import nothing_learned, real_changes, with_changes
from mjbench.plan.preset_file import PresetFile
from mjbench.plan.same_policy import check_same_policy
from mjbench.registry.preset_lookup import find_preset
from mjbench.spec.chain import Chain, until, written
from mjbench.spec.run import FROM_SCRATCH, RunSpec
from mjbench.spec.stop import SUCCESS, read_threshold
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol
from mjbench.spec.task import TaskSpec


def _unknown(task_id: str) -> TaskSpec:
    raise MjbenchError(f"unknown task {task_id}, needed for a warm start")


def plan(
    tasks: Sequence[TaskSpec],
    algorithms: Mapping[str, Algorithm],
    seeds: Sequence[int],
    *,
    steps: int | None,
    protocol: EvalProtocol,
    changes: Mapping[str, Any] | None = None,
    threads: int = 1,
    find_task: Callable[[str], TaskSpec] = _unknown,
    from_scratch: bool = False,
    preset: str | PresetFile = "",
    stop_at: str = "",
    chains: Sequence[Chain] = (),
    known_tasks: Callable[[], Iterable[TaskSpec]] = tuple,
) -> list[RunSpec]:
    """Every run of the grid, seed by seed; a launcher may begin with others, such as the longest.

    A task with a warm start, or with stages before it, brings the runs that its own start from, each before the run
    that needs it.

    Args:
        tasks: what to train on.
        algorithms: by name.
        seeds: training seeds.
        steps: budget of every run; None takes each task's own.
        protocol: how the policies are evaluated.
        changes: hyperparameters to change, by name.
        threads: numerical threads of a run.
        find_task: gives the tasks that others start from.
        from_scratch: start no run from another's policy.
        preset: number or name of a published preset, or one from a file; empty for the default one.
        stop_at: threshold at which runs on ``tasks`` stop; empty for the whole budget. Runs that they start from train
            for theirs.
        chains: tasks that are trained as stages. ``steps`` is then the budget of each stage.
        known_tasks: gives all tasks that could be named instead of one that an algorithm cannot train on.

    Raises:
        UnknownName: an algorithm has no such preset for a task, or no such hyperparameter.
        MjbenchError: a task that there is not.
        SpecError: hyperparameters that their algorithm does not take, or not with such a budget; a task that its
            simulator does not have; tasks that start from each other, or whose networks differ from those that they
            start from; a threshold that is malformed, or of a success that a task does not define; a seed that the
            preset was tuned with.
    """
    if isinstance(preset, PresetFile):
        named = preset.name
        _check_tuning_seeds(preset, seeds)
    else:
        named = "" if preset.isdecimal() else preset
    threshold = _threshold(stop_at, tasks)
    changes = dict(changes or {})
    presets: dict[tuple[str, str], tuple[dict[str, Any], list[str]]] = {}
    runs: dict[str, RunSpec] = {}

    def add(task: TaskSpec, name: str, seed: int, needed_by: tuple[str, ...] = ()) -> str:
        """Put a run behind the one that it starts from; its run id."""
        if task.id in needed_by:
            raise SpecError(f"warm starts form a circle: {' <- '.join((task.id, *needed_by[::-1]))}")
        stages = until(chains, task.id)
        start = stages[-2].task if len(stages) > 1 else task.warm_start
        if (task.id, name) not in presets:
            presets[task.id, name] = _resolved(preset, name, algorithms[name], task, changes)
        hyperparameters, variant = presets[task.id, name]
        source = ""
        if start and from_scratch:
            variant = [FROM_SCRATCH, *variant]
        elif start:
            source = add(find_task(start), name, seed, (*needed_by, task.id))
        run = RunSpec(
            task=task.id,
            algorithm=name,
            hyperparameters=hyperparameters,
            seed=seed,
            steps=steps or (stages[-1].steps if stages else task.budget),
            protocol=protocol,
            threads=threads,
            variant=",".join(variant),
            source=source,
            preset=named,
            stop_at="" if needed_by else threshold,
            after=written(stages[:-1], steps) if source else "",
            simulator=_simulator(name, algorithms[name], task, known_tasks),
        )
        if run.run_id not in runs:
            nothing_learned(algorithms[name], run)  # refuses what cannot train
            if source:
                check_same_policy(runs[source], run)
            runs[run.run_id] = run
        return run.run_id

    for seed in seeds:
        for task in tasks:
            for name in algorithms:
                add(task, name, seed)
    return list(runs.values())


def _resolved(
    preset: str | PresetFile, name: str, algorithm: Algorithm, task: TaskSpec, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The hyperparameters of runs on ``task``, and ``name=value`` of those that the user changed."""
    if isinstance(preset, PresetFile):
        values = preset.resolve(name, algorithm, task)
    else:
        values = find_preset(preset, name, algorithm, task)
    with_changes(name, algorithm, values, changes)  # refuses what the algorithm does not take
    real = real_changes(algorithm, values, changes)
    variant = [f"{key}={json.dumps(value)}" for key, value in sorted(real.items())]
    return {**values, **real}, variant


def _check_tuning_seeds(preset: PresetFile, seeds: Sequence[int]) -> None:
    used = sorted(set(preset.tuning.seeds) & set(seeds)) if preset.tuning else []
    if used:
        raise SpecError(
            f"seed {used[0]:,} was used to tune {preset.name}, so no result may be reported with it; choose other "
            "seeds, such as --seeds 10"
        )


def _threshold(text: str, tasks: Sequence[TaskSpec]) -> str:
    """As a RunSpec keeps it."""
    if not text:
        return ""
    threshold = read_threshold(text)
    without = [task.id for task in tasks if task.success is None]
    if threshold.measure == SUCCESS and without:
        raise SpecError(f"--stop-at {text}: {without[0]} defines no success; use its return: --stop-at return=NUMBER")
    return str(threshold)


def _simulator(name: str, algorithm: Algorithm, task: TaskSpec, known_tasks: Callable[[], Iterable[TaskSpec]]) -> str:
    """Of the algorithm's training; empty for the reference."""
    simulator = getattr(algorithm, "simulator", "")
    if simulator and not task.training_entry_point:
        having = [each.id for each in known_tasks() if each.training_entry_point]
        hint = f"; those that have one: {', '.join(having)}" if having else ""
        raise SpecError(f"{name} trains in {simulator}, and {task.id} has no version for it{hint}")
    return simulator


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
            f"--seeds {text!r} must be a number (5) or a list (0,3 or 4-6; one seed: '3,'), below {EVALUATION_SEED:,}"
        ) from None
