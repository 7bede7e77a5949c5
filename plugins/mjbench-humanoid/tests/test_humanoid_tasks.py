# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Rewards, pushes, recovery and the batch of the humanoid's tasks."""

from dataclasses import replace

import mujoco
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_humanoid.env import HumanoidEnv
from mjbench_humanoid.rewards import HIPS, SHOULDERS, STANCE, TERMS, swing
from mjbench_humanoid.robot import G1
from mjbench_humanoid.tasks import TASKS
from mjbench_humanoid.vector_env import HumanoidVectorEnv
from mjbench_humanoid_specs import HUMANOID_STAGES
from mjbench_humanoid_specs import TASKS as SPECS
from mjbench_legged.gait import standing
from mjbench_legged.pushes import Pushes, Recovery
from mjbench_legged.rewards import RewardConstants, Transition, total
from mjbench_legged.state import read
from mjbench_legged.terrain import Flat
from mjbench_legged.world import build

from mjbench.envs.stages import check_chain
from mjbench.registry.lookup import Registry
from mjbench.spec.chain import Stage
from mjbench.testing import TaskContract


class TestHumanoid(TaskContract):
    tasks = [task for task in SPECS if task.id == "humanoid/Balance-v0"]
    quick = True


def transition(phase: float = 0.2, speed: float = 0.0, contact: tuple[bool, bool] = (True, True), told: float = 1.0):
    """A robot that stands and moves ahead at ``speed``; its clock is at ``phase``."""
    qpos, qvel, sensors = np.zeros((1, 22)), np.zeros((1, 21)), np.zeros((1, 29))
    qpos[0, 2], qpos[0, 3], qpos[0, 7:] = 0.75, 1.0, G1.pose
    qvel[0, 0] = speed
    sensors[0, [2, 5]] = 0.005
    sensors[0, 12:14] = [200.0 * foot for foot in contact]
    state = read(qpos, qvel, sensors, Flat(), 0.005)
    return Transition(
        state=state,
        gait=replace(standing(1, 2), contact=state.contact),
        action=np.zeros((1, 15)),
        previous=np.zeros((1, 15)),
        command=np.array([[told, 0.0, 0.0]]),
        velocity=state.velocity_h,
        phase=np.array([phase]),
        pose=G1.standing(),
        weight_n=np.array([327.0]),
        constants=RewardConstants(height_m=0.75, clearance_m=0.08),
    )


def test_the_clock_lets_one_foot_swing_after_the_other() -> None:
    assert swing(transition(0.2))[0] == pytest.approx([0.0, (0.7 - STANCE) / (1 - STANCE)])
    assert swing(transition(0.7))[0] == pytest.approx([(0.7 - STANCE) / (1 - STANCE), 0.0])
    assert swing(transition(0.52))[0].tolist() == [0.0, 0.0]
    assert swing(transition(0.2, told=0.0))[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("phase", "contact", "told", "value"),
    [
        (0.2, (True, False), 1.0, 1.0),
        (0.2, (True, True), 1.0, 0.0),
        (0.2, (False, True), 1.0, 0.0),
        (0.2, (False, False), 1.0, 0.0),
        (0.7, (False, True), 1.0, 1.0),
        (0.52, (True, True), 1.0, 1.0),
        (0.2, (True, True), 0.0, 1.0),
    ],
)
def test_feet_phase(phase: float, contact: tuple[bool, bool], told: float, value: float) -> None:
    assert TERMS["feet_phase"](transition(phase, contact=contact, told=told))[0] == value


def test_walking_pays_more_than_standing_and_hopping() -> None:
    def pays(**changes) -> float:
        return total(transition(**changes), TASKS["Walk"].weights, TERMS)[0]

    walks = pays(speed=1.0, contact=(True, False))
    assert walks > pays(speed=0.0) + 2
    assert walks > pays(speed=1.0, contact=(False, False)) + 0.9
    assert walks > pays(speed=1.0) + 0.9


def test_along_command() -> None:
    assert TERMS["along_command"](transition(speed=0.6))[0] == pytest.approx(0.6)
    assert TERMS["along_command"](transition(speed=1.6))[0] == pytest.approx(1.0)
    assert TERMS["along_command"](transition(speed=-0.5))[0] == pytest.approx(-0.5)
    assert TERMS["along_command"](transition(speed=0.5, told=0.0))[0] == 0.0


def test_arms_swing_against_the_legs() -> None:
    t = transition()
    angles = t.state.joint_pos.copy()
    angles[0, HIPS] += [-0.4, 0.4]  # the left leg is ahead
    assert TERMS["arm_swing"](replace(t, state=replace(t.state, joint_pos=angles)))[0] > 0.05
    angles[0, SHOULDERS] += [0.24, -0.24]  # the left arm is behind
    assert TERMS["arm_swing"](replace(t, state=replace(t.state, joint_pos=angles)))[0] == pytest.approx(0.0, abs=1e-12)


