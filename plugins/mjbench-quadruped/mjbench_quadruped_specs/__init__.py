"""What mjbench lists of these tasks. A module of its own: importing ``mjbench_quadruped`` imports Gymnasium."""

import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import Any

from mjbench.spec.curriculum import Curriculum
from mjbench.spec.suite import Suite
from mjbench.spec.task import Metric, Reference, TaskSpec

GO1_JOINTS = tuple(f"{leg}_{part}" for leg in ("FR", "FL", "RR", "RL") for part in ("hip", "thigh", "calf"))
ANYMAL_JOINTS = tuple(f"{leg}_{part}" for leg in ("LF", "RF", "LH", "RH") for part in ("HAA", "HFE", "KFE"))

GAIT = (
    Metric("fall", "fallen"),
    Metric("distance_m", "distance_m"),
    Metric("speed_m_s", "speed_m_s"),
    Metric("max_heading_deg", "heading_deg", "max"),
    Metric("cost_of_transport", "cost_of_transport"),
    Metric("trot", "trot", "mean"),
    Metric("flight", "flight", "mean"),
    Metric("stride_hz", "stride_hz"),
    Metric("swing_s", "swing_s"),
    Metric("swing_height_m", "swing_height_m"),
    Metric("slip_m_s", "slip_m_s", "mean"),
    Metric("base_height_m", "height_m", "mean"),
)
TRACKING = (
    Metric("velocity_error_m_s", "velocity_error_m_s"),
    Metric("turn_error_rad_s", "turn_error_rad_s"),
)

MEASURED = tomllib.loads(files("mjbench_quadruped_specs").joinpath("references.toml").read_text(encoding="utf-8"))
CEILINGS = {"Go1Walk": 135.0, "Go1Velocity": 125.0, "AnymalWalk": 54.0, "AnymalStep": 56.0, "AnymalVelocity": 125.0}
CEILINGS |= {"Go1Rough": CEILINGS["Go1Velocity"], "AnymalRough": CEILINGS["AnymalVelocity"]}
CEILINGS |= {"Go1WalkRandomised": CEILINGS["Go1Walk"]}

RANDOMISE = {
    "friction": [0.4, 1.2],
    "mass": [0.9, 1.3],
    "centre_of_mass_m": 0.02,
    "strength": [0.8, 1.2],
    "joint_noise_rad": 0.01,
    "joint_velocity_noise_rad_s": 0.5,
    "push_every_s": 4.0,
    "push_m_s": 0.5,
}
"""What ``Go1WalkRandomised`` draws: fields of ``mjbench_legged.randomisation.Randomisation``."""


def _references(name: str, version: int) -> dict[str, Reference]:
    """The random policy's return, measured, and what the rewards can pay at most where costs are none."""
    found: dict[str, Reference] = {}
    row = MEASURED["random"].get(f"quadruped/{name}-v{version}")
    if row:
        versions = ", ".join(f"{package} {version}" for package, version in MEASURED["versions"].items())
        source = f"measured by mjbench: {row['episodes']} episodes, seeds {MEASURED['seed']}+, {versions}"
        found["random_return"] = Reference(row["value"], source, row["stderr"])
    if name in CEILINGS:
        found["reference_return"] = Reference(CEILINGS[name], "ceiling: every paying term full at each step, no costs")
    return found


def _task(
    name: str,
    description: str,
    *,
    budget: int,
    version: int = 0,
    tags: tuple[str, ...] = (),
    kwargs: dict[str, Any] | None = None,
    **fields: Any,
) -> TaskSpec:
    go1 = name.startswith("Go1")
    short = name in ("AnymalWalk", "AnymalForward", "AnymalStep")
    joints = GO1_JOINTS if go1 else ANYMAL_JOINTS
    commanded = name.endswith(("Velocity", "Rough"))
    heights = name.endswith(("Step", "Rough"))
    return TaskSpec(
        id=f"quadruped/{name}-v{version}",
        entry_point="mjbench_quadruped.env:QuadrupedEnv",
        vector_entry_point="mjbench_quadruped.vector_env:QuadrupedVectorEnv",
        training_entry_point="" if name.endswith("Rough") else "mjbench_warp.quadruped:quadruped_batch",
        kwargs=kwargs or {"task": f"{name}{version or ''}"},
        episode_limit=400 if short else 1000,
        budget=budget,
        description=description,
        tags=("locomotion", "quadruped", "go1" if go1 else "anymal", *tags),
        success="success",
        terrain_argument="terrain_scale" if heights else "",
        metrics=(
            *GAIT,
            *(TRACKING if commanded else ()),
            *(Metric(f"{joint}_mean_rad", f"q_{joint}", "mean") for joint in joints),
            *(Metric(f"{joint}_std_rad", f"q_{joint}", "std") for joint in joints),
        ),
        **_references(name, version),
        **fields,
    )


