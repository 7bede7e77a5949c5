# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""Levels, commands, outcomes and randomisation of the tasks."""

import mujoco
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_legged.commands import Commands, Tracking
from mjbench_legged.randomisation import Randomisation
from mjbench_legged.robot import Robot
from mjbench_legged.terrain import Flat, Rough, Steps
from mjbench_legged.world import build
from mjbench_quadruped.env import QuadrupedEnv
from mjbench_quadruped.robot import GO1
from mjbench_quadruped.tasks import TASKS
from mjbench_quadruped.vector_env import QuadrupedVectorEnv
from mjbench_quadruped_specs import TASKS as SPECS

from mjbench.testing import TaskContract

STANDING = np.zeros(12, np.float32)


class TestQuadrupeds(TaskContract):
    tasks = [task for task in SPECS if task.id in ("quadruped/Go1Velocity-v0", "quadruped/AnymalStep-v0")]
    quick = True


def test_listing_and_building_agree() -> None:
    assert {spec.kwargs["task"] for spec in SPECS} == set(TASKS)
    for spec in SPECS:
        name, version = spec.id.removeprefix("quadruped/").split("-v")
        assert spec.kwargs["task"] == name.removesuffix("Randomised") + version.removeprefix("0")
        task = TASKS[spec.kwargs["task"]]
        assert spec.episode_limit == round(task.episode_s * 50)
        assert (spec.curriculum.levels if spec.curriculum else 1) == task.levels
        assert tuple(m.key[2:] for m in spec.metrics if m.reduce == "std") == task.robot.joints


def lift_m(robot: Robot) -> float:
    """How far actions raise the first foot straight up, to 1 cm, the base being where the standing pose has it."""
    model = build(robot, Flat())
    data = mujoco.MjData(model)

    def foot(thigh: float, shank: float) -> np.ndarray:
        offsets = np.zeros(12)
        offsets[1:3] = thigh * robot.action_scale[1], shank * robot.action_scale[2]
        data.qpos[:] = [0.0, 0.0, robot.height_m, 1.0, 0.0, 0.0, 0.0, *(robot.standing() + offsets)]
        mujoco.mj_kinematics(model, data)
        return data.geom(robot.soles[0]).xpos.copy()

    actions = np.linspace(-1.0, 1.0, 81)
    moved = np.array([foot(thigh, shank) - foot(0.0, 0.0) for thigh in actions for shank in actions])
    return float(moved[abs(moved[:, 0]) < 0.01, 2].max())


@pytest.mark.parametrize(("task", "clears"), [("Go1Rough", True), ("AnymalRough", False), ("AnymalRough1", True)])
def test_version_1_lifts_a_foot_over_the_highest_block_and_version_0_does_not(task: str, clears: bool) -> None:
    terrain = TASKS[task].terrain
    assert isinstance(terrain, Rough)
    assert (lift_m(TASKS[task].robot) > terrain.block_m) == clears


@pytest.mark.parametrize(
    ("task", "action_scale", "clearance_m"),
    [
        ("AnymalVelocity", (0.25, 0.5, 0.5), 0.1),
        ("AnymalRough", (0.25, 0.5, 0.5), 0.1),
        ("AnymalVelocity1", (0.4, 0.8, 0.8), 0.1),
        ("AnymalRough1", (0.4, 0.8, 0.8), 0.16),
    ],
)
def test_the_two_versions_differ_in_reach_and_clearance(
    task: str, action_scale: tuple[float, ...], clearance_m: float
) -> None:
    assert TASKS[task].robot.action_scale == action_scale * 4
    assert TASKS[task].constants.clearance_m == clearance_m


def test_episodes_of_version_1_start_on_the_first_six_of_eight_levels() -> None:
    terrain = TASKS["AnymalRough1"].terrain
    draws = np.random.default_rng(0)
    assert {terrain.task_level(draws) for _ in range(200)} == {0, 1, 2, 3, 4, 5}
    assert terrain.levels == 8
    with pytest.raises(ValueError, match="task_levels is 9, and the ground has 8 levels"):
        Rough(levels=8, task_levels=9)


