"""What a study is: the part of it that may not change while it grows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, RecordError, SpecError
from mjbench.io.files import write_atomic
from mjbench.io.strict import parse_json, read_file
from mjbench.plan.grid import parse_seeds, plan
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import find_preset, published
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.spec.tuning import TUNING_EVALUATION_SEED, TUNING_SEED, check_tuning_seed
from mjbench_optuna.space import Parameter, Space, as_json, check_space, find_space

SCHEMA = 1
FILE = "study.json"
PROTOCOL = EvalProtocol(checkpoints=5, episodes=5, final_episodes=20, seed=TUNING_EVALUATION_SEED)
"""Of the runs of a study. Its episodes are none of those that score reported results."""
_LIMIT = 2**20
_NAMES = {"algorithm": "algorithm", "tasks": "tasks", "steps": "budgets", "seeds": "tuning seeds", "preset": "preset"}
_NAMES |= {"space": "search space", "sampler": "sampler", "prune": "pruning", "protocol": "evaluation protocol"}


@dataclass(frozen=True)
class StudyPlan:
    """One study."""

    algorithm: str
    tasks: tuple[str, ...]
    steps: Mapping[str, int]
    """By task, environment steps of a run."""
    seeds: tuple[int, ...]
    preset: str
    """Name of the published preset whose values the trials change."""
    space: Space
    sampler: str
    """``tpe`` or ``random``."""
    prune: bool
    protocol: EvalProtocol = PROTOCOL

    def runs(self, registry: Registry, changes: Mapping[str, Any]) -> list[RunSpec]:
        """The runs of a trial, seed by seed; where a task starts from another one's policy, with those before it.

        Raises:
            MjbenchError: hyperparameters that the algorithm does not take together.
        """
        found: dict[str, RunSpec] = {}
        for seed in self.seeds:
            for task in self.tasks:
                runs = plan(
                    [registry.task(task)],
                    {self.algorithm: registry.algorithm(self.algorithm)},
                    [seed],
                    steps=self.steps[task],
                    protocol=self.protocol,
                    changes=changes,
                    find_task=registry.task,
                    preset=self.preset,
                )
                found |= {run.run_id: run for run in runs}
        return list(found.values())

    def base(self, registry: Registry, task: str) -> dict[str, Any]:
        """The untuned hyperparameters for a task."""
        algorithm = registry.algorithm(self.algorithm)
        return dict(find_preset(self.preset, self.algorithm, algorithm, registry.task(task)))

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        body = {**asdict(self), "space": as_json(self.space), "steps": dict(self.steps)}
        return json.loads(json.dumps({"schema": SCHEMA, **body}))


def make_plan(
    registry: Registry,
    tasks: Sequence[TaskSpec],
    algorithm: str,
    *,
    seeds: str,
    steps: int | None,
    preset: str,
    space: Path | None,
    sampler: str,
    prune: bool,
) -> StudyPlan:
    """The study that the options of ``mjbench tune`` describe.

    Raises:
        MjbenchError: a name that nothing installed offers, no or a wrong search space, seeds that results are reported
            with, or several tasks of which one cannot be normalised.
    """
    found = registry.algorithm(algorithm)
    if len(tasks) > 1:
        raw = [task.id for task in tasks if task.random_return is None or task.reference_return is None]
        if raw:
            raise SpecError(
                f"{raw[0]} has no random or no reference return, so its scores cannot be averaged with those of other "
                "tasks; tune on it alone"
            )
    names = find_space(registry, algorithm, space)
    numbers = [name for name in published(found, tasks[0]) if name.isdecimal()]
    base = preset or numbers[-1]
    for task in tasks:
        check_space(names, algorithm, found, task, find_preset(base, algorithm, found, task))
    budgets = {task.id: steps or task.budget for task in tasks}
    ids = tuple(task.id for task in tasks)
    return StudyPlan(algorithm, ids, budgets, _seeds(seeds), base, names, sampler, prune)


def enter(folder: Path, plan: StudyPlan) -> None:
    """Begin the study in ``folder``, or see that the one that is there is the same.

    Raises:
        MjbenchError: another study is there, its file is damaged, or the folder cannot be written.
    """
    path = folder / FILE
    if not path.exists():
        others = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        if others:
            raise MjbenchError(f"{folder} is not empty and holds no study; choose another folder with --out")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomic(path, (json.dumps(plan.as_json(), indent=1) + "\n").encode())
        except OSError as error:
            raise MjbenchError(f"cannot write to {folder}: {error.strerror or error}; choose another --out") from error
        return
    try:
        there = parse_json(read_file(path, _LIMIT))
    except RecordError as error:
        raise MjbenchError(f"{path}: {error}; choose another folder with --out") from error
    here = plan.as_json()
    if not isinstance(there, dict) or there.get("schema") != SCHEMA:
        raise MjbenchError(f"{path} was not written by this version of mjbench tune; choose another folder with --out")
    for key, value in here.items():
        if there.get(key) != value:
            what = _NAMES.get(key, key)
            before = _shown(there.get(key))
            raise MjbenchError(
                f"{folder} holds another study: its {what} {_verb(what)} {before}, not {_shown(value)}; "
                "use the same options, or choose another folder with --out"
            )


def read_plan(folder: Path) -> StudyPlan:
    """The study in ``folder``.

    Raises:
        MjbenchError: there is none, or its file is damaged.
    """
    try:
        body = parse_json(read_file(folder / FILE, _LIMIT))
        space = {
            name: Parameter(**{**each, "choices": tuple(each.get("choices", ()))})
            for name, each in body["space"].items()
        }
        protocol = EvalProtocol(**body["protocol"])
        words = {key: body[key] for key in ("algorithm", "steps", "preset", "sampler", "prune")}
        return StudyPlan(
            **words, tasks=tuple(body["tasks"]), seeds=tuple(body["seeds"]), space=space, protocol=protocol
        )
    except (RecordError, KeyError, TypeError, AttributeError) as error:
        raise MjbenchError(f"{folder} holds no study that can be read: {folder / FILE}: {error}") from error


def _seeds(text: str) -> tuple[int, ...]:
    """``"2"`` is the first two tuning seeds; a list names seeds themselves."""
    seeds = parse_seeds(text)
    if text.strip().isdecimal():
        seeds = [TUNING_SEED + seed for seed in seeds]
    for seed in seeds:
        check_tuning_seed(seed)
    return tuple(seeds)


def _verb(what: str) -> str:
    return "are" if what.endswith("s") else "is"


def _shown(value: Any) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text if len(text) <= 120 else f"{text[:120]}..."
