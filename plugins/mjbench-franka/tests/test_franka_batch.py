"""A batch is its arms one by one, to the last bit; and the environments keep what Gymnasium promises."""

import gymnasium
import mjbench_franka
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_franka.env import FrankaEnv
from mjbench_franka.tasks import TASKS
from mjbench_franka.vector_env import FrankaVectorEnv
from mjbench_franka_specs import RANDOMISE

from mjbench.envs.rendering import no_rendering


def actions(steps: int, count: int, size: int = 7) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (steps, count, size)).astype(np.float32)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("task", "randomise"), [*((name, None) for name in TASKS), ("Reach", RANDOMISE)])
def test_a_row_behaves_as_if_it_were_alone(task: str, randomise: dict | None, threads: int) -> None:
    batch = FrankaVectorEnv(
        task, 5, threads=threads, autoreset_mode=AutoresetMode.DISABLED, randomise=randomise, max_episode_steps=40
    )
    alone = [FrankaEnv(task, randomise=randomise) for _ in range(5)]
    observations, _ = batch.reset(seed=11)
    for i, env in enumerate(alone):
        assert (env.reset(seed=11 + i)[0] == observations[i]).all()
    for k, action in enumerate(actions(80, 5, *batch.single_action_space.shape or ())):
        observations, rewards, terminated, truncated, infos = batch.step(action)
        for i, env in enumerate(alone):
            row, reward, over, _, info = env.step(action[i])
            assert (row == observations[i]).all()
            assert (reward, over) == (rewards[i], terminated[i])
            assert info == {name: values[i] for name, values in infos.items()}
        assert truncated.all() == (40 <= k + 1 <= 51)
        if k == 50:
            mask = np.array([True, False, True, False, False])
            observations, _ = batch.reset(options={"reset_mask": mask, "curriculum_level": 0})
            for i in np.flatnonzero(mask):
                assert (alone[i].reset(options={"curriculum_level": 0})[0] == observations[i]).all()


def test_a_mask_leaves_the_others_as_they_are() -> None:
    batch = FrankaVectorEnv("Reach", 3, autoreset_mode=AutoresetMode.DISABLED)
    batch.reset(seed=1)
    before = batch.step(actions(1, 3)[0])[0]
    after, _ = batch.reset(options={"reset_mask": np.array([False, True, False])})
    assert (after[[0, 2]] == before[[0, 2]]).all()
    assert (after[1] != before[1]).any()


def test_same_step_autoreset_hands_over_the_last_observation() -> None:
    plain = FrankaVectorEnv("Reach", 2, autoreset_mode=AutoresetMode.DISABLED)
    auto = FrankaVectorEnv("Reach", 2)
    plain.reset(seed=3)
    auto.reset(seed=3)
    *first, last = actions(50, 2)
    for action in first:
        assert (plain.step(action)[1] == auto.step(action)[1]).all()
    expected, _, _, truncated, _ = plain.step(last)
    observations, _, _, _, infos = auto.step(last)
    assert truncated.all()
    assert (infos["final_obs"] == expected).all()
    assert infos["_final_obs"].all()
    assert (observations != expected).any(axis=1).all()
    assert (auto.step(actions(1, 2)[0])[3] == [False, False]).all()


def test_next_step_autoreset_is_refused() -> None:
    with pytest.raises(ValueError, match="SAME_STEP"):
        FrankaVectorEnv("Reach", 2, autoreset_mode=AutoresetMode.NEXT_STEP)


def test_actions_of_another_shape_are_refused() -> None:
    batch = FrankaVectorEnv("Push", 2)
    batch.reset(seed=0)
    with pytest.raises(ValueError, match=r"\(2, 3\), not \(2, 7\)"):
        batch.step(np.zeros((2, 7)))


def test_unknown_task_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="ReachSparse"):
        FrankaVectorEnv("Grasp")


def test_unknown_randomisation_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="payload_kg"):
        FrankaEnv("Reach", randomise={"payload": [0, 1]})


@pytest.mark.parametrize("level", [-2, 10])
def test_a_level_outside_the_curriculum_is_refused(level: int) -> None:
    with pytest.raises(ValueError, match="curriculum_level"):
        FrankaEnv("ReachCurriculum").reset(options={"curriculum_level": level})


def test_gymnasium_makes_them_without_mjbench() -> None:
    assert mjbench_franka is not None
    env = gymnasium.make("mjbench_franka:Reach-v0")
    observation, _ = env.reset(seed=0)
    assert observation.shape == (30,)
    many = gymnasium.make_vec("mjbench_franka:Push-v0", num_envs=3)
    observations, _ = many.reset(seed=0)
    assert observations.shape == (3, 46)


@pytest.mark.skipif(no_rendering() != "", reason=no_rendering())
def test_pictures_show_the_arm_and_its_goal() -> None:
    env = FrankaEnv("Reach", render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    assert first is not None
    assert first.shape == (480, 640, 3)
    assert (first.min(axis=2) > 180).mean() > 0.01  # the white links
    env.batch._goal[0] = 0.3, -0.3, 0.5
    second = env.render()
    assert second is not None
    assert (first != second).any()
    env.close()
