# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The models against published figures (see THIRD_PARTY_NOTICES.md), which are written down here once more."""

from dataclasses import dataclass

import mujoco
import numpy as np
import pytest
from mjbench_legged.robot import Robot
from mjbench_legged.simulator import SUBSTEPS, Simulator
from mjbench_legged.terrain import Flat
from mjbench_legged.world import build
from mjbench_quadruped.robot import ANYMAL_C, GO1


@dataclass(frozen=True)
class Facts:
    mass: float
    base_mass: float
    base_com: tuple[float, float, float]
    base_inertia: tuple[float, float, float]  # xx, yy, zz about the centre of mass
    offsets: dict[str, tuple[float, float, float]]  # joint frame in its parent's, first leg
    foot: tuple[float, float, float]  # from the last joint, first leg
    ranges: tuple[tuple[float, float], ...]  # first leg
    torques: tuple[float, float, float]
    links: tuple[tuple[float, tuple[float, float, float], tuple[float, float, float]], ...]  # mass, com, inertia


GO1_FACTS = Facts(
    mass=12.7434,
    base_mass=5.204,
    base_com=(0.0223, 0.002, -0.0005),
    base_inertia=(0.016813, 0.06301, 0.071655),
    offsets={"FR_hip": (0.1881, -0.04675, 0), "FR_thigh": (0, -0.08, 0), "FR_calf": (0, 0, -0.213)},
    foot=(0, 0, -0.213),
    ranges=((-0.863, 0.863), (-0.686, 4.501), (-2.818, -0.888)),
    torques=(23.7, 23.7, 35.55),
    links=(
        (0.68, (-0.0049166, 0.0076261, -8.865e-05), (0.0004, 0.00073, 0.00047)),
        (1.009, (-0.0030472, 0.019315, -0.0305), (0.0046, 0.00469, 0.00082)),
        (0.195862, (0.0042986, 0.00097668, -0.1462), (0.00148, 0.0015, 0.00004)),
    ),
)
ANYMAL_FACTS = Facts(
    mass=52.135,
    base_mass=26.373,
    base_com=(-0.0178, -0.0002, 0.0085),
    base_inertia=(0.217, 1.785, 1.834),
    offsets={"LF_HIP": (0.2999, 0.104, 0), "LF_THIGH": (0.0599, 0.08381, 0), "LF_SHANK": (0, 0.1003, -0.285)},
    foot=(0.08795, 0.01305, -0.3155),
    ranges=((-0.72, 0.49), (-9.4248, 9.4248), (-9.4248, 9.4248)),
    torques=(80, 80, 80),
    links=(
        (2.781, (0.05666, 0.01739, -0.00046), (0.0033, 0.00494, 0.00583)),
        (3.071, (-0.00005, 0.03081, -0.2457), (0.0299, 0.02956, 0.00486)),
        (0.58842, (0.06125, 0.00546, -0.08066), (0.00881, 0.01016, 0.00155)),
    ),
)
ROBOTS = [pytest.param(GO1, GO1_FACTS, id="go1"), pytest.param(ANYMAL_C, ANYMAL_FACTS, id="anymal_c")]


def inertia(model: mujoco.MjModel, body: int) -> np.ndarray:
    """In the body's frame, about its centre of mass, (3, 3)."""
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, model.body_iquat[body])
    axes = rotation.reshape(3, 3)
    return axes @ np.diag(model.body_inertia[body]) @ axes.T


@pytest.mark.parametrize(("robot", "facts"), ROBOTS)
def test_masses_and_inertias(robot: Robot, facts: Facts) -> None:
    model = robot.spec().compile()
    assert model.body_subtreemass[0] == pytest.approx(facts.mass, abs=1e-3)
    base = model.body(robot.base).id
    assert model.body_mass[base] == facts.base_mass
    assert model.body_ipos[base] == pytest.approx(facts.base_com)
    assert np.diag(inertia(model, base)) == pytest.approx(facts.base_inertia, abs=1e-5)
    for i, (mass, com, diagonal) in enumerate(facts.links):
        body = base + 1 + i
        assert model.body_mass[body] == mass
        assert model.body_ipos[body] == pytest.approx(com, abs=1e-5)
        assert np.diag(inertia(model, body)) == pytest.approx(diagonal, abs=6e-6)


@pytest.mark.parametrize(("robot", "facts"), ROBOTS)
def test_kinematics_limits_and_motors(robot: Robot, facts: Facts) -> None:
    model = robot.spec().compile()
    for name, offset in facts.offsets.items():
        assert model.body(name).pos == pytest.approx(offset, abs=1e-5)
    assert model.geom(robot.feet[0]).pos == pytest.approx(facts.foot)
    for i, (joint, torque) in enumerate(zip(robot.joints, facts.torques * 4, strict=True)):
        assert model.joint(joint).axis == pytest.approx((1, 0, 0) if i % 3 == 0 else (0, 1, 0))
        assert model.actuator(joint).forcerange == pytest.approx((-torque, torque))
        assert model.jnt_qposadr[model.joint(joint).id] == 7 + i
        assert model.actuator(joint).id == i
    for joint, limits in zip(robot.joints, facts.ranges, strict=False):
        assert model.joint(joint).range == pytest.approx(limits)


@pytest.mark.parametrize(("robot", "facts"), ROBOTS)
def test_legs_mirror_each_other(robot: Robot, facts: Facts) -> None:
    model = robot.spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    feet = np.array([data.geom(leg).xpos - data.body(robot.base).xpos for leg in robot.feet])
    assert np.abs(feet) == pytest.approx(np.tile(np.abs(feet[0]), (4, 1)), abs=1e-4)
    left = [leg for leg in robot.feet if "L" in leg.replace("LH", "L").replace("RL", "L")]
    assert {tuple(np.sign(foot[:2])) for foot in feet} == {(1, 1), (1, -1), (-1, 1), (-1, -1)}
    assert left
    first, second = model.joint(robot.joints[0]).range, model.joint(robot.joints[3]).range
    assert first == pytest.approx(-second[::-1])


@pytest.mark.parametrize(("robot", "facts"), ROBOTS)
def test_stands_for_ten_seconds_on_feet_that_do_not_sink(robot: Robot, facts: Facts) -> None:
    model = build(robot, Flat())
    simulator = Simulator([model], 1, 1)
    qpos = np.zeros(19)
    qpos[2], qpos[3], qpos[7:] = robot.height_m, 1.0, robot.pose
    simulator.place(0, qpos, np.zeros(18))
    targets = np.tile(robot.standing(), (1, SUBSTEPS, 1))
    for _ in range(500):
        simulator.step(targets)
    settled = simulator.qpos[0].copy()
    assert settled[2] > 0.85 * robot.height_m
    assert abs(settled[3]) > 0.999  # upright
    assert np.abs(simulator.qvel[0]).max() < 0.02  # still
    radius = model.geom(robot.feet[0]).size[0]
    soles = simulator.sensors[0, 2:12:3] - radius
    assert (soles > -0.002).all()
    assert (soles < 0.001).all()
    assert simulator.sensors[0, 24:28].sum() == pytest.approx(facts.mass * 9.81, rel=0.02)


@pytest.mark.parametrize(("robot", "facts"), ROBOTS)
def test_nothing_is_downloaded_and_no_mesh_is_needed(robot: Robot, facts: Facts) -> None:
    model = robot.spec().compile()
    assert model.nmesh == 0
    assert model.ntex == 0
