"""What an exported policy says of the robot is what the environment does."""

# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np
import pytest
from mjbench_quadruped.deployment import PARTS, deployment, mjcf
from mjbench_quadruped.env import QuadrupedEnv
from mjbench_quadruped.observations import OBSERVATIONS
from mjbench_quadruped.robot import ANYMAL_C, GO1, Robot
from mjbench_quadruped.simulator import PHYSICS_S, build
from mjbench_quadruped.tasks import TASKS
from mjbench_quadruped.terrain import Flat


@pytest.mark.parametrize("task", ["Go1Walk", "Go1Velocity", "AnymalForward"])
def test_the_parts_are_the_observation(task: str) -> None:
    env = QuadrupedEnv(task)
    observation, _ = env.reset(seed=3)
    draw, action = np.random.default_rng(0), np.zeros(12)
    for _ in range(20):
        action = draw.uniform(-2, 2, 12)
        observation, *_ = env.step(action)
    batch, robot = env.batch, env.batch.task.robot
    qpos, qvel = batch.qpos[0], batch.qvel[0]
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, qpos[3:7])
    to_base = rotation.reshape(3, 3).T
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
    }
    parts = env.deployment()["observation"]["parts"]
    assert all(values[part["name"]].size == part["size"] for part in parts)
    told = np.concatenate([values[part["name"]] * part.get("scale", 1.0) for part in parts])
    np.testing.assert_allclose(observation, told, atol=1e-5)


def test_every_observation_has_its_parts() -> None:
    assert {name: sum(part["size"] for part in parts) for name, parts in PARTS.items()} == {
        name: size for name, (_, size) in OBSERVATIONS.items()
    }


@pytest.mark.parametrize("robot", [GO1, ANYMAL_C], ids=lambda robot: robot.name)
def test_the_model_is_the_one_that_is_simulated(robot: Robot) -> None:
    told, ours = mujoco.MjModel.from_xml_string(mjcf(robot)), build(robot, Flat())
    assert [told.actuator(i).name for i in range(told.nu)] == list(robot.joints)
    assert told.opt.timestep == PHYSICS_S
    for name in ("body_mass", "body_inertia", "dof_armature", "dof_frictionloss", "actuator_gainprm", "geom_friction"):
        np.testing.assert_allclose(getattr(told, name), getattr(ours, name), rtol=1e-5, err_msg=name)
    data = mujoco.MjData(told)
    mujoco.mj_resetDataKeyframe(told, data, 0)
    for _ in range(200):
        mujoco.mj_step(told, data)
    assert data.qpos[2] == pytest.approx(robot.height_m, abs=0.03)
    np.testing.assert_allclose(data.qpos[7:], robot.pose, atol=0.15)


def test_every_task_can_be_deployed() -> None:
    for task in TASKS.values():
        assert deployment(task)["control_period_s"] == 0.02
