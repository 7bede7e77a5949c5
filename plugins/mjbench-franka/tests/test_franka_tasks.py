# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Goals, success, rewards, levels and randomisation of the tasks."""

import mujoco
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_franka import rewards
from mjbench_franka.actions import STEP_M, STEP_RAD
from mjbench_franka.env import FrankaEnv
from mjbench_franka.outcomes import Outcomes
from mjbench_franka.randomisation import Randomisation
from mjbench_franka.robot import LOWER, UPPER, tip, tip_jacobian
from mjbench_franka.state import ArmState
from mjbench_franka.task import CONTROL_S
from mjbench_franka.tasks import TASKS
from mjbench_franka.vector_env import LEAD_RAD, FrankaVectorEnv
from mjbench_franka.world import build
from mjbench_franka_specs import RANDOMISE
from mjbench_franka_specs import TASKS as SPECS

STILL = np.zeros(7)


def arm(away_m: float, **changes: np.ndarray) -> ArmState:
    """One arm whose tip is ``away_m`` above its goal."""
    values = {
        "joint_pos": np.zeros((1, 7)),
        "joint_vel": np.zeros((1, 7)),
        "target": np.zeros((1, 7)),
        "tip": np.array([[0.5, 0.0, 0.3 + away_m]]),
        "cube": np.zeros((1, 0)),
        "goal": np.array([[0.5, 0.0, 0.3]]),
    }
    return ArmState(**{**values, **changes})


def term(name: str, before: ArmState, after: ArmState, action: np.ndarray = STILL) -> float:
    return float(rewards.TERMS[name](rewards.Transition(before, after, action[None], 0.02))[0])


def test_the_terms_of_the_reward() -> None:
    assert term("distance", arm(0.3), arm(0.2)) == pytest.approx(0.2)
    assert term("progress", arm(0.3), arm(0.2)) == pytest.approx(0.1)
    assert term("progress", arm(0.2), arm(0.3)) == pytest.approx(-0.1)
    assert term("near", arm(0.3), arm(0.0)) == 1.0
    assert term("near", arm(0.3), arm(0.05)) == pytest.approx(1 - np.tanh(1))
    assert term("velocity", arm(0.3), arm(0.3, joint_vel=np.full((1, 7), 2.0))) == pytest.approx(28.0)
    assert term("action", arm(0.3), arm(0.3), np.full(7, 0.5)) == pytest.approx(1.75)
    assert term("outside", arm(0.3), arm(0.021)) == 1.0
    assert term("outside", arm(0.3), arm(0.019)) == 0.0
    cube = np.zeros((1, 13))
    cube[0, :3] = 0.5, 0.3, 0.0
    behind = 0.05 * np.sqrt(0.5)  # the cube is to move along -y and z
    assert term("approach", arm(0.0), arm(0.1, cube=cube)) == pytest.approx(np.hypot(0.3 + behind, 0.4 + behind))
    assert term("distance", arm(0.0), arm(0.1, cube=cube)) == pytest.approx(np.hypot(0.3, 0.3))  # of the cube


@pytest.mark.parametrize("name", TASKS)
def test_weights_name_terms(name: str) -> None:
    assert TASKS[name].weights.keys() <= rewards.TERMS.keys()
    assert {"distance", "progress", "velocity", "action"} <= TASKS["Reach"].weights.keys()


def episode(away_m: list[float]) -> dict[str, np.ndarray]:
    """Measurements at the end of an episode of Reach with these distances."""
    outcomes, info, before = Outcomes(TASKS["Reach"], 1), {}, arm(0.3)
    outcomes.begin(0)
    for step, distance in enumerate(away_m, start=1):
        after = arm(distance)
        info = outcomes.add(before, after, np.array([step]))
        before = after
    return info


def test_success_is_two_centimetres_for_the_last_ten_steps() -> None:
    assert episode([0.3] * 40 + [0.0199] * 10)["success"].all()
    assert not episode([0.3] * 41 + [0.0199] * 9)["success"].any()
    assert not episode([0.01] * 49 + [0.021])["success"].any()
    assert not episode([0.01] * 44 + [0.021] + [0.01] * 5)["success"].any()
    assert episode([0.01] * 44 + [0.021] + [0.01] * 5)["held"] == pytest.approx(0.9)


def test_measurements() -> None:
    info = episode([0.2, 0.015, 0.03, 0.045])
    assert info["distance_m"] == pytest.approx(0.045)
    assert info["time_to_goal_s"] == pytest.approx(2 * CONTROL_S)
    assert info["path_m"] == pytest.approx(0.1 + 0.185 + 0.015 + 0.015)
    assert info["success_5cm"].all()
    missed = episode([0.3] * 50)
    assert missed["time_to_goal_s"] == pytest.approx(50 * CONTROL_S)
    assert not missed["success_5cm"].any()