COMMANDS = Curriculum(levels=5, score="progress", rise=0.8, fall=0.4)
TERRAIN = Curriculum(levels=6, score="progress", rise=0.8, fall=0.4, graduates="random")
TERRAIN_1 = replace(TERRAIN, levels=8)
STEP = Curriculum(levels=9, score="progress", rise=0.999, fall=0.5)

TASKS = (
    _task("Go1Walk", "A Go1 trots ahead at 0.8 m/s on flat ground", budget=2_000_000),
    _task(
        "Go1WalkRandomised",
        "Go1Walk with randomised physics, noisy joint sensors and pushes",
        budget=10_000_000,
        tags=("randomised",),
        kwargs={"task": "Go1Walk", "randomise": RANDOMISE},
    ),
    _task("Go1Forward", "A Go1 moves ahead as fast as it can: the textbook reward", budget=2_000_000),
    _task("Go1Velocity", "A Go1 follows velocity commands", budget=4_000_000, curriculum=COMMANDS, tags=("commands",)),
    _task(
        "Go1Rough",
        "A Go1 follows velocity commands on rough terrain",
        budget=4_000_000,
        curriculum=TERRAIN,
        warm_start="quadruped/Go1Velocity-v0",
        tags=("commands", "terrain"),
    ),
    _task("AnymalWalk", "An ANYmal C trots ahead at 0.8 m/s on flat ground", budget=2_496_000),
    _task("AnymalForward", "An ANYmal C moves ahead: velocity plus height", budget=2_496_000),
    _task(
        "AnymalStep",
        "An ANYmal C walks up a step of 15 cm that it cannot see",
        budget=2_496_000,
        curriculum=STEP,
        warm_start="quadruped/AnymalWalk-v0",
        tags=("terrain",),
    ),
    _task(
        "AnymalVelocity",
        "An ANYmal C follows velocity commands",
        budget=4_000_000,
        curriculum=COMMANDS,
        tags=("commands",),
    ),
    _task(
        "AnymalRough",
        "An ANYmal C follows velocity commands on rough terrain",
        budget=4_000_000,
        curriculum=TERRAIN,
        warm_start="quadruped/AnymalVelocity-v0",
        tags=("commands", "terrain"),
    ),
    _task(
        "AnymalVelocity",
        "An ANYmal C, whose actions move its joints further, follows velocity commands",
        budget=4_000_000,
        version=1,
        curriculum=COMMANDS,
        tags=("commands",),
    ),
    _task(
        "AnymalRough",
        "An ANYmal C, whose actions move its joints further, follows velocity commands on rough terrain",
        budget=8_000_000,
        version=1,
        curriculum=TERRAIN_1,
        warm_start="quadruped/AnymalVelocity-v1",
        tags=("commands", "terrain"),
    ),
)

QUADRUPED_1 = Suite(
    name="quadruped",
    tasks=(
        "quadruped/Go1Walk-v0",
        "quadruped/Go1Velocity-v0",
        "quadruped/Go1Rough-v0",
        "quadruped/AnymalWalk-v0",
        "quadruped/AnymalStep-v0",
        "quadruped/AnymalVelocity-v0",
        "quadruped/AnymalRough-v0",
    ),
    description="Go1 and ANYmal C walk, follow commands, climb a step and cross rough terrain",
    algorithms=("ppo",),
    seeds=5,
)
QUADRUPED_2 = replace(
    QUADRUPED_1,
    version=2,
    tasks=(
        "quadruped/Go1Walk-v0",
        "quadruped/Go1Velocity-v0",
        "quadruped/Go1Rough-v0",
        "quadruped/AnymalWalk-v0",
        "quadruped/AnymalStep-v0",
        "quadruped/AnymalVelocity-v1",
        "quadruped/AnymalRough-v1",
    ),
    algorithms=("fast-ppo",),
)
QUADRUPED = (QUADRUPED_1, QUADRUPED_2)
"""Version 2 has an ANYmal C that can lift its feet over the rough terrain, and the fast PPO."""

QUADRUPED_OFF_POLICY = Suite(
    name="quadruped-off-policy",
    tasks=("quadruped/Go1Walk-v0", "quadruped/AnymalWalk-v0"),
    description="Go1 and ANYmal C walk after a million steps",
    algorithms=("sac", "td3"),
    seeds=5,
    steps=1_000_000,
)

QUADRUPED_VARIANTS = Suite(
    name="quadruped-variants",
    tasks=("quadruped/Go1WalkRandomised-v0", "quadruped/Go1Forward-v0", "quadruped/AnymalForward-v0"),
    description="Go1 and ANYmal C under textbook rewards, and a Go1 under randomised physics",
    algorithms=("ppo",),
    seeds=5,
)
