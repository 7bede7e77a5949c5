"""Initial weights are distributed as stable-baselines3's, and the actor that is saved is the one that trained."""

from typing import Any

import numpy as np
import pytest
from alone import Alone, make_run
from mjbench_fast.nn.initialisation import orthogonal, uniform
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.ppo.actor_critic import ActorCritic, ActorCriticPass
from mjbench_fast.ppo.learner import Ppo
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.sac.agent import Sac
from mjbench_fast.sac.options import SacOptions

from mjbench.algorithms.options import read


def layer(inputs: int, outputs: int) -> Linear:
    return Linear.of(Parameters(Linear.shapes("a", inputs, outputs), np.float64), "a")


@pytest.mark.parametrize(("inputs", "outputs"), [(17, 64), (64, 6), (5, 5)])
def test_orthogonal_weights_times_the_gain(inputs: int, outputs: int) -> None:
    drawn = layer(inputs, outputs)
    orthogonal(drawn, 2**0.5, np.random.default_rng(0))
    weight = drawn.weight[0]
    product = weight @ weight.T if inputs <= outputs else weight.T @ weight
    assert np.allclose(product, 2 * np.eye(min(inputs, outputs)), atol=1e-10)
    assert not drawn.bias.any()


def test_orthogonal_weights_have_no_preferred_sign() -> None:
    signs = []
    for seed in range(200):
        drawn = layer(3, 3)
        orthogonal(drawn, 1.0, np.random.default_rng(seed))
        signs.append(np.sign(np.diag(drawn.weight[0])))
    assert np.abs(np.mean(signs, axis=0)).max() < 0.25


def test_uniform_weights_and_biases() -> None:
    drawn = layer(100, 400)
    uniform(drawn, np.random.default_rng(0))
    for values in (drawn.weight, drawn.bias):
        assert 0.095 < np.abs(values).max() <= 0.1
        assert abs(values.mean()) < 0.01


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ortho_init": False, "log_std_init": -0.5, "activation": "elu"},
        {"shared_net_arch": [16, 12], "net_arch": [8], "std_min": 0.6},
    ],
)
def test_the_saved_policy_is_the_actor_that_trained(changes: dict[str, Any]) -> None:
    run = make_run("fast-ppo", steps=128, **changes)
    learner = Ppo(Alone(run), read(PpoOptions, run))
    learner.reset()
    while learner.steps < 128:
        learner.collect()
        learner.improve()
    raw = np.random.default_rng(0).normal(size=(learner.rollout.rewards.size, 4))
    mean, _ = ActorCriticPass(learner.networks, len(raw)).forward(learner.observations.apply(raw))
    low, high = learner.environments.low, learner.environments.high
    assert np.allclose(learner.policy().act(raw), np.clip(mean, low, high), atol=1e-5)
    assert np.ptp(mean) > 0


@pytest.mark.parametrize("shared", [[], [24], [24, 16]])
def test_policy_and_value_begin_with_the_same_weights_only_where_they_share(shared: list[int]) -> None:
    networks = ActorCritic(5, 3, [32, 32], "tanh", shared=shared)
    networks.initialise(np.random.default_rng(0), ortho_init=True, log_std_init=0.0)
    same = [
        np.array_equal(a.weight, c.weight) for a, c in zip(networks.actor.linear, networks.critic.linear, strict=True)
    ]
    assert same == [True] * len(shared) + [False] * 2
    for drawn in (*networks.actor.linear, *networks.critic.linear):
        weight = drawn.weight[0]
        product = weight @ weight.T if drawn.inputs <= drawn.outputs else weight.T @ weight
        assert np.allclose(product, 2 * np.eye(len(product)), atol=1e-5)


def test_no_action_is_drawn_with_less_noise_than_the_floor() -> None:
    spreads = {}
    for floor in (0.0, 0.5):
        # the further an action from zero, the worse: noise only harms
        run = make_run("fast-ppo", steps=640, log_std_init=-0.8, std_min=floor, learning_rate=0.01, n_epochs=8)
        learner = Ppo(Alone(run), read(PpoOptions, run))
        learner.reset()
        spreads[floor] = [float(np.exp(learner.networks.log_std[0]))]
        while learner.steps < 640:
            learner.collect()
            learner.rollout.advantages[:] = -np.abs(learner.rollout.actions[..., 0])
            learner.improve()
            spreads[floor].append(float(np.exp(learner.networks.log_std[0])))
    assert spreads[0.0][-1] < 0.4 < spreads[0.0][0] < 0.5
    assert min(spreads[0.5]) == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["fast-sac", "fast-td3"])
def test_the_saved_policy_is_the_off_policy_actor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from mjbench_fast.nn.network_pass import NetworkPass
    from mjbench_fast.off_policy.learner import OffPolicy

    kept: list[OffPolicy] = []
    init = OffPolicy.__init__
    monkeypatch.setattr(OffPolicy, "__init__", lambda self, *args: (init(self, *args), kept.append(self))[0])
    from mjbench.registry.lookup import Registry

    policy: Any = Registry().algorithm(name).train(Alone(make_run(name, steps=80)))
    actor: Any = kept[0].agent
    raw = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    outputs = NetworkPass(actor.actor.layers, actor.actor.head, 20).forward(raw)[:, :1]
    assert np.allclose(policy.act(raw), 3 * np.tanh(outputs), atol=1e-5)  # the pendulum's bounds are -3..3
    assert np.ptp(outputs) > 0


def test_sac_begins_with_the_spread_that_is_asked_for() -> None:
    biases = []
    for spread in (0.0, -1.5):
        agent = Sac(4, 2, read(SacOptions, make_run("fast-sac", log_std_init=spread)))
        agent.initialise(np.random.default_rng(0))
        biases.append(agent.actor.head.bias.copy())
    assert np.allclose(biases[1] - biases[0], [0, 0, -1.5, -1.5])
