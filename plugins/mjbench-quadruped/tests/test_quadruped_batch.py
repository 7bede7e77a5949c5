"""A batch is its robots one by one, to the last bit; and the environments keep what Gymnasium promises."""

import gymnasium
import mjbench_quadruped
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_quadruped.env import QuadrupedEnv
from mjbench_quadruped.tasks import TASKS
from mjbench_quadruped.vector_env import QuadrupedVectorEnv

from mjbench.envs.rendering import no_rendering


def actions(steps: int, count: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.6, 0.6, (steps, count, 12)).astype(np.float32)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("task", TASKS)
def test_a_row_behaves_as_if_it_were_alone(task: str, threads: int) -> None:
    batch = QuadrupedVectorEnv(task, 5, threads=threads, autoreset_mode=AutoresetMode.DISABLED)
    alone = [QuadrupedEnv(task) for _ in range(5)]
    observations, _ = batch.reset(seed=11)
    for i, env in enumerate(alone):
        assert (env.reset(seed=11 + i)[0] == observations[i]).all()
    for action in actions(120, 5):
        observations, rewards, terminated, truncated, infos = batch.step(action)
        for i, env in enumerate(alone):
            row, reward, over, cut, info = env.step(action[i])
            assert (row == observations[i]).all()
            assert (reward, over, cut) == (rewards[i], terminated[i], truncated[i])
            assert info == {name: values[i] for name, values in infos.items()}
        if terminated.any():
            level = {"curriculum_level": 0}
            observations, _ = batch.reset(options={"reset_mask": terminated, **level})
            for i in np.flatnonzero(terminated):
                assert (alone[i].reset(options=level)[0] == observations[i]).all()


def test_a_mask_leaves_the_others_as_they_are() -> None:
    batch = QuadrupedVectorEnv("Go1Walk", 3, autoreset_mode=AutoresetMode.DISABLED)
    batch.reset(seed=1)
    before = batch.step(actions(1, 3)[0])[0]
    after, _ = batch.reset(options={"reset_mask": np.array([False, True, False])})
    assert (after[[0, 2]] == before[[0, 2]]).all()
    assert (after[1] != before[1]).any()


def test_same_step_autoreset_hands_over_the_last_observation() -> None:
    plain = QuadrupedVectorEnv("Go1Walk", 2, autoreset_mode=AutoresetMode.DISABLED)
    auto = QuadrupedVectorEnv("Go1Walk", 2)
    plain.reset(seed=3)
    auto.reset(seed=3)
    for action in np.ones((200, 2, 12), np.float32):
        expected, _, terminated, _, _ = plain.step(action)
        observations, _, _, _, infos = auto.step(action)
        if terminated.any():
            break
    else:
        pytest.fail("nobody fell")
    over = np.flatnonzero(terminated)
    assert (infos["final_obs"][over] == expected[over]).all()
    assert (infos["_final_obs"] == terminated).all()
    assert (observations[over] != expected[over]).any()


def test_next_step_autoreset_is_refused() -> None:
    with pytest.raises(ValueError, match="SAME_STEP"):
        QuadrupedVectorEnv("Go1Walk", 2, autoreset_mode=AutoresetMode.NEXT_STEP)


def test_unknown_task_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Go1Walk"):
        QuadrupedVectorEnv("Go2Walk")


def test_unknown_randomisation_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="friction"):
        QuadrupedEnv("Go1Walk", randomise={"fricton": [0, 1]})


@pytest.mark.parametrize("level", [-2, 5])
def test_a_level_outside_the_curriculum_is_refused(level: int) -> None:
    with pytest.raises(ValueError, match="curriculum_level"):
        QuadrupedEnv("Go1Velocity").reset(options={"curriculum_level": level})


def test_gymnasium_makes_them_without_mjbench() -> None:
    assert mjbench_quadruped is not None
    env = gymnasium.make("mjbench_quadruped:Go1Walk-v0")
    observation, _ = env.reset(seed=0)
    assert observation.shape == (46,)
    many = gymnasium.make_vec("mjbench_quadruped:AnymalVelocity-v0", num_envs=3)
    observations, _ = many.reset(seed=0)
    assert observations.shape == (3, 48)


def test_an_episode_ends_at_its_limit_or_by_a_fall() -> None:
    env = QuadrupedEnv("AnymalWalk")
    env.reset(seed=0)
    steps = 0
    while True:
        _, _, terminated, truncated, info = env.step(np.zeros(12))
        steps += 1
        if terminated or truncated:
            break
    assert (steps, terminated, truncated, info["fallen"]) == (400, False, True, False)
    env = QuadrupedEnv("Go1Walk")
    env.reset(seed=0)
    for _ in range(400):
        _, _, terminated, _, info = env.step(np.ones(12))
        if terminated:
            break
    assert terminated
    assert info["fallen"]
    assert not info["success"]


@pytest.mark.skipif(no_rendering() != "", reason=no_rendering())
def test_rendering_shows_the_robot() -> None:
    env = QuadrupedEnv("Go1Walk", render_mode="rgb_array")
    env.reset(seed=0)
    picture = env.render()
    assert picture is not None
    assert picture.shape == (480, 640, 3)
    assert picture.std() > 10
    env.close()
