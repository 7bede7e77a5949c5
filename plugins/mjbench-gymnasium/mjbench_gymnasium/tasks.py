"""What the Gymnasium MuJoCo tasks are; importing this module imports no simulator."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from mjbench.spec.task import Metric, Reference, TaskSpec

FORWARD = (
    Metric("distance_m", "x_position"),
    Metric("speed_m_s", "x_velocity", "mean"),
)
CONTROL = Metric("control_reward", "reward_ctrl", "sum")
"""The price of the actions, as the task pays it: negative."""
TARGET = Metric("negative_final_distance_m", "reward_dist")
"""Minus the distance to the target after the last step."""


@dataclass(frozen=True)
class _Family:
    """One task in its versions."""

    description: str
    tags: tuple[str, ...]
    metrics_v5: tuple[Metric, ...]
    metrics_v4: tuple[Metric, ...]
    """v4 puts less into ``info``, some of it under other names."""
    versions: tuple[int, ...] = (5, 4)
    episode_limit: int = 1000
    budget: int = 1_000_000


FAMILIES = {
    "Ant": _Family(
        "A four-legged robot runs forward",
        ("locomotion", "quadruped"),
        (*FORWARD, CONTROL),
        (*FORWARD, CONTROL),
    ),
    "HalfCheetah": _Family(
        "A planar two-legged cheetah runs forward; it cannot fall over",
        ("locomotion", "planar", "cheetah"),
        (*FORWARD, CONTROL),
        (*FORWARD, CONTROL),
    ),
    "Hopper": _Family(
        "A planar one-legged robot hops forward without falling",
        ("locomotion", "planar", "hopper"),
        (*FORWARD, CONTROL),
        FORWARD,
    ),
    "Humanoid": _Family(
        "A humanoid runs forward without falling",
        ("locomotion", "humanoid"),
        (*FORWARD, CONTROL),
        (*FORWARD, Metric("control_reward", "reward_quadctrl", "sum")),
    ),
    "HumanoidStandup": _Family(
        "A humanoid gets up from the ground",
        ("humanoid",),
        (
            Metric("highest_rise_m", "z_distance_from_origin", "max"),
            Metric("control_reward", "reward_quadctrl", "sum"),
        ),
        (Metric("control_reward", "reward_quadctrl", "sum"),),
    ),
    "InvertedDoublePendulum": _Family(
        "A cart balances two poles, one on top of the other",
        ("classic", "balance"),
        (Metric("distance_reward", "distance_penalty", "sum"), Metric("velocity_reward", "velocity_penalty", "sum")),
        (),
        budget=100_000,
    ),
    "InvertedPendulum": _Family(
        "A cart balances a pole",
        ("classic", "balance"),
        (),
        (),
        budget=100_000,
    ),
    "Pusher": _Family(
        "An arm pushes a cylinder to a goal",
        ("manipulation",),
        (TARGET, CONTROL),
        (),
        versions=(5,),  # Gymnasium refuses Pusher-v4 on MuJoCo 3: the mass of its cylinder is wrong there.
        episode_limit=100,
    ),
    "Reacher": _Family(
        "A planar two-joint arm reaches a random target",
        ("manipulation", "planar", "classic"),
        (TARGET, CONTROL),
        (TARGET, CONTROL),
        episode_limit=50,
        budget=300_000,
    ),
    "Swimmer": _Family(
        "A planar three-link snake swims forward",
        ("locomotion", "planar", "swimmer"),
        (*FORWARD, CONTROL),
        (*FORWARD, CONTROL),
    ),
    "Walker2d": _Family(
        "A planar two-legged robot walks forward without falling",
        ("locomotion", "planar", "walker"),
        (*FORWARD, CONTROL),
        FORWARD,
    ),
}


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("mjbench_gymnasium").joinpath(name).read_text(encoding="utf-8"))


def _random_return(measured: dict[str, Any], task: str) -> Reference | None:
    if task not in measured["random"]:
        return None
    row = measured["random"][task]
    versions = ", ".join(f"{package} {version}" for package, version in measured["versions"].items())
    source = f"measured by mjbench: {row['episodes']} episodes, seeds {measured['seed']}+, {versions}"
    return Reference(row["value"], source, row["stderr"])


def _tasks() -> tuple[TaskSpec, ...]:
    measured, published = _load("references.toml"), _load("published.toml")
    return tuple(
        TaskSpec(
            id=f"gymnasium/{name}-v{version}",
            entry_point="mjbench_gymnasium.make:make",
            kwargs={"env_id": f"{name}-v{version}"},
            episode_limit=family.episode_limit,
            budget=family.budget,
            description=family.description,
            tags=(f"v{version}", *family.tags),
            random_return=_random_return(measured, f"gymnasium/{name}-v{version}"),
            reference_return=Reference(**published[name]),
            metrics=family.metrics_v5 if version == 5 else family.metrics_v4,
        )
        for name, family in FAMILIES.items()
        for version in family.versions
    )


TASKS: tuple[TaskSpec, ...] = _tasks()
"""All tasks, by family."""
