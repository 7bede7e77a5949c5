"""The tasks: robots, rewards with their weights, terrains, commands."""

from dataclasses import replace
from functools import partial

from mjbench_legged.commands import Commands
from mjbench_legged.observations import joints_and_body, velocity, walk
from mjbench_legged.rewards import RewardConstants
from mjbench_legged.success import CrossTerrain, FollowCommands, ReachLine
from mjbench_legged.task import LeggedTask
from mjbench_legged.terrain import Rough, Steps

from mjbench_quadruped.rewards import TERMS, is_trot
from mjbench_quadruped.robot import ANYMAL_C, GO1

QuadrupedTask = partial(LeggedTask, terms=TERMS, measures={"trot": is_trot})

CONTROL = {"lin_vel_z": -2.0, "ang_vel_xy": -0.05, "orientation": -2.0, "action_rate": -0.02, "energy": -0.3}
"""Costs that all shaped tasks share."""

GO1_WALK = QuadrupedTask(
    robot=GO1,
    episode_s=20.0,
    observe=walk,
    weights={
        "tracking_lin_vel": 1.5,
        "tracking_ang_vel": 0.5,
        "alive": 0.2,
        "heading": -0.5,
        **CONTROL,
        "joint_deviation": -0.3,
        "feet_air_time": 1.0,
        "trot": 0.5,
        "feet_clearance": -20.0,
        "feet_slip": -0.1,
        "air_time_variance": -20.0,
    },
    reward_scale=0.05,
    clip_reward=True,
)
GO1_FORWARD = replace(
    GO1_WALK,
    weights={"alive": 0.5, "speed_upright": 1.0, "action_rate": -0.02},
    reward_scale=1.0,
    clip_reward=False,
)
GO1_VELOCITY = replace(
    GO1_WALK,
    observe=velocity,
    weights={**GO1_WALK.weights, "heading": 0.0, "joint_deviation": -0.2, "trot": 0.3, "air_time_variance": 0.0},
    commands=Commands(),
    levels=5,
    success=FollowCommands(),
)
GO1_ROUGH = replace(GO1_VELOCITY, terrain=Rough(), levels=6, success=CrossTerrain())

ANYMAL_WALK = QuadrupedTask(
    robot=ANYMAL_C,
    episode_s=8.0,
    observe=walk,
    weights={
        "tracking_lin_vel": 1.5,
        "tracking_ang_vel": 0.5,
        "alive": 0.2,
        "heading": -0.3,
        **CONTROL,
        "joint_deviation": -0.2,
        "feet_air_time": 1.0,
        "trot": 0.5,
        "feet_clearance": -10.0,
        "feet_slip": -0.1,
        "air_time_variance": -10.0,
        "base_height": -10.0,
    },
    reward_scale=0.05,
    clip_reward=True,
    constants=RewardConstants(swing_s=0.3, clearance_m=0.1, height_m=0.52),
)
ANYMAL_FORWARD = QuadrupedTask(
    robot=ANYMAL_C,
    episode_s=8.0,
    observe=joints_and_body,
    weights={"forward": 1.0, "raised": 1.0},
    constants=RewardConstants(speed_m_s=float("inf"), height_m=ANYMAL_C.fall_height_m),
)
STEPS = Steps(heights_m=(0.03, 0.045, 0.06, 0.075, 0.09, 0.105, 0.12, 0.135, 0.15))
ANYMAL_STEP = replace(
    ANYMAL_WALK,
    weights={
        "tracking_lin_vel": 0.5,
        "forward": 2.0,
        "tracking_ang_vel": 0.5,
        "alive": 0.2,
        "heading": -1.0,
        "lin_vel_z": -0.2,
        "ang_vel_xy": -0.03,
        "orientation": -0.5,
        "action_rate": -0.015,
        "energy": -0.15,
        "joint_deviation": -0.1,
        "feet_air_time": 0.5,
        "feet_clearance": -3.0,
        "feet_slip": -0.1,
        "base_height": -3.0,
    },
    constants=replace(ANYMAL_WALK.constants, clearance_m=0.18),
    terrain=STEPS,
    levels=9,
    success=ReachLine(STEPS.edge_m + 1.0),
)
ANYMAL_VELOCITY = replace(
    ANYMAL_WALK,
    episode_s=20.0,
    observe=velocity,
    weights={**ANYMAL_WALK.weights, "heading": 0.0, "trot": 0.3, "air_time_variance": 0.0},
    commands=Commands(),
    levels=5,
    success=FollowCommands(),
)
ANYMAL_ROUGH = replace(
    ANYMAL_VELOCITY, terrain=Rough(roughness_m=0.08, wave_m=0.16, block_m=0.14), levels=6, success=CrossTerrain()
)

ANYMAL_VELOCITY_1 = replace(ANYMAL_VELOCITY, robot=replace(ANYMAL_C, action_scale=(0.4, 0.8, 0.8) * 4))
"""Version 1: an action of 1 moves a joint further. A foot rises by 17 cm straight up, where it rose by 10 cm."""
ANYMAL_ROUGH_1 = replace(
    ANYMAL_VELOCITY_1,
    constants=replace(ANYMAL_WALK.constants, clearance_m=0.16),
    terrain=Rough(roughness_m=0.08, wave_m=0.16, block_m=0.14, levels=8, task_levels=6),
    levels=8,
    success=CrossTerrain(),
)
"""Version 1: feet are lifted higher. Training has eight levels, and the task starts on the first six."""


TASKS = {
    "Go1Walk": GO1_WALK,
    "Go1Forward": GO1_FORWARD,
    "Go1Velocity": GO1_VELOCITY,
    "Go1Rough": GO1_ROUGH,
    "AnymalWalk": ANYMAL_WALK,
    "AnymalForward": ANYMAL_FORWARD,
    "AnymalStep": ANYMAL_STEP,
    "AnymalVelocity": ANYMAL_VELOCITY,
    "AnymalRough": ANYMAL_ROUGH,
    "AnymalVelocity1": ANYMAL_VELOCITY_1,
    "AnymalRough1": ANYMAL_ROUGH_1,
}
"""By ``kwargs["task"]`` of their specifications: the name, and the version where that is not 0."""