def test_goals_fill_their_box_and_are_observed() -> None:
    env = FrankaVectorEnv("Reach", 500)
    observations, _ = env.reset(seed=0)
    limits = np.array(TASKS["Reach"].goals_m).T
    assert (env.goal >= limits[0]).all()
    assert (env.goal <= limits[1]).all()
    assert env.goal.min(axis=0) == pytest.approx(limits[0], abs=0.01)
    assert env.goal.max(axis=0) == pytest.approx(limits[1], abs=0.01)
    assert observations[:, 24:27] / 5 == pytest.approx(env.goal, abs=1e-6)
    assert observations[:, 21:24] / 5 == pytest.approx(tip(env.qpos), abs=1e-6)
    assert observations[:, 27:30] / 5 == pytest.approx(env.goal - tip(env.qpos), abs=1e-6)


def test_every_goal_can_be_reached_and_held() -> None:
    """A controller that knows the arm's kinematics solves every episode: damped least squares on the tip."""
    env = FrankaVectorEnv("Reach", 100, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=7)
    infos: dict = {}
    for _ in range(50):
        joints = env.qpos.copy()
        here = tip(joints)
        columns = [(tip(joints + 1e-6 * row) - here) / 1e-6 for row in np.eye(7)]
        jacobian = np.stack(columns, axis=2)  # (N, 3, 7)
        square = jacobian @ jacobian.transpose(0, 2, 1) + 1e-3 * np.eye(3)
        wanted = (jacobian.transpose(0, 2, 1) @ np.linalg.solve(square, (env.goal - here)[:, :, None]))[:, :, 0]
        infos = env.step(np.clip(0.5 * wanted / STEP_RAD, -1, 1))[4]
    assert infos["success"].mean() == 1.0


def test_an_action_moves_the_targets_within_limits() -> None:
    env = FrankaVectorEnv("Reach", 1)
    env.reset(seed=0)
    before = env._target.copy()
    env.step(np.full((1, 7), 0.5))
    assert env._target - before == pytest.approx(np.full((1, 7), 0.5 * STEP_RAD))
    for _ in range(48):
        joints = env.qpos.copy()
        env.step(np.full((1, 7), 3.0))
        assert (env._target <= UPPER).all()
        assert (env._target >= LOWER).all()
        assert (np.abs(env._target - joints) <= LEAD_RAD + 1e-12).all()


def test_actions_of_the_tip_move_it_and_keep_the_gripper_down() -> None:
    env = FrankaVectorEnv("Push", 3, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0)
    start = tip(env.qpos[:, :7])
    for _ in range(10):
        env.step(np.array([[0.3, 0.0, 0.0], [0.0, 0.3, 0.0], [0.0, 0.0, 0.3]]))
    for _ in range(20):
        env.step(np.zeros((3, 3)))
    moved = tip(env.qpos[:, :7]) - start
    assert np.diag(moved) == pytest.approx(np.full(3, 10 * 0.3 * STEP_M), abs=0.012)
    assert np.abs(moved - np.diag(np.diag(moved))).max() < 0.012
    assert (tip_jacobian(env.qpos[:, :7])[0][:, 2] < -0.995).all()


def test_the_jacobian_is_the_derivative_of_the_tip() -> None:
    joints = np.random.default_rng(0).uniform(-1, 1, (20, 7))
    pointing, turning, moving = tip_jacobian(joints)
    for i, row in enumerate(1e-6 * np.eye(7)):
        assert moving[:, :, i] == pytest.approx((tip(joints + row) - tip(joints - row)) / 2e-6, abs=1e-8)
        change = tip_jacobian(joints + row)[0] - tip_jacobian(joints - row)[0]
        assert turning[:, :, i] == pytest.approx(change / 2e-6, abs=1e-8)
    assert np.square(pointing).sum(axis=1) == pytest.approx(np.ones(20))


def test_the_gripper_pushes_the_cube() -> None:
    env = FrankaVectorEnv("Push", 1, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0)
    start = env._state.cube[0, :3]
    for way in ([-0.08, 0.0, 0.1], [-0.08, 0.0, 0.005], [0.07, 0.0, 0.005]):
        place = start + np.array(way)
        for _ in range(20):
            env.step(np.clip((place - env._state.tip) / STEP_M, -0.5, 0.5))
    moved = env._state.cube[0, :3] - start
    assert moved[0] > 0.03
    assert abs(moved[2]) < 0.003  # it slides on the floor
    assert env._state.cube[0, 3:7] @ env._state.cube[0, 3:7] == pytest.approx(1.0)