def test_a_push_comes_every_three_seconds_with_half_a_metre_a_second() -> None:
    env = HumanoidVectorEnv("Balance", 40, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0)
    first = env._next_push.copy()
    assert 50 <= first.min() < first.max() <= 150
    before, (changes, at) = env.qvel[:, :2].copy(), ([], [])
    pushes, draws = Pushes(), np.random.default_rng(0)
    drawn = np.array([pushes.draw(draws) for _ in range(500)])
    assert np.hypot(drawn[:, 0], drawn[:, 1]) == pytest.approx(0.5)
    assert np.abs(drawn.mean(axis=0)).max() < 0.05
    for step in range(int(first.min()) + 1):
        before = env.qvel[:, :2].copy()
        env._push()
        moved = np.hypot(*(env.qvel[:, :2] - before).T)
        changes += moved[moved > 0].tolist()
        at += [step] * int((moved > 0).sum())
        env._steps += 1
    assert changes == pytest.approx([0.5] * len(changes))
    assert set(at) == {int(first.min())}
    assert (env._next_push[first == first.min()] == first.min() + 150).all()


def test_a_level_has_pushes_of_its_own() -> None:
    env = HumanoidVectorEnv("Balance", 6, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0, options={"curriculum_level": np.arange(6)})
    found = np.zeros(6)
    first = env._next_push.copy()
    for _ in range(int(first.max()) + 1):
        before = env.qvel[:, :2].copy()
        env._push()
        moved = np.hypot(*(env.qvel[:, :2] - before).T)
        found = np.where((found == 0.0) & (moved > 0.0), moved, found)
        env._steps += 1
    assert found == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    assert ((env._next_push - first) % 100 == 0).all()


def test_recovery_is_the_time_until_the_robot_was_last_unsteady() -> None:
    steady, recovery = transition().state, Recovery(1)
    for _ in range(20):
        recovery.add(steady, np.array([1.0]), 0.02)
    assert recovery.seconds().tolist() == [0.0]  # nobody has pushed yet
    for unsteady in (30, 10):
        recovery.push(0)
        for step in range(100):
            recovery.add(steady, np.array([0.5 if step < unsteady else 0.05]), 0.02)
    assert recovery.seconds() == pytest.approx([(0.6 + 0.2) / 2])
    recovery.push(0)
    tilted = replace(steady, gravity_b=np.array([[0.3, 0.0, -0.95]]))
    for _ in range(50):
        recovery.add(tilted, np.array([0.0]), 0.02)
    assert recovery.seconds() == pytest.approx([(0.6 + 0.2 + 1.0) / 3])
    recovery.begin(0)
    assert recovery.seconds().tolist() == [0.0]


@pytest.mark.parametrize("task", TASKS)
def test_a_row_behaves_as_if_it_were_alone(task: str) -> None:
    batch = HumanoidVectorEnv(task, 3, threads=2, autoreset_mode=AutoresetMode.DISABLED)
    alone = [HumanoidEnv(task) for _ in range(3)]
    observations, _ = batch.reset(seed=11)
    for i, env in enumerate(alone):
        assert (env.reset(seed=11 + i)[0] == observations[i]).all()
    for action in np.random.default_rng(0).uniform(-0.6, 0.6, (100, 3, 15)).astype(np.float32):
        observations, rewards, terminated, _, infos = batch.step(action)
        for i, env in enumerate(alone):
            row, reward, over, _, info = env.step(action[i])
            assert (row == observations[i]).all()
            assert (reward, over) == (rewards[i], terminated[i])
            assert info == {name: values[i] for name, values in infos.items()}


def test_a_robot_that_falls_has_failed_and_one_that_stands_has_not_walked() -> None:
    env = HumanoidEnv("Walk")
    env.reset(seed=0)
    terminated, info = False, {}
    for _ in range(300):
        _, _, terminated, _, info = env.step(np.ones(15))
        if terminated:
            break
    assert terminated
    assert info["fallen"]
    assert not info["success"]


def test_listing_and_building_agree() -> None:
    for spec in SPECS:
        task = TASKS[spec.kwargs["task"]]
        assert spec.episode_limit == round(task.episode_s * 50)
        assert (spec.curriculum.levels if spec.curriculum else 1) == task.levels


def test_all_tasks_see_and_do_the_same_so_that_policies_carry_over() -> None:
    (chain,) = HUMANOID_STAGES.chains
    check_chain(Registry(), (*chain, Stage("humanoid/Rough-v1", 64)))
    assert {"humanoid/Rough-v1", *(stage.task for stage in chain)} == {task.id for task in SPECS}


def sideways(task: str) -> float:
    """Share of the contacts that push sideways where the soles are 12 mm deep in all but level rough ground."""
    model = build(G1, TASKS[task].terrain.scaled(0.002))
    data = mujoco.MjData(model)
    up = []
    for x in np.linspace(0.0, 3.0, 30):
        data.qpos[:] = [x, 0.03, G1.height_m - 0.012, 1.0, 0.0, 0.0, 0.0, *G1.pose]
        mujoco.mj_forward(model, data)
        up += [abs(contact.frame[2]) for contact in data.contact]
    return float(np.mean(np.array(up) < 0.7))


def test_version_1_of_rough_has_fewer_contacts_that_push_sideways() -> None:
    assert sideways("Rough1") < 0.25 < 0.4 < sideways("Rough")
