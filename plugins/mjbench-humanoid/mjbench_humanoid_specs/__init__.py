"""What mjbench lists of these tasks. A module of its own: importing ``mjbench_humanoid`` imports Gymnasium."""

from typing import Any

from mjbench.spec.chain import Stage
from mjbench.spec.curriculum import Curriculum
from mjbench.spec.measured import measured_returns
from mjbench.spec.suite import Suite
from mjbench.spec.task import Metric, Reference, TaskSpec

GAIT = (
    Metric("fall", "fallen"),
    Metric("distance_m", "distance_m"),
    Metric("velocity_error_m_s", "velocity_error_m_s"),
    Metric("turn_error_rad_s", "turn_error_rad_s"),
    Metric("energy_j_m", "energy_j_m"),
    Metric("cost_of_transport", "cost_of_transport"),
    Metric("single_support", "single_support", "mean"),
    Metric("flight", "flight", "mean"),
    Metric("stride_hz", "stride_hz"),
    Metric("swing_s", "swing_s"),
    Metric("swing_height_m", "swing_height_m"),
    Metric("slip_m_s", "slip_m_s", "mean"),
    Metric("base_height_m", "height_m", "mean"),
)

RANDOM = measured_returns("mjbench_humanoid_specs")
CEILINGS = {"Balance": 50.0, "Walk": 210.0, "Rough": 210.0}
ROUGH_CURRICULUM = Curriculum(levels=6, score="progress", rise=0.8, fall=0.4, graduates="random")
CEILING = "ceiling: every paying term full at each step, no costs; for the mean command"


def _task(
    name: str, description: str, *, budget: int, version: int = 0, episode_limit: int = 1000, **fields: Any
) -> TaskSpec:
    return TaskSpec(
        id=f"humanoid/{name}-v{version}",
        random_return=RANDOM.get(f"humanoid/{name}-v{version}"),
        reference_return=Reference(CEILINGS[name], CEILING),
        entry_point="mjbench_humanoid.env:HumanoidEnv",
        vector_entry_point="mjbench_humanoid.vector_env:HumanoidVectorEnv",
        kwargs={"task": f"{name}{version or ''}"},
        episode_limit=episode_limit,
        budget=budget,
        description=description,
        tags=("locomotion", "humanoid", "g1"),
        success="success",
        metrics=(*GAIT, *((Metric("recovery_s", "recovery_s"),) if name == "Balance" else ())),
        **fields,
    )


TASKS = (
    _task(
        "Balance",
        "A G1 keeps standing under pushes of 0.5 m/s",
        budget=4_096_000,
        episode_limit=500,
        curriculum=Curriculum(levels=6, score="progress", rise=0.95, fall=0.5, graduates="random"),
    ),
    _task("Walk", "A G1 walks ahead at a commanded speed", budget=3_072_000),
    _task(
        "Rough",
        "A G1 walks at a commanded speed on rough terrain",
        budget=3_072_000,
        curriculum=ROUGH_CURRICULUM,
        warm_start="humanoid/Walk-v0",
    ),
    _task(
        "Rough",
        "A G1 walks at a commanded speed on rough terrain, whose contacts libccd finds",
        version=1,
        budget=3_072_000,
        curriculum=ROUGH_CURRICULUM,
        warm_start="humanoid/Walk-v0",
    ),
)

HUMANOID = Suite(
    name="humanoid",
    tasks=("humanoid/Balance-v0", "humanoid/Walk-v0", "humanoid/Rough-v0"),
    description="A G1 keeps its balance under pushes, walks at a commanded speed and crosses rough terrain",
    algorithms=("fast-ppo",),
    seeds=5,
)

HUMANOID_STAGES = Suite(
    name="humanoid-stages",
    tasks=("humanoid/Balance-v0", "humanoid/Walk-v0", "humanoid/Rough-v0"),
    description="A G1 learns to keep its balance, then to walk from there, then to cross rough terrain",
    algorithms=("fast-ppo",),
    seeds=5,
    chains=(
        (
            Stage("humanoid/Balance-v0", 1_024_000),
            Stage("humanoid/Walk-v0", 3_072_000),
            Stage("humanoid/Rough-v0", 3_072_000),
        ),
    ),
)
