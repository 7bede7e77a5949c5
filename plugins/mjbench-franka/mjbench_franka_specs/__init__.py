"""What mjbench lists of these tasks. A module of its own: importing ``mjbench_franka`` imports Gymnasium."""

from typing import Any

from mjbench.spec.curriculum import Curriculum
from mjbench.spec.measured import measured_returns
from mjbench.spec.suite import Suite
from mjbench.spec.task import Metric, Reference, TaskSpec

MEASURED = measured_returns("mjbench_franka_specs")
RANDOMISE = {
    "gravity_m_s2": [-10.0, -8.0],
    "gravity_tilt_m_s2": 0.5,
    "damping": [0.8, 1.2],
    "payload_kg": [0.0, 1.0],
    "joint_noise_rad": 0.003,
    "joint_velocity_noise_rad_s": 0.05,
}
"""What ``ReachRandomised`` draws: fields of ``mjbench_franka.randomisation.Randomisation``."""
REACH_METRICS = (
    Metric("final_distance_m", "distance_m"),
    Metric("time_to_goal_s", "time_to_goal_s"),
    Metric("success_5cm", "success_5cm"),
    Metric("path_m", "path_m"),
    Metric("mean_joint_speed_rad_s", "joint_speed_rad_s", "mean"),
)
PUSH_METRICS = (
    Metric("final_distance_m", "distance_m"),
    Metric("time_to_goal_s", "time_to_goal_s"),
    Metric("cube_path_m", "moved_m"),
    Metric("path_m", "path_m"),
    Metric("mean_joint_speed_rad_s", "joint_speed_rad_s", "mean"),
)


def _task(
    name: str,
    description: str,
    *,
    budget: int,
    reference: Reference,
    tags: tuple[str, ...] = (),
    kwargs: dict[str, Any] | None = None,
    **fields: Any,
) -> TaskSpec:
    return TaskSpec(
        id=f"franka/{name}-v0",
        entry_point="mjbench_franka.env:FrankaEnv",
        vector_entry_point="mjbench_franka.vector_env:FrankaVectorEnv",
        kwargs=kwargs or {"task": name},
        episode_limit=100 if name == "Push" else 50,
        budget=budget,
        description=description,
        tags=("manipulation", "franka", *tags),
        success="success",
        metrics=PUSH_METRICS if name == "Push" else REACH_METRICS,
        random_return=MEASURED.get(f"franka/{name}-v0"),
        reference_return=reference,
        **fields,
    )


DENSE = Reference(50.0, "ceiling: at the goal in every step, at rest")
PUSHED = Reference(100.0, "ceiling: the cube and the gripper at the goal in every step, at rest")
SPARSE = Reference(0.0, "ceiling: within the tolerance in every step")

TASKS = (
    _task("Reach", "A Panda reaches a goal and holds it", budget=200_000, reference=DENSE, tags=("reach",)),
    _task(
        "ReachRandomised",
        "Reach with gravity, damping, payload and sensor noise drawn anew each episode",
        budget=200_000,
        reference=DENSE,
        tags=("reach", "randomised"),
        kwargs={"task": "Reach", "randomise": RANDOMISE},
    ),
    _task(
        "ReachSparse",
        "Reach with a reward of -1 outside the tolerance",
        budget=400_000,
        reference=SPARSE,
        tags=("reach", "sparse"),
        reward_range=(-1.0, 0.0),
    ),
    _task(
        "ReachCurriculum",
        "ReachSparse, trained with goals that move away as the policy succeeds",
        budget=400_000,
        reference=SPARSE,
        tags=("reach", "sparse"),
        reward_range=(-1.0, 0.0),
        curriculum=Curriculum(levels=10, score="held", rise=0.85, fall=0.05),
    ),
    _task("Push", "A Panda pushes a cube to a goal", budget=250_000, reference=PUSHED, tags=("push",)),
)

FRANKA = Suite(
    name="franka",
    tasks=(
        "franka/Reach-v0",
        "franka/ReachRandomised-v0",
        "franka/ReachSparse-v0",
        "franka/ReachCurriculum-v0",
        "franka/Push-v0",
    ),
    description="A Panda reaches goals, under randomised physics and sparse rewards, and pushes a cube",
    algorithms=("fast-ppo", "fast-sac"),
    seeds=5,
)