def test_a_cube_begins_away_from_its_goal_and_on_the_floor() -> None:
    env = FrankaVectorEnv("Push", 500, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0)
    cubes, (x, y, _) = env.qpos[:, 7:10], TASKS["Push"].cube_m or ((0, 0),) * 3
    assert cubes[:, 2] == pytest.approx(np.full(500, 0.025))
    assert ((cubes[:, 0] >= x[0]) & (cubes[:, 0] <= x[1]) & (cubes[:, 1] >= y[0]) & (cubes[:, 1] <= y[1])).all()
    away = np.hypot(*(env.goal - cubes)[:, :2].T)
    assert 0.1 <= away.min() < 0.105
    for _ in range(5):
        info = env.step(np.zeros((500, 3)))[4]
        assert not info["success"].any()


def test_levels_bring_the_goal_nearer_to_the_start() -> None:
    task = TASKS["ReachCurriculum"]
    env = FrankaVectorEnv("ReachCurriculum", 200)
    env.reset(seed=0)
    full, start = env.goal, tip(env.qpos)
    for level in (0, 3, task.levels - 1):
        env.reset(seed=0, options={"curriculum_level": level})
        assert env.goal - start == pytest.approx((full - start) * ((level + 1) / task.levels) ** 2, abs=1e-12)
    assert env.goal == pytest.approx(full, abs=1e-12)


def test_randomisation_stays_in_its_ranges_and_changes_every_episode() -> None:
    env = FrankaVectorEnv("Reach", 8, randomise=RANDOMISE, autoreset_mode=AutoresetMode.DISABLED)
    nominal = env.model
    seen = []
    for seed in (0, 100):
        env.reset(seed=seed)
        for model in env._simulator.models:
            x, y, z = model.opt.gravity
            assert -10 <= z <= -8
            assert max(abs(x), abs(y)) <= 0.5
            factors = model.dof_damping / nominal.dof_damping
            assert ((factors >= 0.8) & (factors <= 1.2)).all()
            payload = model.body("hand").mass[0] - nominal.body("hand").mass[0]
            assert 0 <= payload <= 1
            seen.append((x, y, z, *factors, payload))
    assert len({value for row in seen for value in row}) == 16 * 11


def test_the_defaults_of_randomisation_change_nothing() -> None:
    nominal, model = build(cube=False), build(cube=False)
    Randomisation().apply(model, nominal, mujoco.MjData(model), np.random.default_rng(0))
    for name in ("body_mass", "dof_damping", "body_subtreemass", "dof_invweight0"):
        assert getattr(model, name) == pytest.approx(getattr(nominal, name)), name
    assert model.opt.gravity == pytest.approx(nominal.opt.gravity)
    assert isinstance(model, mujoco.MjModel)


def test_a_payload_makes_the_arm_sag() -> None:
    sag = []
    for payload in (0.0, 3.0):
        env = FrankaEnv("Reach", randomise={"payload_kg": [payload, payload], "damping": [1.0, 1.0]})
        env.reset(seed=0)
        before = tip(env.batch.qpos)[0, 2]
        for _ in range(49):
            env.step(STILL)
        sag.append(before - tip(env.batch.qpos)[0, 2])
    assert 0 < sag[0] < 0.008
    assert sag[1] > sag[0] + 0.002


def test_noise_is_on_the_observation_alone_and_the_tip_follows_from_it() -> None:
    plain, noisy = FrankaEnv("Reach"), FrankaEnv("Reach", randomise={"joint_noise_rad": 0.01})
    first, second = plain.reset(seed=0)[0], noisy.reset(seed=0)[0]
    assert (plain.batch.qpos == noisy.batch.qpos).all()
    assert 0 < np.abs(first[:7] - second[:7]).max() <= 0.0101
    seen = second[None, :7].astype(float) + np.array(TASKS["Reach"].start)
    assert second[21:24] / 5 == pytest.approx(tip(seen)[0], abs=1e-5)


def test_the_reset_of_one_arm_draws_no_noise_for_the_others() -> None:
    options = {"joint_noise_rad": 0.01}
    batch_of_two = FrankaVectorEnv("Reach", 2, randomise=options, autoreset_mode=AutoresetMode.DISABLED)
    alone = FrankaEnv("Reach", randomise=options)
    batch_of_two.reset(seed=0)
    alone.reset(seed=0)
    batch_of_two.reset(options={"reset_mask": np.array([False, True])})
    assert (batch_of_two.step(np.zeros((2, 7)))[0][0] == alone.step(STILL)[0]).all()


def test_specs_and_tasks_agree() -> None:
    for spec in SPECS:
        task = TASKS[spec.kwargs["task"]]
        assert spec.episode_limit == task.steps, spec.id
        assert (spec.curriculum.levels if spec.curriculum else 1) == task.levels, spec.id
