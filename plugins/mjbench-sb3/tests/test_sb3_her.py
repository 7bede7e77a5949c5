"""SAC with hindsight replay: flat rows in, flat rows with other goals out; exact resume; refused without goals."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from killing import Interrupted, content, small_run, undisturbed
from mjbench_sb3.algorithms import SAC_HER
from mjbench_sb3.her import GoalReplayBuffer

from mjbench.errors import SpecError
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

TASK = "franka/ReachSparse-v0"
LAYOUT: Any = {"achieved_goal": [1, 3], "desired_goal": [3, 5], "goal_difference": [5, 7], "goal_tolerance": 0.5}
SMALL = {
    "n_envs": 2,
    "gradient_steps": 1,
    "learning_starts": 250,
    "batch_size": 32,
    "net_arch": [16, 16],
    "buffer_size": 400,
}
torch.set_num_threads(1)


def row(time: int, env: int, goal: float) -> np.ndarray:
    """An observation whose achieved goal says where it comes from."""
    achieved, desired = np.array([time, 100 * env]), np.array([goal, goal])
    return np.concatenate([[time], achieved, desired, desired - achieved]).astype(np.float32)


def filled(strategy: str = "future", ends: tuple[int, ...] = (4, 9)) -> GoalReplayBuffer:
    """Two environments, two episodes of five steps each."""
    space, actions = Box(-np.inf, np.inf, (7,), np.float32), Box(-1, 1, (1,), np.float32)
    buffer = GoalReplayBuffer(
        40, space, actions, env=None, device="cpu", n_envs=2, goal_selection_strategy=strategy, **LAYOUT
    )
    for time in range(10):
        now, then = (np.stack([row(t, env, -9.0) for env in range(2)]) for t in (time, time + 1))
        done = np.full(2, time in ends)
        infos = [{"TimeLimit.truncated": bool(end)} for end in done]
        buffer.add(now, then, np.zeros((2, 1)), np.full(2, -1.0), done, infos)
    return buffer


@pytest.mark.parametrize("strategy", ["future", "final", "episode"])
def test_rows_come_back_with_goals_that_were_achieved(strategy: str) -> None:
    np.random.seed(0)
    found = filled(strategy).sample(500)
    now, then = found.observations.numpy(), found.next_observations.numpy()
    assert now.shape == then.shape == (500, 7)
    other = now[:, 3] != -9.0
    assert other.mean() == pytest.approx(0.8)
    for rows in (now, then):
        assert (rows[:, 5:7] == rows[:, 3:5] - rows[:, 1:3]).all()
    assert (now[:, 3:5] == then[:, 3:5]).all()
    time, goal = now[other, 0], now[other, 3]
    assert (now[other, 4] == now[other, 2]).all()  # of its own environment
    assert ((time < 5) == (goal <= 5)).all()  # of its own episode, as it was after a step
    if strategy == "future":
        assert (goal > time).all()
    if strategy == "final":
        assert set(goal.tolist()) == {5.0, 10.0}
    reached = np.linalg.norm(then[:, 3:5] - then[:, 1:3], axis=1) <= 0.5
    assert reached.any()
    assert (found.rewards.numpy()[:, 0] == np.where(reached, 0.0, -1.0)).all()
    assert (found.dones == 0).all()  # episodes are cut off, never over


def test_an_open_episode_is_not_drawn_from() -> None:
    np.random.seed(0)
    assert filled(ends=(4,)).sample(200).observations[:, 0].max() == 4
    with pytest.raises(RuntimeError, match="before the end of the first episode"):
        filled(ends=()).sample(1)


@pytest.mark.slow
@pytest.mark.parametrize("stop_at", [300, 1010])
def test_it_goes_on_from_where_it_was(stop_at: int, tmp_path: Path) -> None:
    # the buffer is overwritten twice; both stops are in the middle of episodes
    run = small_run(TASK, "sac+her", steps=1200, **SMALL)
    parts = Interrupted(run, tmp_path / "parts", stop_at=stop_at)
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"achieved_goal": []}, "no preset says where the goals of franka/ReachSparse-v0 are"),
        ({"desired_goal": [24, 26]}, "must have the same size"),
        ({"goal_difference": [27, 28]}, "must have the same size"),
    ],
)
def test_goals_that_make_no_sense_are_refused(changes: dict[str, Any], words: str) -> None:
    preset = dict(SAC_HER.hyperparameters(Registry().task(TASK)))
    assert SAC_HER.nothing_learned(RunSpec(TASK, "sac+her", preset, 0, 400_000, EvalProtocol())) == ""
    with pytest.raises(SpecError, match=words):
        SAC_HER.nothing_learned(RunSpec(TASK, "sac+her", {**preset, **changes}, 0, 400_000, EvalProtocol()))
