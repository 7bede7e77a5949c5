"""What EnvPool does in its own way, seen as mjbench needs it: ends, limits, seeds, autoreset, pools."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import envpool
import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from mjbench_envpool.env import EnvPoolEnv
from mjbench_envpool.pool import flat
from mjbench_envpool.vector_env import EnvPoolVectorEnv

from mjbench.envs.rendering import no_rendering
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.training_envs import TrainingBatch

THREADS = Path("/proc/self/task")
HOPPER, CHEETAH = "Hopper-v5", "HalfCheetah-v5"


def actions(env: Any, steps: int) -> np.ndarray:
    space = env.single_action_space
    return np.random.default_rng(0).uniform(space.low, space.high, (steps, env.num_envs, *space.shape))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_row_behaves_as_if_it_were_alone(threads: int) -> None:
    seeds = [40, 7, 1_000_003]
    batch = EnvPoolVectorEnv(HOPPER, 3, num_threads=threads)
    alone = [EnvPoolEnv(HOPPER) for _ in seeds]
    observations, _ = batch.reset(seed=seeds)
    assert all(
        (env.reset(seed=seed)[0] == row).all() for env, seed, row in zip(alone, seeds, observations, strict=True)
    )
    ends = 0
    for action in actions(batch, 150):
        observations, rewards, terminated, _, infos = batch.step(action)
        for i, env in enumerate(alone):
            row, reward, over, _, info = env.step(action[i])
            assert (row == observations[i]).all()
            assert (reward, over) == (rewards[i], terminated[i])
            assert info == {name: values[i] for name, values in infos.items()}
        if terminated.any():
            ends += 1
            observations, _ = batch.reset(options={"reset_mask": terminated})
            assert all((alone[i].reset()[0] == observations[i]).all() for i in np.flatnonzero(terminated))
    assert ends > 2


def test_an_episode_that_has_ended_rests_while_others_go_on() -> None:
    batch = EnvPoolVectorEnv(HOPPER, 4)
    batch.reset(seed=0)
    step = iter(actions(batch, 400))
    while True:
        last, _, terminated, truncated, _ = batch.step(next(step))
        if terminated.any():
            break
    assert not terminated.all()
    assert not truncated.any()
    for _ in range(3):  # EnvPool itself would have begun another
        observations, rewards, still, _, _ = batch.step(next(step))
        assert (observations[terminated] == last[terminated]).all()
        assert (rewards[terminated] == 0).all()
        assert still[terminated].all()
        assert (observations[~terminated] != last[~terminated]).any()


def test_a_fall_in_the_last_step_is_a_termination_and_not_only_a_truncation() -> None:
    env = EnvPoolEnv(HOPPER)
    env.reset(seed=3)
    length = 0
    over = False
    while not over:
        length += 1
        *_, over, _, _ = env.step(np.ones(3))
    pool = envpool.make_gymnasium(HOPPER, num_envs=1, num_threads=1, seed=[3], max_episode_steps=length)
    pool.reset()
    for _ in range(length - 1):
        pool.step(np.ones((1, 3)))
    _, _, terminated, truncated, _ = pool.step(np.ones((1, 3)))
    assert (bool(terminated[0]), bool(truncated[0])) == (False, True)  # what EnvPool tells, and why its limit is lifted
    limited = gymnasium.wrappers.TimeLimit(EnvPoolEnv(HOPPER), length)
    limited.reset(seed=3)
    for _ in range(length - 1):
        limited.step(np.ones(3))
    assert limited.step(np.ones(3))[2:4] == (True, True)


def test_in_training_an_episode_begins_in_the_step_that_ends_the_one_before() -> None:
    log = EpisodeLog()
    batch = TrainingBatch(EnvPoolVectorEnv(CHEETAH, 3), limit=5, log=log)
    plain = EnvPoolVectorEnv(CHEETAH, 3)
    batch.reset(seed=1)
    plain.reset(seed=1)
    for i, action in enumerate(actions(plain, 10)):
        observations, _, terminated, truncated, infos = batch.step(action)
        expected, *_ = plain.step(action)
        assert not terminated.any()
        assert truncated.all() == (i % 5 == 4)
        if truncated.any():
            assert (infos["final_obs"] == expected).all()
            expected, _ = plain.reset()
        assert (observations == expected).all()
    assert log.columns().episode_length == [5] * 6


def test_without_a_seed_episodes_go_on_from_the_stream_and_a_seed_begins_it_anew() -> None:
    env = EnvPoolVectorEnv(CHEETAH, 2)
    first, then = env.reset(seed=5)[0], env.reset()[0]
    assert (first != then).any()
    assert (env.reset(seed=5)[0] == first).all()
    assert (env.reset()[0] == then).all()
    mixed = env.reset(seed=[5, None])[0]
    assert (mixed[0] == first[0]).all()
    assert (mixed[1] != first[1]).any()
    assert (EnvPoolVectorEnv(CHEETAH, 2).reset()[0] != EnvPoolVectorEnv(CHEETAH, 2).reset()[0]).any()


def test_what_is_returned_stays_as_it_was() -> None:
    env = EnvPoolVectorEnv(CHEETAH, 2)
    kept = [env.reset(seed=5)[0]]
    copies = [kept[0].copy()]
    for action in actions(env, 20):
        kept.append(env.step(action)[0])
        copies.append(kept[-1].copy())
    assert all((one == other).all() for one, other in zip(kept, copies, strict=True))


@pytest.mark.skipif(not THREADS.exists(), reason="counts threads as Linux tells them")
def test_seeded_resets_and_close_give_threads_back() -> None:
    before = len(list(THREADS.iterdir()))
    env = EnvPoolVectorEnv(CHEETAH, 2, num_threads=2)
    env.reset(seed=0)
    held = len(list(THREADS.iterdir()))
    for seed in range(20):
        env.reset(seed=seed)
    assert len(list(THREADS.iterdir())) == held > before
    env.close()
    assert len(list(THREADS.iterdir())) < held


def test_dictionaries_are_flattened_in_the_order_of_their_keys_and_the_critics_part_is_left_out() -> None:
    told = {"b": {"z": np.array([[5.0]]), "a": np.array([[3.0, 4.0]])}, "a": np.array([2.0])}
    assert flat(told).tolist() == [[2.0, 3.0, 4.0, 5.0]]
    assert flat({"state": np.ones((2, 3)), "privileged_state": np.zeros((2, 9))}).tolist() == [[1.0] * 3] * 2
    go1 = envpool.make_spec("Go1JoystickFlatTerrain-v1").observation_space
    assert EnvPoolEnv("Go1JoystickFlatTerrain-v1").observation_space.shape == go1["state"].shape


def test_what_envpool_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="must be DISABLED, not SAME_STEP"):
        EnvPoolVectorEnv(HOPPER, 2, autoreset_mode=AutoresetMode.SAME_STEP)
    with pytest.raises(ValueError, match="not 'human'"):
        EnvPoolEnv(HOPPER, render_mode="human")
    env = EnvPoolVectorEnv(HOPPER, 2)
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(np.zeros((2, 3)))
    env.reset(seed=1)
    with pytest.raises(ValueError, match="all environments of a pool at once"):
        env.reset(seed=2, options={"reset_mask": np.array([True, False])})


@pytest.mark.skipif(no_rendering() != "", reason=no_rendering())
def test_pictures_follow_the_episode() -> None:
    env = EnvPoolEnv(CHEETAH, render_mode="rgb_array")
    env.reset(seed=0)
    first = env.render()
    for _ in range(10):
        env.step(np.ones(6))
    later = env.render()
    assert first is not None
    assert later is not None
    assert first.dtype == np.uint8
    assert (first != later).any()


def test_drawing_is_refused_where_it_would_end_the_process() -> None:
    program = (
        "import envpool\n"
        "from mjbench_envpool.env import EnvPoolEnv\n"
        "try:\n"
        "    EnvPoolEnv('HalfCheetah-v5', render_mode='rgb_array').reset()\n"
        "except RuntimeError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "imported before envpool" in done.stdout
