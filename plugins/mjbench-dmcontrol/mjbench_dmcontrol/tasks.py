"""What the dm_control tasks are; importing this module imports no simulator."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any

from mjbench.spec.task import Reference, TaskSpec
from mjbench_dmcontrol.catalogue import (
    LOCOMOTION,
    LQR_OPTIMUM,
    MANIPULATION,
    MANIPULATION_LIMIT,
    MANIPULATION_REBUILD,
    SUITE,
    SUITE_LIMIT,
)

CONTROL_STEP_S = 0.03
"""Of lqr, whose time limit is given in seconds."""
HEAVY_MANIPULATION = ("reassemble", "stack_3")
"""Below about 350 steps a second on one core, as are all locomotion examples."""
UNIT = (0.0, 1.0)
"""Rewards of a step, as dm_control's own designs keep them (arXiv:2006.12983); lqr and some mazes do not."""
COMPOSER_STATE = (
    "a composer task compiles a new model for every episode and keeps part of its state in Python objects "
    "(buffered observations, targets, counters)"
)


def _suite() -> Iterator[TaskSpec]:
    for domain, content in SUITE.items():
        for task, description in content.tasks.items():
            kwargs: dict[str, Any] = {"domain": domain, "task": task}
            if content.camera:
                kwargs["render_kwargs"] = {"camera_id": content.camera}
            if domain == "lqr":
                kwargs["task_kwargs"] = {"time_limit": SUITE_LIMIT * CONTROL_STEP_S}
            yield TaskSpec(
                id=f"dm_control/{domain}-{task}-v0",
                entry_point="mjbench_dmcontrol.make:make_suite",
                episode_limit=SUITE_LIMIT,
                budget=content.budget,
                kwargs=kwargs,
                description=description,
                tags=("suite", *content.tags, *content.task_tags.get(task, ())),
                reference_return=_ceiling(SUITE_LIMIT) if domain != "lqr" else _optimum(task),
                reward_range=UNIT if domain != "lqr" else None,
            )


def _locomotion() -> Iterator[TaskSpec]:
    for function, example in LOCOMOTION.items():
        yield TaskSpec(
            id=f"dm_control/{function.title().replace('_', '')}-v0",
            entry_point="mjbench_dmcontrol.make:make_locomotion",
            episode_limit=example.episode_limit,
            budget=1_000_000,
            kwargs={"module": example.module, "function": function, "rebuild": example.rebuild},
            description=example.description,
            tags=("composer", "locomotion", *example.tags, "heavy"),
            reference_return=_ceiling(example.episode_limit) if example.bounded else None,
            reward_range=UNIT if example.bounded else None,
            stateless_reason=COMPOSER_STATE,
        )


def _manipulation() -> Iterator[TaskSpec]:
    for name, description in MANIPULATION.items():
        yield TaskSpec(
            id=f"dm_control/{name}-v0",
            entry_point="mjbench_dmcontrol.make:make_manipulation",
            episode_limit=MANIPULATION_LIMIT,
            budget=1_000_000,
            kwargs={"name": name, "rebuild": name in MANIPULATION_REBUILD},
            description=description,
            tags=("composer", "manipulation", *(("heavy",) if name.startswith(HEAVY_MANIPULATION) else ())),
            reference_return=_ceiling(MANIPULATION_LIMIT),
            reward_range=UNIT,
            stateless_reason=COMPOSER_STATE,
        )


def _ceiling(steps: int) -> Reference:
    return Reference(float(steps), f"ceiling: rewards lie in [0, 1], {steps} steps (arXiv:2006.12983)")


def _optimum(task: str) -> Reference:
    value, stderr = LQR_OPTIMUM[task]
    return Reference(value, "optimal controller, dm_control.suite.lqr_solver: 100 episodes, seeds 2000000+", stderr)


def _tasks() -> tuple[TaskSpec, ...]:
    measured = tomllib.loads(files("mjbench_dmcontrol").joinpath("references.toml").read_text(encoding="utf-8"))
    versions = ", ".join(f"{package} {version}" for package, version in measured["versions"].items())

    def complete(spec: TaskSpec) -> TaskSpec:
        row = measured["random"].get(spec.id)
        if row is None:
            return spec
        source = f"measured by mjbench: {row['episodes']} episodes, seeds {measured['seed']}+, {versions}"
        return replace(spec, random_return=Reference(row["value"], source, row["stderr"]))

    return tuple(complete(spec) for specs in (_suite(), _locomotion(), _manipulation()) for spec in specs)


TASKS: tuple[TaskSpec, ...] = _tasks()
"""The suite by domain, then the locomotion examples, then manipulation."""
