"""PPO on a run's environments: rollouts and updates, and the state between them."""

from typing import Any

import numpy as np

from mjbench.algorithms.schedule import learning_rate
from mjbench.api.session import Diverged, Session
from mjbench.policies.mlp import MlpPolicy
from mjbench_fast.environments import Environments
from mjbench_fast.export import export
from mjbench_fast.nn.gaussian import log_density, standardise
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.normalise.observation_normaliser import ObservationNormaliser
from mjbench_fast.normalise.reward_normaliser import RewardNormaliser
from mjbench_fast.ppo.actor import Actor
from mjbench_fast.ppo.actor_critic import ActorCritic, ActorCriticPass
from mjbench_fast.ppo.losses import Losses
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.ppo.rollout import Rollout
from mjbench_fast.ppo.update import Update


class Ppo:
    """Trains on ``session``'s environments; everything random comes from one generator.

    Args:
        session: the run.
        options: its hyperparameters.
    """

    def __init__(self, session: Session, options: PpoOptions) -> None:
        self._session, self._options = session, options
        self.environments = Environments(session, options.n_envs)
        self.steps = 0
        self._rng = np.random.default_rng(session.run.seed)
        count, size, actions = options.n_envs, self.environments.size, self.environments.actions
        self.networks = ActorCritic(size, actions, options.net_arch, options.activation, shared=options.shared_net_arch)
        log_std = max(options.log_std_init, options.log_std_min)
        self.networks.initialise(self._rng, options.ortho_init, log_std)
        self.observations = ObservationNormaliser(options.normalize_observation, size)
        self.rewards = RewardNormaliser(options.normalize_reward, options.gamma, count)
        self.rollout = Rollout(count, options.n_steps, size, actions)
        rows = count * options.n_steps
        self.update = Update(self.networks, options, rows)
        self._actor = Actor(self.networks, options.activation, self.environments.low, self.environments.high)
        self._everything, self._all, self._one = (ActorCriticPass(self.networks, batch) for batch in (rows, count, 1))
        self._seen = np.zeros((count, size), np.float32)  # (N, size) what to act on next, normalised

    def reset(self) -> None:
        """Begin the first episodes."""
        first = self.environments.reset(self._session.run.seed)
        self._seen = self.observations.see(first)
        self.rollout.starts[:, -1] = True

    def collect(self) -> bool:
        """Fill the rollout; False where the budget cut it short."""
        rollout, environments = self.rollout, self.environments
        noise = self._rng.standard_normal((self._options.n_steps, *rollout.actions[:, 0].shape), np.float32)
        noise *= np.exp(self.networks.log_std)
        cut: list[tuple[int, int, np.ndarray]] = []
        rollout.starts[:, 0] = rollout.starts[:, -1]
        self._actor.refresh()
        for t in range(self._options.n_steps):
            actions, bounded = self._actor.act(self._seen, noise[t])
            stepped = environments.step(bounded)
            rollout.observations[:, t] = self._seen
            rollout.actions[:, t] = actions
            self._seen = self.observations.see(stepped.observations)
            rollout.rewards[:, t] = stepped.rewards
            rollout.starts[:, t + 1] = stepped.dones
            for i, final in stepped.finals.items():
                if stepped.truncated[i]:
                    cut.append((i, t, self.observations.apply(final[None])))
            self.steps += environments.count
            self._session.on_step(self.steps, self.policy)
            if self.steps >= environments.budget and t + 1 < self._options.n_steps:
                return False
        self._evaluate(cut)
        return True

    def _evaluate(self, cut: list[tuple[int, int, np.ndarray]]) -> None:
        """Values and densities of the whole rollout at once: its policy was one and the same.

        Args:
            cut: environment, step and last observation (1, size) of each episode that was cut off, whose value
                stands for the rewards that were not seen.
        """
        rollout, shape = self.rollout, self.rollout.rewards.shape
        rows = rollout.rewards.size
        self.rewards.see_rollout(rollout.rewards, rollout.starts[:, 1:])
        mean, value = self._everything.forward(rollout.observations.reshape(rows, -1))
        rollout.values[:, :-1] = value.reshape(shape)
        rollout.values[:, -1] = self._all.forward(self._seen)[1][:, 0]
        z = np.empty_like(mean)
        standardise(rollout.actions.reshape(rows, -1), mean, np.exp(self.networks.log_std), z)
        rollout.log_density[:] = log_density(z, self.networks.log_std).reshape(shape)
        for i, t, final in cut:
            rollout.rewards[i, t] += self._options.gamma * float(self._one.forward(final)[1][0, 0])
        rollout.estimate(self._options.gamma, self._options.gae_lambda)

    def improve(self) -> None:
        """Update the networks on the rollout, and log how it went where that is due.

        Raises:
            Diverged: a parameter is no longer finite.
        """
        options = self._options
        losses = Losses(options) if self._session.log_due(self.steps) else None
        remaining = 1 - self.steps / self.environments.budget
        rate = learning_rate(options.learning_rate_schedule, options.learning_rate, remaining)
        rows = self.rollout.rewards.size
        self.update.run(self.rollout, (self._rng.permutation(rows) for _ in range(options.n_epochs)), rate, losses)
        if not all(np.isfinite(parameters.values).all() for parameters in self.trained()):
            raise Diverged(f"parameters are not finite after {self.steps:,} steps")
        if losses is not None:
            self._session.log(self.steps, losses.scalars(self.rollout, self.networks.log_std, rate))

    def actor_layers(self) -> list[Linear]:
        """From the observation to the mean action."""
        return [*self.networks.actor.linear, self.networks.mean]

    def actor_was_set(self) -> None:
        """The actor's weights come from outside; nothing depends on them yet."""

    def trained(self) -> list[Parameters]:
        """All that is trained."""
        return [self.networks.parameters]

    def policy(self) -> MlpPolicy:
        """A frozen copy of the policy as it is now."""
        return export(self.actor_layers(), self._options.activation, "clip", self.environments, self.observations)

    def capture(self) -> dict[str, Any]:
        """State between two rollouts."""
        return {
            "steps": self.steps,
            "random": self._rng.bit_generator.state,
            "parameters": self.networks.parameters.values,
            "adam": self.update.adam.capture(),
            "observations": self.observations.capture(),
            "rewards": self.rewards.capture(),
            "seen": self._seen,
            "starts": self.rollout.starts[:, -1],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.steps = state["steps"]
        self._rng.bit_generator.state = state["random"]
        self.networks.parameters.values[:] = state["parameters"]
        self.update.adam.restore(state["adam"])
        self.observations.restore(state["observations"])
        self.rewards.restore(state["rewards"])
        self._seen = state["seen"]
        self.rollout.starts[:, -1] = state["starts"]