def batch(task: str, count: int, level: int | None = None) -> QuadrupedVectorEnv:
    env = QuadrupedVectorEnv(task, count, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=0, options=None if level is None else {"curriculum_level": level})
    return env


def test_commands_widen_with_the_level() -> None:
    def reach(options: dict | None) -> np.ndarray:
        return np.abs(QuadrupedVectorEnv("Go1Velocity", 60).reset(seed=0, options=options)[0][:, 45:]).max(axis=0)

    assert (reach({"curriculum_level": 0}) <= [0.2, 0.08, 0.2]).all()
    assert (reach(None) > [0.7, 0.3, 0.8]).all()
    assert (reach(None) <= [1.0, 0.4, 1.0]).all()


def test_the_step_rises_with_the_level_and_is_15_cm_without_one() -> None:
    terrain = TASKS["AnymalStep"].terrain
    assert isinstance(terrain, Steps)
    for level, height in ((0, 0.03), (8, 0.15), (None, 0.15)):
        env = batch("AnymalStep", 4, level)
        y = env.qpos[:, 1]
        assert terrain.height(np.full(4, 2.5), y) == pytest.approx([height] * 4)
        assert terrain.height(env.qpos[:, 0], y) == pytest.approx([0.0] * 4)


def test_a_robot_on_the_step_stands_as_high_as_on_the_floor() -> None:
    env = batch("AnymalStep", 1)
    env.qpos[0, 0] = 4.0
    env.qpos[0, 2] += 0.15
    for _ in range(50):
        env.step(STANDING[None])
    assert env.qpos[0, 2] == pytest.approx(0.15 + 0.51, abs=0.03)


def test_rough_ground_holds_the_feet() -> None:
    env = batch("Go1Rough", 12)
    last = [env.step(np.zeros((12, 12))) for _ in range(50)][-1]
    assert not last[2].any()
    assert last[4]["height_m"] == pytest.approx([0.27] * 12, abs=0.04)


def test_evaluation_on_rough_ground_sees_every_level() -> None:
    env = batch("Go1Rough", 60)
    tiles = {(round(x / 8), round(y / 8)) for x, y in env.qpos[:, :2]}
    assert {level for level, _ in tiles} == set(range(6))
    assert {kind for _, kind in tiles} == {0, 1, 2}


def test_the_error_of_a_command_is_that_of_the_mean_velocity() -> None:
    tracking = Tracking(1)
    command = np.array([[0.5, 0.0, 0.2]])
    for step in range(250):  # 5 s: the first second is left out, a swing around the mean does not count
        swing = 0.3 if step % 2 else -0.3
        slow = 0.0 if step < 50 else 0.4
        tracking.add(np.array([[slow + swing, swing, 0.2]]), command, 0.02)
    assert tracking.errors()[0] == pytest.approx([0.1, 0.0], abs=1e-2)
    tracking.change(0)
    for _ in range(250):
        tracking.add(np.array([[0.0, 0.0, 0.5]]), np.zeros((1, 3)), 0.02)
    assert tracking.errors()[0] == pytest.approx([0.05, 0.25], abs=1e-2)
    tracking.begin(0)
    assert tracking.errors()[0].tolist() == [0.0, 0.0]


def test_one_command_in_ten_asks_to_stand() -> None:
    draws = np.random.default_rng(0)
    still = [not Commands().draw(draws, 1.0).any() for _ in range(2000)]
    assert 0.08 < np.mean(still) < 0.12


def test_a_standing_robot_has_failed_to_walk() -> None:
    env = QuadrupedEnv("AnymalWalk")
    env.reset(seed=0)
    info: dict = {}
    for _ in range(400):
        info = env.step(STANDING)[4]
    assert not info["fallen"]
    assert not info["success"]
    assert abs(info["distance_m"]) < 0.2
    assert info["progress"] == 1.0


