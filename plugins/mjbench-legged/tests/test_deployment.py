"""What an exported policy says of the robot is what the environment does, for the tasks of every legged robot."""

# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import mujoco
import numpy as np
import pytest
from mjbench_legged.deployment import mjcf
from mjbench_legged.env import LeggedEnv
from mjbench_legged.simulator import PHYSICS_S
from mjbench_legged.terrain import Flat
from mjbench_legged.world import build

from mjbench.envs.make import make_env
from mjbench.registry.lookup import Registry

TASKS = [task for task in Registry().tasks if task.partition("/")[0] in ("quadruped", "humanoid")]


def robot_env(task: str) -> LeggedEnv:
    env: Any = make_env(Registry().task(task)).unwrapped
    assert isinstance(env, LeggedEnv)
    return env


@pytest.mark.parametrize("task", [task for task in TASKS if "Randomised" not in task])  # without noise
def test_the_parts_are_the_observation(task: str) -> None:
    env = robot_env(task)
    observation, _ = env.reset(seed=3)
    draw, action = np.random.default_rng(0), np.zeros(len(env.batch.task.robot.joints))
    for _ in range(5):
        action = draw.uniform(-2, 2, action.shape)
        observation, *_ = env.step(action)
    batch, robot = env.batch, env.batch.task.robot
    qpos, qvel = batch.qpos[0], batch.qvel[0]
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, qpos[3:7])
    to_base, phase = rotation.reshape(3, 3).T, 2 * np.pi * batch._phase()[0]
    values = {
        "joint angles minus the default pose": qpos[7:] - robot.pose,
        "joint velocities": qvel[6:],
        "base orientation, quaternion w x y z with w >= 0, base to world": qpos[3:7] * np.copysign(1, qpos[3]),
        "angular velocity in the base's frame": qvel[3:6],
        "linear velocity in the base's frame": to_base @ qvel[:3],
        "direction of gravity in the base's frame, unit vector": to_base @ [0, 0, -1],
        "last action, clipped to [-1, 1]; 0 at the start": np.clip(action, -1, 1),
        "command: forward m/s, left m/s, turn rad/s": batch._command[0],
        "base position in the world": qpos[:3],
        "joint angles": qpos[7:],
        "linear velocity in the world": qvel[:3],
        "sine and cosine of the stride's phase; 0 while the command is zero": np.array([np.sin(phase), np.cos(phase)])
        * batch._command[0].any(),
    }
    parts = env.deployment()["observation"]["parts"]
    assert [values[part["name"]].size for part in parts] == [part["size"] for part in parts]
    told = np.concatenate([values[part["name"]] * part.get("scale", 1.0) for part in parts])
    np.testing.assert_allclose(observation, told, atol=1e-5)


@pytest.mark.parametrize("task", ["quadruped/Go1Walk-v0", "quadruped/AnymalStep-v0", "humanoid/Balance-v0"])
def test_the_model_is_the_one_that_is_simulated(task: str) -> None:
    if task not in TASKS:
        pytest.skip(f"{task} is not installed")
    robot = robot_env(task).batch.task.robot
    told, ours = mujoco.MjModel.from_xml_string(mjcf(robot)), build(robot, Flat())
    assert [told.actuator(i).name for i in range(told.nu)] == list(robot.joints)
    assert told.opt.timestep == PHYSICS_S
    for name in ("body_mass", "body_inertia", "dof_armature", "dof_frictionloss", "actuator_gainprm", "geom_friction"):
        np.testing.assert_allclose(getattr(told, name), getattr(ours, name), rtol=1e-5, err_msg=name)
    data = mujoco.MjData(told)
    mujoco.mj_resetDataKeyframe(told, data, 0)
    np.testing.assert_array_equal(data.ctrl, robot.pose)
    for _ in range(40):
        mujoco.mj_step(told, data)
    assert data.qpos[2] == pytest.approx(robot.height_m, abs=0.05)
