"""The task with its goal in a dictionary: the interface of Gymnasium-Robotics, the numbers of the flat task."""

import gymnasium
import mjbench_franka
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from mjbench_franka.env import FrankaEnv
from mjbench_franka.goal_env import FrankaGoalEnv


def test_it_is_the_flat_task_with_its_goal_apart() -> None:
    goals, flat = FrankaGoalEnv(), FrankaEnv("ReachSparse")
    split, row = goals.reset(seed=3)[0], flat.reset(seed=3)[0]
    for action in np.random.default_rng(0).uniform(-1, 1, (50, 7)):
        assert (split["observation"] == row[:24]).all()
        assert split["desired_goal"] == pytest.approx(row[24:27] / 5, abs=1e-6)
        assert split["achieved_goal"] == pytest.approx(row[21:24] / 5, abs=1e-6)
        (split, reward, over, _, info), (row, other, _, _, _) = goals.step(action), flat.step(action)
        assert (reward, over) == (other, False)
        assert info["is_success"] == (reward == 0.0)


def test_rewards_are_computed_again_for_other_goals() -> None:
    env = FrankaGoalEnv()
    achieved = np.zeros((4, 3))
    desired = np.array([[0, 0, 0], [0.0199, 0, 0], [0.0201, 0, 0], [0.012, 0.012, 0.012]])
    assert env.compute_reward(achieved, desired, [{}] * 4).tolist() == [0, 0, -1, -1]
    assert env.compute_reward(achieved[0], desired[0], {}) == 0.0
    split = env.reset(seed=0)[0]
    split, reward, *_ = env.step(np.zeros(7))
    assert reward == env.compute_reward(split["achieved_goal"], split["desired_goal"], {})
    assert env.compute_reward(split["achieved_goal"], split["achieved_goal"], {}) == 0.0


@pytest.mark.filterwarnings("ignore:.*infinity")
def test_gymnasium_makes_it_and_finds_nothing_wrong() -> None:
    assert mjbench_franka is not None
    env = gymnasium.make("mjbench_franka:ReachSparseGoal-v0")
    check_env(env.unwrapped, skip_render_check=True)
    env.reset(seed=0)
    steps = 1
    while not env.step(np.zeros(7, np.float32))[3]:
        steps += 1
    assert steps == 50


def test_hindsight_relabelling_of_stable_baselines3_learns_from_it() -> None:
    sb3 = pytest.importorskip("stable_baselines3")
    from stable_baselines3.her.her_replay_buffer import HerReplayBuffer

    env = gymnasium.make("mjbench_franka:ReachSparseGoal-v0")
    model = sb3.SAC(
        "MultiInputPolicy",
        env,
        replay_buffer_class=HerReplayBuffer,
        replay_buffer_kwargs={"n_sampled_goal": 4, "goal_selection_strategy": "future"},
        learning_starts=100,
        buffer_size=1000,
        policy_kwargs={"net_arch": [16]},
        seed=0,
    )
    model.learn(120)
    rewards = model.replay_buffer.sample(256).rewards.numpy()
    assert (model.replay_buffer.rewards[:100] == -1).mean() > 0.97  # a random arm meets no goal
    assert (rewards == 0).mean() > 0.1  # relabelled ones are met