def test_randomisation_stays_in_its_ranges_and_changes_every_episode() -> None:
    options = {"friction": [0.4, 1.2], "mass": [1.0, 1.3], "strength": [0.8, 1.2], "centre_of_mass_m": 0.05}
    env = QuadrupedVectorEnv("Go1Walk", 8, randomise=options, autoreset_mode=AutoresetMode.DISABLED)
    seen = []
    for seed in (0, 100):
        env.reset(seed=seed)
        for model in env._simulator.models:
            friction, mass = model.geom("FR").friction[0], model.body("trunk").mass[0] / 5.204
            gain = model.actuator("FR_hip").gainprm[0] / 50
            assert 0.4 <= friction <= 1.2
            assert 1.0 <= mass <= 1.3
            assert 0.8 <= gain <= 1.2
            assert model.actuator("FR_hip").biasprm[1] == pytest.approx(-50 * gain)
            seen.append((friction, mass, gain))
    assert len(set(seen)) == 16
    twin = QuadrupedVectorEnv("Go1Walk", 8, randomise=options, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=5)
    twin.reset(seed=5)
    for _ in range(20):
        assert (env.step(np.ones((8, 12)))[0] == twin.step(np.ones((8, 12)))[0]).all()


def test_the_defaults_of_randomisation_change_nothing() -> None:
    nominal, model = build(GO1, Flat()), build(GO1, Flat())
    Randomisation().apply(model, nominal, GO1, np.random.default_rng(0))
    for name in ("geom_friction", "body_mass", "body_inertia", "body_ipos", "actuator_gainprm", "dof_invweight0"):
        assert getattr(model, name) == pytest.approx(getattr(nominal, name)), name
    assert isinstance(model, mujoco.MjModel)


def test_pushes_move_the_robot() -> None:
    pushed = QuadrupedEnv("Go1Walk", randomise={"push_every_s": 0.05, "push_m_s": 0.5})
    pushed.reset(seed=0)
    speeds = [np.abs(pushed.step(STANDING)[0][31:33]).max() for _ in range(20)]
    assert max(speeds) > 0.2


def test_latency_holds_back_the_targets() -> None:
    prompt, late = QuadrupedEnv("Go1Walk"), QuadrupedEnv("Go1Walk", randomise={"latency_s": [0.02, 0.02]})
    rows = []
    for env in (prompt, late):
        env.reset(seed=0)
        rows.append([env.step(np.full(12, 0.5))[0][:12] for _ in range(4)])
    assert np.abs(np.array(rows[0][0]) - rows[1][0]).max() > 0.01  # nothing has reached the motors yet
    assert np.abs(np.array(rows[0][3]) - rows[1][3]).max() > 0.001


def test_noise_is_on_the_observation_alone() -> None:
    plain, noisy = QuadrupedEnv("Go1Walk"), QuadrupedEnv("Go1Walk", randomise={"joint_noise_rad": 0.05})
    first, second = plain.reset(seed=0)[0], noisy.reset(seed=0)[0]
    assert 0 < np.abs(first[:12] - second[:12]).max() <= 0.05
    assert (first[12:] == second[12:]).all()
    assert (plain.batch.qpos == noisy.batch.qpos).all()


def test_the_reset_of_one_robot_draws_no_noise_for_the_others() -> None:
    options = {"joint_noise_rad": 0.05}
    batch_of_two = QuadrupedVectorEnv("Go1Walk", 2, randomise=options, autoreset_mode=AutoresetMode.DISABLED)
    alone = QuadrupedEnv("Go1Walk", randomise=options)
    batch_of_two.reset(seed=0)
    alone.reset(seed=0)
    batch_of_two.reset(options={"reset_mask": np.array([False, True])})
    assert (batch_of_two.step(np.zeros((2, 12)))[0][0] == alone.step(STANDING)[0]).all()
