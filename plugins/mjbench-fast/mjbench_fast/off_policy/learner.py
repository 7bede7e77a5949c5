"""SAC or TD3 on a run's environments: steps, transitions, rounds of updates, and the state between them."""

from typing import Any

import numpy as np

from mjbench.algorithms.schedule import learning_rate
from mjbench.api.session import Diverged, Session
from mjbench.policies.mlp import MlpPolicy
from mjbench_fast.environments import Environments
from mjbench_fast.export import export
from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.nn.products import zeros
from mjbench_fast.normalise.observation_normaliser import ObservationNormaliser
from mjbench_fast.normalise.reward_normaliser import RewardNormaliser
from mjbench_fast.off_policy.action_noise import ActionNoise
from mjbench_fast.off_policy.agent import Agent
from mjbench_fast.off_policy.options import OffPolicyOptions
from mjbench_fast.off_policy.replay import Batch, ReplayBuffer


class OffPolicy:
    """Trains ``agent`` on ``session``'s environments; everything random comes from one generator.

    Args:
        session: the run.
        options: its hyperparameters.
        environments: of the session.
        agent: what learns.
        rng: the generator.
    """

    def __init__(
        self,
        session: Session,
        options: OffPolicyOptions,
        environments: Environments,
        agent: Agent,
        rng: np.random.Generator,
    ) -> None:
        self._session, self.options, self._rng = session, options, rng
        self.environments, self.agent = environments, agent
        count, size, actions = environments.count, environments.size, environments.actions
        self.steps = 0
        self.replay = ReplayBuffer(options.buffer_size, count, size, actions)
        self.observations = ObservationNormaliser(options.normalize_observation, size)
        self.rewards = RewardNormaliser(options.normalize_reward, options.gamma, count)
        self._noise = ActionNoise(options.action_noise, options.action_noise_std, (count, actions))
        self._batch = Batch.empty(options.batch_size, size, actions)
        self._last = np.zeros((count, size), np.float32)  # (N, size) what to act on next, not normalised
        self._seen = zeros((count, size))  # the same, normalised when it was observed
        self._half_range = 0.5 * (environments.high - environments.low)  # (A,)

    def reset(self) -> None:
        """Begin the first episodes."""
        first = self.environments.reset(self._session.run.seed)
        self._last = first.astype(np.float32)
        self._seen[:] = self.observations.see(first)

    def collect(self) -> bool:
        """Add ``train_freq`` steps to the replay buffer; False where the budget cut them short."""
        environments = self.environments
        for step in range(self.options.train_freq):
            actions = self._explore()
            stepped = environments.step(environments.low + (actions + 1) * self._half_range)
            self._seen[:] = self.observations.see(stepped.observations)
            self.rewards.see(stepped.rewards, stepped.dones)
            self.steps += environments.count
            self._session.on_step(self.steps, self.policy)
            if self.steps >= environments.budget and step + 1 < self.options.train_freq:
                return False
            following = stepped.observations.astype(np.float32)
            reached, terminal = following, stepped.dones
            if stepped.finals:
                reached, terminal = following.copy(), stepped.dones.copy()
                for i, final in stepped.finals.items():
                    reached[i] = final
                    terminal[i] = not stepped.truncated[i]
                    self._noise.reset(i)
            self.replay.add(self._last, actions, reached, stepped.rewards, terminal)
            self._last = following
        return True

    def improve(self) -> None:
        """A round of updates, once learning has started."""
        options = self.options
        if self.steps <= options.learning_starts:
            return
        rate = self._rate()
        count = options.gradient_steps
        self.agent.begin_round()
        for _ in range(count if count >= 0 else options.train_freq * self.environments.count):
            self.replay.sample(self._rng, self._batch)
            self._normalise(self._batch)
            self.agent.update(self._batch, self._rng, rate)

    def scalars(self) -> dict[str, float]:
        """How the last update went, for those who listen; empty before the first."""
        losses = self.agent.losses()
        return {**losses, "train/learning_rate": self._rate()} if losses else {}

    def _rate(self) -> float:
        """The learning rate as it is now."""
        options, remaining = self.options, 1 - self.steps / self.environments.budget
        return learning_rate(options.learning_rate_schedule, options.learning_rate, remaining)

    def _explore(self) -> np.ndarray:
        """Actions (N, A) within -1..1: uniform before learning starts, the agent's afterwards, with noise.

        Raises:
            Diverged: the agent's are not finite.
        """
        if self.steps < self.options.learning_starts:
            shape = self.environments.count, self.environments.actions
            actions = self._rng.uniform(-1, 1, shape).astype(np.float32)
        else:
            actions = self.agent.act(self._seen, self._rng)
            if not np.isfinite(actions).all():
                raise Diverged(f"parameters are not finite after {self.steps:,} steps")
        noise = self._noise.draw(self._rng)
        if noise is not None:
            actions = np.minimum(np.maximum(actions + noise.astype(np.float32), -1), 1)
        return actions

    def _normalise(self, batch: Batch) -> None:
        """By the statistics as they are now, not as they were when the transition was seen."""
        if self.options.normalize_observation:
            batch.observations[:] = self.observations.apply(batch.observations)
            batch.next_observations[:] = self.observations.apply(batch.next_observations)
        if self.options.normalize_reward:
            batch.rewards[:] = self.rewards.apply(batch.rewards)

    def actor_layers(self) -> list[Linear]:
        """From the observation to the action before it is squashed."""
        return self.agent.actor_layers()

    def actor_was_set(self) -> None:
        """The actor's weights come from outside."""
        self.agent.actor_was_set()

    def trained(self) -> list[Parameters]:
        """All that is trained."""
        return self.agent.trained()

    def policy(self) -> MlpPolicy:
        """A frozen copy of the policy as it is now."""
        return export(self.actor_layers(), self.options.activation, "tanh", self.environments, self.observations)

    def capture(self) -> dict[str, Any]:
        """State between two rounds; the transitions are ``replay.rows()``."""
        return {
            "steps": self.steps,
            "random": self._rng.bit_generator.state,
            "agent": self.agent.capture(),
            "observations": self.observations.capture(),
            "rewards": self.rewards.capture(),
            "noise": self._noise.x,
            "last": self._last,
            "seen": self._seen,
            "written": self.replay.written,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.steps = state["steps"]
        self._rng.bit_generator.state = state["random"]
        self.agent.restore(state["agent"])
        self.observations.restore(state["observations"])
        self.rewards.restore(state["rewards"])
        self._noise.x[:] = state["noise"]
        self._last, self._seen[:] = state["last"], state["seen"]
        self.replay.written = state["written"]
