"""What is compiled gives what numpy gives."""

import numpy as np
import pytest
from mjbench_fast.nn.adam import Adam
from mjbench_fast.nn.compiled import compiled
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.normalise.moments import RunningMoments
from mjbench_fast.normalise.observation_normaliser import ObservationNormaliser
from mjbench_fast.normalise.reward_normaliser import RewardNormaliser
from mjbench_fast.ppo.actor import Actor
from mjbench_fast.ppo.actor_critic import ActorCritic, ActorCriticPass


@pytest.mark.parametrize("activation", ["tanh", "relu", "elu"])
@pytest.mark.parametrize("sizes", [[7], [64, 64], [5, 40, 3]])
@pytest.mark.parametrize("count", [1, 4])
def test_the_actor_acts_as_the_networks_say(activation: str, sizes: list[int], count: int) -> None:
    rng = np.random.default_rng(0)
    networks = ActorCritic(6, 2, sizes, activation)
    networks.initialise(rng, False, 0.0)
    networks.parameters.values[:] = rng.normal(size=networks.parameters.values.size)
    low, high = np.array([-0.05, -0.1]), np.array([0.02, 0.1])  # so narrow that they bind
    actor = Actor(networks, activation, low, high)
    actor.refresh()
    x, noise = (rng.normal(size=(count, size)).astype(np.float32) for size in (6, 2))
    actions, bounded = actor.act(x, noise)
    wanted = ActorCriticPass(networks, count).forward(x)[0] + noise
    assert np.allclose(actions, wanted, rtol=1e-5, atol=1e-5)
    assert np.array_equal(bounded, np.clip(actions, low, high).astype(np.float32))
    assert (bounded != actions).any()


def test_the_actor_keeps_its_weights_until_it_is_refreshed() -> None:
    networks = ActorCritic(3, 1, [4], "tanh")
    networks.initialise(np.random.default_rng(0), True, 0.0)
    actor = Actor(networks, "tanh", -np.ones(1), np.ones(1))
    actor.refresh()
    x, noise = np.ones((1, 3), np.float32), np.zeros((1, 1), np.float32)
    before, _ = actor.act(x, noise)
    networks.mean.bias += 0.25
    assert np.array_equal(actor.act(x, noise)[0], before)
    actor.refresh()
    assert np.allclose(actor.act(x, noise)[0], before + 0.25)


def test_what_is_not_a_number_stays_so() -> None:
    """Or a run that diverged would go on unnoticed."""
    networks = ActorCritic(3, 1, [4, 4], "relu")
    networks.parameters.values[:] = np.nan
    actor = Actor(networks, "relu", -np.ones(1), np.ones(1))
    actor.refresh()
    x = np.ones((1, 3), np.float32)
    assert np.isnan(actor.act(x, np.zeros((1, 1), np.float32))[1]).all()
    assert np.isnan(ActorCriticPass(networks, 1).forward(x)[0]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("count", [1, 5])
def test_moments_are_those_of_all_rows(count: int, dtype: type[np.floating]) -> None:
    rows = np.random.default_rng(0).normal(3, 2, (60, 4)).astype(dtype)
    moments = RunningMoments(4)
    for start in range(0, 60, count):
        moments.update(rows[start : start + count])
    assert moments.count == pytest.approx(60, abs=1e-3)
    assert np.allclose(moments.mean, rows.mean(axis=0), rtol=1e-4)
    assert np.allclose(moments.var, rows.var(axis=0), rtol=1e-4)


def test_normalised_observations_are_clipped() -> None:
    normaliser = ObservationNormaliser(True, 2)
    first = np.array([[0.0, 0.0], [1.0, 2.0]])
    assert np.array_equal(normaliser.see(first), normaliser.apply(first))
    mean, var = normaliser.seen.mean, normaliser.seen.var
    raw = np.array([[0.3, -1e6], [1e6, np.nan]])
    found = normaliser.apply(raw)
    assert found.dtype == np.float32
    assert np.array_equal(
        found, np.clip((raw - mean) / np.sqrt(var + 1e-8), -10, 10).astype(np.float32), equal_nan=True
    )


def test_rewards_are_scaled_by_the_spread_of_discounted_returns() -> None:
    rng, gamma = np.random.default_rng(0), 0.9
    normaliser, returns, all_returns = RewardNormaliser(True, gamma, 3), np.zeros(3), []
    for _ in range(50):
        rewards, dones = rng.normal(size=3).astype(np.float32), rng.random(3) < 0.1
        normaliser.see(rewards, dones)
        returns = returns * gamma + rewards
        all_returns.append(returns)
        returns = np.where(dones, 0, returns)
    spread = np.std(all_returns)
    rewards = np.array([[0.5, -0.1], [1e3, -1e3]], np.float32)
    assert np.allclose(normaliser.apply(rewards), np.clip(rewards / spread, -10, 10), rtol=1e-3)
    assert np.array_equal(normaliser.apply(rewards.T), normaliser.apply(rewards).T)


@pytest.mark.parametrize("active", [True, False])
def test_a_rollout_is_scaled_as_its_steps_would_be(active: bool) -> None:
    rng = np.random.default_rng(0)
    rewards, dones = rng.normal(size=(3, 50)).astype(np.float32), rng.random((3, 50)) < 0.1
    whole, by_step = RewardNormaliser(active, 0.9, 3), RewardNormaliser(active, 0.9, 3)
    expected = np.empty_like(rewards)
    for t in range(50):
        by_step.see(rewards[:, t], dones[:, t])
        expected[:, t] = by_step.apply(rewards[:, t])
    whole.see_rollout(rewards, dones)
    assert np.array_equal(rewards, expected)
    assert str(whole.capture()) == str(by_step.capture())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adam_is_torchs_where_gradients_end(dtype: type[np.floating]) -> None:
    """As those of a rectifier's units do that are shut for good; numbers below the smallest normal one are slow."""
    import torch

    parameters, steps = Parameters({"p": (6,)}, dtype), 9000
    gradients = np.random.default_rng(0).normal(size=(steps, 6)).astype(dtype)
    gradients[1:, :3] = 0
    gradients[:, 3] *= 1e-21  # its square is below the smallest normal number of single precision
    parameters.values[:] = 1
    theirs = torch.ones(6, dtype=torch.from_numpy(gradients).dtype, requires_grad=True)
    adam, reference = Adam(parameters), torch.optim.Adam([theirs], lr=1e-3)
    for gradient in gradients:
        parameters.gradients[:], theirs.grad = gradient, torch.from_numpy(gradient)
        adam.step(1e-3)
        reference.step()
    assert np.allclose(parameters.values, theirs.detach().numpy(), rtol=1e-4 if dtype is np.float32 else 1e-10)
    for moments in (adam.first, adam.second):
        assert not ((moments != 0) & (np.abs(moments) < np.finfo(dtype).tiny)).any()
    assert not adam.first[:3].any()
    assert adam.first[4:].all()


def test_adam_keeps_what_is_not_a_number() -> None:
    parameters = Parameters({"p": (2,)})
    adam = Adam(parameters)
    parameters.gradients[:] = np.nan, 1
    adam.step(1e-3)
    assert np.isnan(parameters.values).tolist() == [True, False]


def test_a_function_that_cannot_be_kept_is_compiled_all_the_same() -> None:
    namespace: dict = {}
    exec("def twice(x): return 2 * x", namespace)  # a function without a file, beside which nothing can be written
    assert compiled(namespace["twice"])(3) == 6
