"""Reward terms on states whose value can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from mjbench_legged import rewards
from mjbench_legged.gait import Gait, advance, standing
from mjbench_legged.rewards import RewardConstants, Transition, total
from mjbench_legged.state import RobotState, read
from mjbench_legged.terrain import Flat, Rough, Steps
from mjbench_quadruped.gait import diagonal_stance
from mjbench_quadruped.rewards import TERMS
from mjbench_quadruped.tasks import TASKS

POSE = np.tile([0.0, 0.9, -1.8], 4)


def state(**changes: float) -> RobotState:
    """One robot that stands at 0.3 m, turned by ``yaw`` about z, ``pitch`` about y."""
    qpos, qvel, sensors = np.zeros((1, 19)), np.zeros((1, 18)), np.zeros((1, 40))
    yaw, pitch = changes.pop("yaw", 0.0) / 2, changes.pop("pitch", 0.0) / 2
    qpos[0, 2] = 0.3
    qpos[0, 3:7] = (
        np.cos(yaw) * np.cos(pitch),
        -np.sin(yaw) * np.sin(pitch),
        np.cos(yaw) * np.sin(pitch),
        np.sin(yaw) * np.cos(pitch),
    )
    qpos[0, 7:] = POSE
    qvel[0, 0:3] = [changes.pop(name, 0.0) for name in ("vx", "vy", "vz")]
    qvel[0, 3:6] = [changes.pop(name, 0.0) for name in ("wx", "wy", "wz")]
    sensors[0, 24:28] = 30.0
    assert not changes
    return read(qpos, qvel, sensors, Flat(), 0.023)


def transition(now: RobotState, gait: Gait | None = None, **changes: np.ndarray) -> Transition:
    base = Transition(
        state=now,
        gait=gait or standing(1, 4),
        action=np.zeros((1, 12)),
        previous=np.zeros((1, 12)),
        command=np.array([[0.8, 0.0, 0.0]]),
        velocity=now.velocity_w[:, :2],
        phase=np.zeros(1),
        pose=POSE,
        weight_n=np.array([125.0]),
        constants=RewardConstants(),
    )
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("term", "now", "value"),
    [
        ("tracking_lin_vel", state(vx=0.8), 1.0),
        ("tracking_lin_vel", state(vx=0.3), np.exp(-1.0)),
        ("forward", state(vx=2.0), 0.8),
        ("forward", state(vx=-0.4), -0.4),
        ("speed_upright", state(vx=2.0), 2.0),
        ("speed_upright", state(vx=2.0, pitch=0.6), 0.0),
        ("tracking_ang_vel", state(wz=0.5), np.exp(-1.0)),
        ("heading", state(yaw=-0.5), 0.25),
        ("alive", state(), 1.0),
        ("lin_vel_z", state(vz=-0.5), 0.25),
        ("ang_vel_xy", state(wx=1.0, wy=2.0), 5.0),
        ("orientation", state(pitch=0.3), np.sin(0.3) ** 2),
        ("base_height", state(), 0.09),
        ("raised", state(), 0.3),
        ("joint_deviation", state(), 0.0),
    ],
)
def test_terms(term: str, now: RobotState, value: float) -> None:
    assert TERMS[term](transition(now))[0] == pytest.approx(value, abs=1e-12)


def test_action_rate_and_energy() -> None:
    now = state()
    assert rewards.action_rate(transition(now, action=np.full((1, 12), 0.5)))[0] == pytest.approx(3.0)
    busy = replace(now, torque=np.full((1, 12), -5.0), joint_vel=np.full((1, 12), 2.5))
    assert rewards.energy(transition(busy))[0] == pytest.approx(12 * 12.5 / 125.0)


def test_turning_round_and_walking_backwards_is_no_walk_ahead() -> None:
    """The trap of a heading left out: the speed in the world is right, the robot is not."""
    ahead, backwards = state(vx=0.8), state(vx=0.8, yaw=np.pi)
    weights = TASKS["Go1Walk"].weights
    assert total(transition(ahead), weights, TERMS)[0] > total(transition(backwards), weights, TERMS)[0] + 2
    assert backwards.velocity_h[0] == pytest.approx([-0.8, 0.0])


def test_frames() -> None:
    turned = state(vx=1.0, yaw=np.pi / 2)
    assert turned.velocity_b[0] == pytest.approx([0.0, -1.0, 0.0], abs=1e-12)
    assert turned.velocity_h[0] == pytest.approx([0.0, -1.0], abs=1e-12)
    nose_down = state(vx=1.0, pitch=0.4)
    assert nose_down.gravity_b[0] == pytest.approx([np.sin(0.4), 0.0, -np.cos(0.4)])
    assert nose_down.velocity_h[0] == pytest.approx([1.0, 0.0])


def feet(*down: bool) -> np.ndarray:
    return np.array([down])


def test_gait_times_swings_and_stances() -> None:
    gait = standing(1, 4)
    up = np.full((1, 4), 0.05)
    for _ in range(3):
        gait = advance(gait, feet(True, False, False, True), up, 0.02)
    assert gait.air_s[0] == pytest.approx([0, 0.06, 0.06, 0])
    gait = advance(gait, feet(False, True, True, False), up / 2, 0.02)
    assert gait.touchdown[0].tolist() == [False, True, True, False]
    assert gait.last_air_s[0] == pytest.approx([0, 0.08, 0.08, 0])
    assert gait.last_stance_s[0] == pytest.approx([0.06, 0, 0, 0.06])
    assert gait.peak_m[0] == pytest.approx([0.025, 0.05, 0.05, 0.025])


@pytest.mark.parametrize(
    ("contact", "is_trot"),
    [
        ((True, False, False, True), True),
        ((False, True, True, False), True),
        ((True, True, True, True), False),
        ((False, False, False, False), False),  # flight
        ((True, True, False, False), False),  # bound
        ((True, False, True, False), False),  # pace
        ((True, True, False, True), False),  # walk
    ],
)
def test_only_a_diagonal_pair_is_a_trot(contact: tuple[bool, ...], is_trot: bool) -> None:
    assert diagonal_stance(feet(*contact))[0] == is_trot


def test_a_still_robot_earns_less_than_a_walking_one() -> None:
    for name in ("Go1Walk", "AnymalWalk"):
        task = TASKS[name]
        trotting = replace(standing(1, 4), contact=feet(True, False, False, True))
        height = replace(
            state(vx=0.8), height_m=np.array([task.constants.height_m]), foot_height_m=np.full((1, 4), 0.06)
        )
        walk = total(replace(transition(height, trotting), constants=task.constants), task.weights, TERMS)[0]
        stand = total(
            replace(transition(replace(height, velocity_w=np.zeros((1, 3)))), constants=task.constants),
            task.weights,
            TERMS,
        )
        assert walk > stand[0] + 1


def test_ground_heights() -> None:
    steps = Steps(heights_m=(0.05, 0.15))
    x, y = np.array([0.0, 2.5, 2.5]), np.array([5.0, 0.0, 5.0])
    assert steps.height(x, y) == pytest.approx([0.0, 0.05, 0.15])
    rough = Rough()
    assert rough.height(np.zeros(1), np.zeros(1)) == pytest.approx([0.0])
    hard = rough.grid[:, -120:-40]
    easy = rough.grid[:, 40:120]
    assert np.abs(hard).max() > 4 * np.abs(easy).max()
