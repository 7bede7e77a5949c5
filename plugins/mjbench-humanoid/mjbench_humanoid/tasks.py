"""The tasks: rewards with their weights, terrains, commands, pushes."""

from dataclasses import replace
from functools import partial

from mjbench_legged.commands import Commands
from mjbench_legged.observations import stride
from mjbench_legged.pushes import Pushes
from mjbench_legged.rewards import RewardConstants
from mjbench_legged.success import CrossTerrain, FollowCommands, Stand
from mjbench_legged.task import LeggedTask
from mjbench_legged.terrain import Rough

from mjbench_humanoid.rewards import TERMS, single_support
from mjbench_humanoid.robot import G1

HumanoidTask = partial(
    LeggedTask, robot=G1, observe=stride, terms=TERMS, measures={"single_support": single_support}, clip_reward=True
)

CONTROL = {
    "lin_vel_z": -1.0,
    "ang_vel_xy": -0.05,
    "orientation": -2.0,
    "base_height": -10.0,
    "action_rate": -0.02,
    "energy": -0.3,
}
"""Costs that all tasks share."""

BALANCE = HumanoidTask(
    episode_s=10.0,
    weights={
        "tracking_lin_vel": 1.0,
        "tracking_ang_vel": 0.5,
        "alive": 0.5,
        **CONTROL,
        "joint_deviation": -0.3,
        "feet_slip": -0.1,
    },
    reward_scale=0.05,
    constants=RewardConstants(height_m=0.76),
    speed_m_s=0.0,
    pushes=Pushes(),
    levels=6,
    success=Stand(),
)
WALK = HumanoidTask(
    episode_s=20.0,
    weights={
        "tracking_lin_vel": 1.5,
        "tracking_ang_vel": 0.5,
        "alive": 0.2,
        "along_command": 1.5,
        "heading": -0.5,
        **CONTROL,
        "feet_phase": 1.0,
        "swing_height": -30.0,
        "sideways_deviation": -1.0,
        "joint_deviation": -0.05,
        "arm_swing": -0.5,
        "feet_slip": -0.2,
    },
    reward_scale=0.05,
    constants=RewardConstants(height_m=0.75, clearance_m=0.08),
    commands=Commands(forward_m_s=(0.4, 1.2), left_m_s=0.0, turn_rad_s=0.0),
    stride_hz=1.25,
    shortest_swing_s=0.1,
    success=FollowCommands(),
)
GROUND = Rough(roughness_m=0.04, wave_m=0.10, block_m=0.06)
ROUGH = replace(WALK, terrain=GROUND, levels=6, success=CrossTerrain())
ROUGH_1 = replace(ROUGH, terrain=replace(GROUND, native_ccd=False))
"""Version 1: fewer contacts of the small soles push sideways, as libccd finds them."""

TASKS = {"Balance": BALANCE, "Walk": WALK, "Rough": ROUGH, "Rough1": ROUGH_1}
"""By what the task ids build; those of version 0 have the name in the id."""
