# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The model against published figures (see THIRD_PARTY_NOTICES.md), which are written down here once more."""

import mujoco
import numpy as np
import pytest
from mjbench_franka import robot
from mjbench_franka.task import CONTROL_S, SUBSTEPS
from mjbench_franka.tasks import TASKS
from mjbench_franka.world import build
from mjbench_legged.simulator import Simulator

HOME = (0.0, 0.0, 0.0, -1.5708, 0.0, 1.5708, -0.7853)
LINKS = {  # mass, centre of mass, principal inertia, its frame
    "link0": (0.629769, (-0.041018, -0.00014, 0.049974), (0.00430465, 0.00387984, 0.00313051)),
    "link1": (4.97068, (0.003875, 0.002081, -0.04762), (0.707137, 0.703435, 0.00852456)),
    "link2": (0.646926, (-0.003141, -0.02872, 0.003495), (0.0310326, 0.0283001, 0.00273425)),
    "link3": (3.2286, (0.027518, 0.039252, -0.066502), (0.0415014, 0.0414793, 0.00124635)),
    "link4": (3.5879, (-0.05317, 0.10442, 0.027454), (0.0349596, 0.0281483, 0.0106201)),
    "link5": (1.22595, (-0.011953, 0.041065, -0.038437), (0.0367625, 0.0288531, 0.00803437)),
    "link6": (1.66656, (0.060149, -0.014117, -0.010517), (0.00584276, 0.00431037, 0.00159787)),
    "link7": (0.735522, (0.010517, -0.004252, 0.061597), (0.0127345, 0.0101055, 0.00451803)),
    "hand": (0.73, (-0.01, 0.0, 0.03), (0.001, 0.0025, 0.0017)),
    "left_finger": (0.015, (0.0, 0.0, 0.0), (2.375e-06, 2.375e-06, 7.5e-07)),
    "right_finger": (0.015, (0.0, 0.0, 0.0), (2.375e-06, 2.375e-06, 7.5e-07)),
}
OFFSETS = {
    "link1": (0, 0, 0.333),
    "link2": (0, 0, 0),
    "link3": (0, -0.316, 0),
    "link4": (0.0825, 0, 0),
    "link5": (-0.0825, 0.384, 0),
    "link6": (0, 0, 0),
    "link7": (0.088, 0, 0),
    "hand": (0, 0, 0.107),
    "left_finger": (0, 0, 0.0584),
}
RANGES = ((-2.8973, 2.8973), (-1.7628, 1.7628), (-2.8973, 2.8973), (-3.0718, -0.0698), (-2.8973, 2.8973))
RANGES += ((-0.0175, 3.7525), (-2.8973, 2.8973))
GAINS = (4500, 4500, 3500, 3500, 2000, 2000, 2000)
TORQUES = (87, 87, 87, 87, 12, 12, 12)


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    return robot.spec().compile()


def test_masses_and_inertias(model: mujoco.MjModel) -> None:
    assert model.body_subtreemass[0] == pytest.approx(17.4519, abs=1e-4)
    assert model.nbody == 1 + len(LINKS)
    for name, (mass, centre, inertia) in LINKS.items():
        body = model.body(name)
        assert body.mass[0] == mass
        assert body.ipos == pytest.approx(centre, abs=1e-9)
        assert body.inertia == pytest.approx(inertia, rel=1e-6)


def test_offsets_limits_and_motors(model: mujoco.MjModel) -> None:
    for name, offset in OFFSETS.items():
        assert model.body(name).pos == pytest.approx(offset)
    for i, name in enumerate(robot.JOINTS):
        joint, motor = model.joint(name), model.actuator(name)
        assert (joint.qposadr[0], motor.id) == (i, i)
        assert joint.axis == pytest.approx((0, 0, 1))
        assert joint.range == pytest.approx(RANGES[i])
        assert motor.ctrlrange == pytest.approx(RANGES[i])
        assert (joint.damping[0], joint.armature[0]) == (1.0, 0.1)
        assert motor.gainprm[0] == GAINS[i]
        assert motor.biasprm[:3] == pytest.approx((0, -GAINS[i], -GAINS[i] / 10))
        assert motor.forcerange == pytest.approx((-TORQUES[i], TORQUES[i]))
    assert pytest.approx(np.array(RANGES).T) == np.array([robot.LOWER, robot.UPPER])


def test_the_hand_at_home_is_where_the_published_model_has_it(model: mujoco.MjModel) -> None:
    data = mujoco.MjData(model)
    data.qpos[:] = HOME
    mujoco.mj_forward(model, data)
    assert data.body("hand").xpos == pytest.approx((0.5545, 0.0, 0.6245), abs=1e-4)
    assert data.qfrc_bias[:7] == pytest.approx((0, -29.356, 0, 22.0492, 0.6695, 2.3064, 0), abs=2e-2)
    assert data.ncon == 0


def test_forward_kinematics_agrees_with_mujoco(model: mujoco.MjModel) -> None:
    data = mujoco.MjData(model)
    poses = np.random.default_rng(0).uniform(robot.LOWER, robot.UPPER, (200, 7))
    for pose, position in zip(poses, robot.tip(poses), strict=True):
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        assert position == pytest.approx(data.site("tcp").xpos, abs=1e-12)
        assert (robot.tip(pose[None])[0] == position).all()  # alone or in a batch


@pytest.mark.parametrize("task", TASKS)
def test_the_start_pose_touches_nothing_and_is_held(task: str) -> None:
    start = np.array(TASKS[task].start)
    model = build(cube=False)
    data = mujoco.MjData(model)
    data.qpos[:] = start
    mujoco.mj_forward(model, data)
    assert data.ncon == 0
    simulator = Simulator([model], 1, 1, SUBSTEPS)
    simulator.place(0, start, np.zeros(7))
    for _ in range(100):
        simulator.step(np.tile(start, (1, SUBSTEPS, 1)))
    assert np.abs(simulator.qvel).max() < 1e-3
    assert np.abs(robot.tip(simulator.qpos) - robot.tip(start[None])).max() < 0.008  # it sags by millimetres


def test_the_arm_stops_at_the_floor() -> None:
    model = build(cube=False)
    simulator = Simulator([model], 1, 1, SUBSTEPS)
    simulator.place(0, np.array(TASKS["Reach"].start), np.zeros(7))
    target = np.array([0.0, 1.2, 0.0, -1.6, 0.0, 2.8, 0.78])  # well below the floor
    assert robot.tip(target[None])[0, 2] < -0.1
    for _ in range(100):
        simulator.step(np.tile(target, (1, SUBSTEPS, 1)))
    assert robot.tip(simulator.qpos)[0, 2] > -0.02


def test_a_control_step_is_40_ms_and_no_mesh_is_needed(model: mujoco.MjModel) -> None:
    assert model.opt.timestep * SUBSTEPS == CONTROL_S
    assert model.nmesh == 0
    assert model.ntex == 0
