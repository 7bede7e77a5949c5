"""Joints and feet are found in the models of Gymnasium, dm_control and ours, and in one that names nothing."""

import sys
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import mjbench
from mjbench.evaluation.limbs import find_feet, find_joints
from mjbench.evaluation.scene import find_scene

FEET = {
    "gymnasium/Ant-v5": {"left_ankle", "right_ankle", "third_ankle", "fourth_ankle"},
    "gymnasium/Humanoid-v5": {"right_foot", "left_foot"},
    "gymnasium/Walker2d-v5": {"foot", "foot_left"},
    "gymnasium/HalfCheetah-v5": {"bfoot", "ffoot"},
    "gymnasium/Hopper-v5": {"foot"},
    "dm_control/walker-walk-v0": {"right_foot", "left_foot"},
    "dm_control/quadruped-walk-v0": {"toe_front_left", "toe_front_right", "toe_back_right", "toe_back_left"},
    "dm_control/humanoid-stand-v0": {"right_foot", "left_foot"},
    "quadruped/Go1Walk-v0": {"FR", "FL", "RR", "RL"},
    "quadruped/AnymalStep-v0": {"LF", "RF", "LH", "RH"},
}
JOINTS = {
    "gymnasium/Ant-v5": 8,
    "gymnasium/Humanoid-v5": 17,
    "quadruped/Go1Walk-v0": 12,
    "dm_control/walker-walk-v0": 6,
}
UNNAMED = """
<mujoco><worldbody><geom type="plane" size="9 9 .1"/>
<body pos="0 0 {height}"><freejoint/><geom type="box" size=".2 .1 .05"/>
<body pos=".2 0 0"><joint axis="0 1 0"/><geom type="capsule" fromto="0 0 0 0 0 -.3" size=".03"/></body>
<body pos="-.2 0 0"><joint axis="0 1 0"/><geom type="capsule" fromto="0 0 0 0 0 -.3" size=".03"/></body>
<body name="arm" pos="0 0 .05"><joint axis="0 1 0"/><geom type="capsule" fromto="0 0 0 0 0 .3" size=".03"/></body>
</body></worldbody></mujoco>
"""


class Unnamed:
    """A robot on two legs, with an arm, whose limbs have no names of feet."""

    def __init__(self, height: float) -> None:
        mujoco = pytest.importorskip("mujoco")
        self.model: Any = mujoco.MjModel.from_xml_string(UNNAMED.format(height=height))
        self.data: Any = mujoco.MjData(self.model)
        mujoco.mj_forward(self.model, self.data)

    @property
    def unwrapped(self) -> "Unnamed":
        return self


@pytest.mark.parametrize("task", FEET)
def test_the_feet_are_found_and_come_down(task: str) -> None:
    with closing(mjbench.make(task)) as env:
        env.reset(seed=0)
        env.action_space.seed(0)
        contacts = find_feet(env)
        assert contacts is not None
        assert set(contacts()) == FEET[task]
        seen = []
        for _ in range(100):
            env.step(np.zeros(env.action_space.shape or ()))
            seen.append(list(contacts().values()))
        assert np.any(seen), "no foot ever touches the ground, though the robot falls or stands"


@pytest.mark.parametrize("task", ["gymnasium/Reacher-v5", "gymnasium/Swimmer-v5", "gymnasium/InvertedPendulum-v5"])
def test_what_does_not_walk_has_no_feet(task: str) -> None:
    with closing(mjbench.make(task)) as env:
        env.reset(seed=0)
        assert find_feet(env) is None


@pytest.mark.parametrize("task", JOINTS)
def test_the_joints_are_those_of_the_limbs(task: str) -> None:
    with closing(mjbench.make(task)) as env:
        env.reset(seed=0)
        scene = find_scene(env)
        assert scene is not None
        joints = find_joints(scene.model)
        assert len(joints) == JOINTS[task]
        assert {joint.unit for joint in joints} == {"rad"}
        assert all(joint.limits and joint.limits[0] < joint.limits[1] and joint.driven for joint in joints)


def test_without_names_the_lowest_ends_are_the_feet() -> None:
    pytest.importorskip("mujoco")
    contacts = find_feet(Unnamed(0.329))
    assert contacts is not None
    assert sorted(contacts()) == ["body 2", "body 3"]
    assert all(contacts().values())


def test_feet_in_the_air_touch_nothing_and_the_environment_keeps_its_state() -> None:
    env = Unnamed(1.0)
    contacts = find_feet(env)
    assert contacts is not None
    assert not any(contacts().values())
    before = env.data.qpos.copy(), env.data.ncon
    env.data.qpos[2] = 0.329
    env.data.qpos[7] = 0.4
    assert contacts() == {"body 2": False, "body 3": True}
    assert env.data.ncon == before[1]
    assert "mujoco" in sys.modules


def test_an_environment_that_knows_its_feet_says_so_itself() -> None:
    env = SimpleNamespace(foot_contacts=lambda: {"left": True})
    contacts = find_feet(SimpleNamespace(unwrapped=env))
    assert contacts is not None
    assert contacts() == {"left": True}
