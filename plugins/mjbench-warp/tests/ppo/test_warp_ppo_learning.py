"""PPO on points in plain torch: it learns, takes its budget, and gives the same bytes for the same run."""

from typing import Any

import numpy as np
import pytest
import torch
from mjbench_warp.ppo.learner import Ppo
from mjbench_warp.ppo.train import train
from point_session import Alone, run_of

from mjbench.algorithms.options import read
from mjbench.api.session import Diverged
from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy

torch.set_num_threads(1)


def trained(**changes: Any) -> tuple[Alone, Any]:
    session: Any = Alone(run_of(changes.pop("steps", 2048), changes.pop("seed", 0), **changes))
    return session, train(session)


def distance(policy: MlpPolicy) -> float:
    """Mean distance of 500 points from the origin at the ends of their episodes."""
    batch: Any = Alone(run_of(1)).make_training_batch(500, "cpu")
    seen, rewards = batch.reset(), torch.zeros(500)
    for _ in range(Alone.limit):
        seen, rewards, *_ = batch.step(torch.from_numpy(policy.act(seen.numpy())))
    return float(1 - rewards.mean())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"normalize_observation": True, "normalize_reward": True},
        {"learning_rate_schedule": "adaptive", "target_kl": 0.01},
        {"target_kl": 0.02, "activation": "tanh"},
    ],
    ids=str,
)
def test_it_learns(changes: dict[str, Any]) -> None:
    session, policy = trained(steps=25_000, **changes)
    assert distance(session.policies[0]) > 0.4
    assert distance(policy) < 0.12


def test_the_value_of_what_a_truncated_episode_ended_with_counts() -> None:
    """Every episode is truncated at once; a value that does not see beyond would be the reward of one step, 0.4."""
    session: Any = Alone(run_of(512 * 40, gamma=0.5, n_steps=16, learning_rate=3e-3))
    session.limit = 1  # every step ends an episode
    learner = Ppo(session, read_options(session), session.make_training_batch(32, "cpu"))
    learner.reset()
    for _ in range(40):
        learner.collect()
        learner.improve()
    assert learner.rollout.cut.all()
    # V = r + gamma V with gamma 0.5 is twice the reward of a step, which rewards holds with gamma V
    assert float(learner.rollout.values.mean()) == pytest.approx(float(learner.rollout.rewards.mean()), rel=0.15)
    assert float(learner.rollout.values.mean()) > 0.8


def read_options(session: Any) -> Any:
    from mjbench_warp.ppo.options import PpoOptions

    return read(PpoOptions, session.run)


@pytest.mark.parametrize(("steps", "rollouts", "taken"), [(512, 1, 512), (1000, 2, 992), (1024, 2, 1024), (40, 1, 32)])
def test_the_budget_is_taken_and_reported_once_a_rollout(steps: int, rollouts: int, taken: int) -> None:
    session, _ = trained(steps=steps)
    assert (len(session.steps), session.steps[-1]) == (rollouts, taken)


def test_the_last_short_rollout_is_not_learned_from() -> None:
    whole, policy = trained(steps=1024, learning_rate_schedule="constant")
    longer, further = trained(steps=1024 + 320, learning_rate_schedule="constant")
    assert equal(policy, further)
    assert (len(whole.steps), len(longer.steps)) == (2, 3)


def test_the_same_run_gives_the_same_policy_and_another_seed_another_one() -> None:
    assert equal(trained()[1], trained()[1])
    assert not equal(trained()[1], trained(seed=1)[1])


def equal(one: MlpPolicy, other: MlpPolicy) -> bool:
    pairs = zip([*one.weights, *one.biases], [*other.weights, *other.biases], strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_the_policy_is_the_one_that_acted(tmp_path: Any) -> None:
    session: Any = Alone(run_of(512, log_std_init=-20.0, normalize_observation=True))
    learner = Ppo(session, read_options(session), session.make_training_batch(32, "cpu"))
    learner.reset()
    raw = session.batch.reset().clone()
    learner._seen.copy_(learner.observations.apply(raw))
    learner.collect()
    learner.policy().save(tmp_path)
    learner._seen.copy_(learner.observations.apply(raw))  # with the statistics that the policy has
    with torch.no_grad():
        learner._act()
    np.testing.assert_allclose(MlpPolicy.load(tmp_path).act(raw.numpy()), learner._bounded.numpy(), atol=2e-6)


def test_what_is_not_finite_ends_the_run() -> None:
    with pytest.raises(Diverged, match="parameters are not finite after 512 steps"):
        trained(learning_rate=1e38, max_grad_norm=1e38)


def test_an_update_ends_where_the_divergence_is_too_large() -> None:
    changes = {"learning_rate": 1e-2, "learning_rate_schedule": "constant", "n_epochs": 10}
    free, bounded = trained(**changes)[0], trained(**changes, target_kl=0.01)[0]
    assert max(row["train/approx_kl"] for row in bounded.logged) < max(row["train/approx_kl"] for row in free.logged)


def test_an_adaptive_rate_moves_with_the_divergence() -> None:
    changes = {"learning_rate_schedule": "adaptive", "steps": 4096}
    lower = trained(**changes, target_kl=1e-6)[0].logged[-1]["train/learning_rate"]
    higher = trained(**changes, target_kl=10.0)[0].logged[-1]["train/learning_rate"]
    assert (lower, higher) == (pytest.approx(1e-5), pytest.approx(1e-2))


def test_a_gpu_that_is_not_here_is_refused() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(SpecError, match=r"device=cuda:3.*--set device=cpu"):
        trained(device="cuda:3")
