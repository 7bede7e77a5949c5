# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""The model against published figures (see THIRD_PARTY_NOTICES.md), which are written down here once more."""

import mujoco
import numpy as np
import pytest
from mjbench_humanoid.robot import G1
from mjbench_legged.simulator import SUBSTEPS, Simulator
from mjbench_legged.terrain import Flat
from mjbench_legged.world import build

MASS = 33.3411
LINKS = {
    "pelvis": (3.813, (0, 0, -0.07605)),
    "left_hip_pitch": (1.35, (0.002741, 0.047791, -0.02606)),
    "left_hip_roll": (1.52, (0.029812, -0.001045, -0.087934)),
    "left_hip_yaw": (1.702, (-0.057709, -0.010981, -0.15078)),
    "left_knee": (1.932, (0.005457, 0.003964, -0.12074)),
    "left_ankle_pitch": (0.074, (-0.007269, 0, 0.011137)),
    "left_ankle_roll": (0.608, (0.026505, 0, -0.016425)),
}
"""Mass, kg, and centre of mass, m, of links that carry nothing that is fixed here."""
UPPER = {
    "waist_yaw": 0.214 + 0.086 + 7.818,
    "left_shoulder_pitch": 0.718 + 0.643 + 0.734 + 0.6 + 0.085445 + 0.48405 + 0.254576,
}
"""Mass, kg, of links together with those that are fixed to them here."""
LIMITS = {
    "left_hip_pitch": (-2.5307, 2.8798, 88),
    "left_hip_roll": (-0.5236, 2.9671, 139),
    "right_hip_roll": (-2.9671, 0.5236, 139),
    "left_hip_yaw": (-2.7576, 2.7576, 88),
    "left_knee": (-0.087267, 2.8798, 139),
    "left_ankle_pitch": (-0.87267, 0.5236, 50),
    "left_ankle_roll": (-0.2618, 0.2618, 50),
    "waist_yaw": (-2.618, 2.618, 88),
    "left_shoulder_pitch": (-3.0892, 2.6704, 25),
}
"""Range, rad, and largest torque, N m."""


def test_masses() -> None:
    model = G1.spec().compile()
    assert model.body_subtreemass[0] == pytest.approx(MASS, abs=1e-3)
    for name, (mass, com) in LINKS.items():
        assert model.body(name).mass[0] == mass
        assert model.body(name).ipos == pytest.approx(com, abs=1e-5)
    for name, mass in UPPER.items():
        assert model.body(name).mass[0] == pytest.approx(mass, abs=1e-4)


def test_limits_and_order_of_the_joints() -> None:
    model = G1.spec().compile()
    assert model.nu == len(G1.joints) == 15
    for i, name in enumerate(G1.joints):
        assert model.jnt_qposadr[model.joint(name).id] == 7 + i
        assert model.actuator(name).id == i
        assert model.actuator(name).trnid[0] == model.joint(name).id
    for name, (low, high, torque) in LIMITS.items():
        assert model.joint(name).range == pytest.approx((low, high))
        assert model.actuator(name).forcerange == pytest.approx((-torque, torque))


def test_the_body_that_stands_for_the_fixed_links_weighs_and_turns_as_they_do() -> None:
    """The torso's inertia about the waist's vertical axis from the three published links, by the parallel axes."""
    model = G1.spec().compile()
    body = model.body("waist_yaw")
    links = (
        (0.214, (0.003494, 0.000233, 0.018034)),
        (0.086, (-0.0039635, 0.000023, 0.044)),
        (7.818, (0.0020316 - 0.0039635, 0.00033968, 0.18457 + 0.044)),
    )
    total = sum(mass for mass, _ in links)
    com = np.sum([mass * np.array(place) for mass, place in links], axis=0) / total
    assert body.ipos == pytest.approx(com, abs=1e-5)
    spread = sum(mass * (place[2] - com[2]) ** 2 for mass, place in links)
    assert max(body.inertia) == pytest.approx(0.121847 + spread, rel=0.01)


def test_left_and_right_mirror_each_other_and_the_feet_lie_flat() -> None:
    model = build(G1, Flat())
    data = mujoco.MjData(model)
    data.qpos[2], data.qpos[7:] = G1.height_m, G1.pose
    mujoco.mj_forward(model, data)
    left, right = data.site("left_foot").xpos, data.site("right_foot").xpos
    assert left == pytest.approx(right * np.array([1, -1, 1]), abs=1e-3)
    soles = [data.geom(sole).xpos[2] - model.geom(sole).size[0] for sole in G1.soles]
    assert soles == pytest.approx([0.0] * 8, abs=1e-3)
    centre = data.subtree_com[1]
    assert left[0] - 0.08 < centre[0] < left[0] + 0.08


def test_stands_for_a_second_on_feet_that_do_not_sink() -> None:
    model = build(G1, Flat())
    simulator = Simulator([model], 1, 1)
    qpos = np.zeros(22)
    qpos[2], qpos[3], qpos[7:] = G1.height_m, 1.0, G1.pose
    simulator.place(0, qpos, np.zeros(21))
    weights = []
    for _ in range(50):
        simulator.step(np.tile(G1.standing(), (1, SUBSTEPS, 1)))
        weights.append(simulator.sensors[0, 12:14].sum())
    assert simulator.qpos[0, 2] > G1.height_m - 0.03
    soles = simulator.sensors[0, 2:6:3] - model.geom(G1.soles[0]).size[0]
    assert (np.abs(soles) < 0.003).all()
    assert np.mean(weights[10:]) == pytest.approx(MASS * 9.81, rel=0.1)  # it rocks a little


def test_nothing_is_downloaded_and_no_mesh_is_needed() -> None:
    model = G1.spec().compile()
    assert model.nmesh == model.ntex == 0
