"""``predict`` in the form of stable-baselines3."""

from typing import Any

import numpy as np
import pytest
from committed import committed_results
from records import make_run
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import DummyVecEnv

import mjbench
from mjbench.errors import MjbenchError
from mjbench.policies.mlp import MlpPolicy
from mjbench.policies.predictor import Predictor


@pytest.fixture
def predictor() -> Predictor:
    draw = np.random.default_rng(0)
    weights = tuple(draw.normal(size=shape).astype(np.float32) for shape in ((8, 4), (2, 8)))
    biases = (np.zeros(8, np.float32), np.zeros(2, np.float32))
    policy = MlpPolicy(weights, biases, -np.ones(2), np.ones(2))
    return Predictor(policy, make_run(), policy.observation_size)


def test_one_observation_and_a_batch_give_the_same_actions(predictor: Predictor) -> None:
    batch = np.random.default_rng(1).normal(size=(5, 4))
    actions, state = predictor.predict(batch)
    assert (actions.shape, actions.dtype, state) == ((5, 2), np.float32, None)
    for row, action in zip(batch, actions, strict=True):
        one, _ = predictor.predict(row)
        assert one.shape == (2,)
        np.testing.assert_allclose(one, action, rtol=1e-5)
    np.testing.assert_array_equal(predictor.act(batch), actions)
    assert predictor.predict([0, 0, 0, 0])[0].shape == (2,)


@pytest.mark.parametrize(
    ("observation", "words"),
    [
        (np.zeros(3), r"expected \(4,\) or \(N, 4\), given \(3,\)"),
        (np.zeros((4, 3)), r"given \(4, 3\)"),
        (np.zeros((1, 1, 4)), r"given \(1, 1, 4\)"),
        (0.0, r"given \(\)"),
        ({"joints": np.zeros(4)}, "no dictionary.*the keys joints.*FlattenObservation"),
        ((np.zeros(4), {}), "env.reset"),
        ([[0.0], [1.0, 2.0]], "array of numbers"),
        ("four", "array of numbers"),
    ],
)
def test_a_wrong_observation_is_one_line_with_both_shapes(predictor: Predictor, observation: Any, words: str) -> None:
    with pytest.raises(MjbenchError, match=words) as caught:
        predictor.predict(observation)
    assert "\n" not in str(caught.value)


def test_noise_and_memory_are_refused(predictor: Predictor) -> None:
    with pytest.raises(MjbenchError, match="deterministic=False"):
        predictor.predict(np.zeros(4), deterministic=False)


def test_stable_baselines3_evaluates_it() -> None:
    folder = min((committed_results() / "gymnasium/Reacher-v5/sac").iterdir())
    policy: Any = mjbench.load_policy(folder)
    envs = DummyVecEnv([lambda: mjbench.make("gymnasium/Reacher-v5")])
    mean, _ = evaluate_policy(policy, envs, n_eval_episodes=3, warn=False)
    assert -10 < float(mean) < 0  # type: ignore[arg-type]
