"""PPO on a batch of worlds: rollouts and updates, and the state between them."""

from typing import Any

import torch
from torch import Tensor

from mjbench.algorithms.budget import whole_steps
from mjbench.algorithms.schedule import learning_rate
from mjbench.api.session import Diverged, Session
from mjbench.api.training_batch import TrainingBatch
from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench_warp.ppo.export import export
from mjbench_warp.ppo.networks import ActorCritic
from mjbench_warp.ppo.normaliser import ObservationNormaliser, RewardNormaliser
from mjbench_warp.ppo.options import ADAPTIVE, PpoOptions
from mjbench_warp.ppo.replayed import Replayed
from mjbench_warp.ppo.rollout import Rollout
from mjbench_warp.ppo.update import STATISTICS, Update, log_density


class Ppo:
    """Trains on a batch; everything random of its own comes from one generator on the device.

    Args:
        session: the run.
        options: its hyperparameters.
        batch: N worlds.

    Raises:
        SpecError: the task's actions have no bounds.
    """

    def __init__(self, session: Session, options: PpoOptions, batch: TrainingBatch) -> None:
        self._session, self._options, self.batch = session, options, batch
        space, size = batch.single_action_space, batch.single_observation_space.shape[0]
        if not space.is_bounded():
            raise SpecError(f"{session.run.entry} needs bounded actions, and {session.run.task} has none")
        device, actions = batch.device, space.shape[0]
        self.steps = 0
        self.budget = whole_steps(options.n_envs, session.run.steps)
        """Environment steps that whole steps of all worlds fit into."""
        self._generator = torch.Generator(device).manual_seed(session.run.seed)
        first = torch.Generator().manual_seed(session.run.seed)
        self.networks = ActorCritic(size, actions, options, first, device)
        self.observations = ObservationNormaliser(options.normalize_observation, size, device)
        self.rewards = RewardNormaliser(options.normalize_reward, options.gamma, options.n_envs, device)
        self.rollout = Rollout(options.n_steps, options.n_envs, size, actions, device)
        self.update = Update(self.networks, options, self.rollout)
        self.update.adam.rate.fill_(options.learning_rate)
        self.low, self.high = (torch.as_tensor(bound, device=device) for bound in (space.low, space.high))
        self._seen = torch.zeros(options.n_envs, size, device=device)  # what to act on next, normalised
        self._noise = torch.zeros(options.n_envs, actions, device=device)
        self._actions, self._bounded = torch.zeros_like(self._noise), torch.zeros_like(self._noise)
        self._value, self._density = (torch.zeros(options.n_envs, device=device) for _ in range(2))
        self._act = Replayed(self._draw, device)
        self._estimate = Replayed(lambda: self.rollout.estimate(options.gamma, options.gae_lambda), device)

    def reset(self) -> None:
        """Begin the first episodes."""
        self._seen.copy_(self.observations.see(self.batch.reset()))

    @torch.no_grad()
    def collect(self) -> bool:
        """Fill the rollout with actions, steps and returns; False where the budget cuts it short."""
        rollout, left = self.rollout, (self.budget - self.steps) // self._options.n_envs
        steps = min(left, self._options.n_steps)
        for t in range(steps):
            self._noise.normal_(generator=self._generator)
            rollout.observations[t] = self._seen
            self._act()
            rollout.actions[t], rollout.values[t], rollout.log_density[t] = self._actions, self._value, self._density
            stepped = self.batch.step(self._bounded)
            torch.logical_or(stepped.terminated, stepped.truncated, out=rollout.dones[t])
            torch.logical_and(stepped.truncated, ~stepped.terminated, out=rollout.cut[t])
            rollout.rewards[t] = self.rewards.see(stepped.rewards, rollout.dones[t])
            self._seen.copy_(self.observations.see(stepped.observations))
            rollout.finals[t] = self.observations.apply(stepped.final_observations)
        self.steps += steps * self._options.n_envs
        self._session.on_step(self.steps, self.policy)
        if steps < self._options.n_steps:
            return False
        rollout.values[-1] = self.networks.value(self._seen)
        # The value of what a truncated episode ended with stands for the rewards that were not seen.
        cut = rollout.cut.flatten().nonzero()[:, 0]
        rollout.rewards.view(-1)[cut] += self._options.gamma * self.networks.value(rollout.finals.flatten(0, 1)[cut])
        self._estimate()
        return True

    def improve(self) -> None:
        """Update the networks on the rollout, and log how it went where that is due.

        Raises:
            Diverged: a parameter is no longer finite.
        """
        options, rate = self._options, self.update.adam.rate
        if options.learning_rate_schedule != ADAPTIVE:
            remaining = 1 - self.steps / self.budget
            rate.fill_(learning_rate(options.learning_rate_schedule, options.learning_rate, remaining))
        self.update.run(self._generator)
        if not torch.isfinite(self.networks.values).all():
            raise Diverged(f"parameters are not finite after {self.steps:,} steps")
        if self._session.log_due(self.steps):
            self._session.log(self.steps, self._scalars())

    def policy(self) -> MlpPolicy:
        """A frozen copy of the policy as it is now."""
        return export(self.networks, self._options.activation, self.low, self.high, self.observations)

    def tensors(self) -> dict[str, Tensor]:
        """Everything between two rollouts that is on the device, live; what the batch holds aside."""
        return {
            "parameters": self.networks.values,
            "seen": self._seen,
            "returns": self.rewards.returns,
            **self.update.adam.tensors(),
            **self.observations.seen.tensors("observations"),
            **self.rewards.seen.tensors("rewards"),
        }

    def capture(self) -> dict[str, Any]:
        """State between two rollouts, copied into the memory of the CPU."""
        kept = {name: tensor.cpu().numpy().copy() for name, tensor in self.tensors().items()}
        return {"steps": self.steps, "random": self._generator.get_state().numpy(), "tensors": kept}

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        self.steps = state["steps"]
        self._generator.set_state(torch.from_numpy(state["random"]))
        for name, tensor in self.tensors().items():
            tensor.copy_(torch.from_numpy(state["tensors"][name]))

    def _draw(self) -> None:
        """From what is seen and the noise to actions, with their densities and the values of what is seen."""
        log_std = self.networks.log_std
        torch.addcmul(self.networks.mean(self._seen), self._noise, log_std.exp(), out=self._actions)
        torch.clamp(self._actions, self.low, self.high, out=self._bounded)
        self._density.copy_(log_density(self._noise, log_std))
        self._value.copy_(self.networks.value(self._seen))

    def _scalars(self) -> dict[str, float]:
        """How the last update went, under the names of stable-baselines3."""
        sums = self.update.statistics.tolist()
        means = [value / self.update.minibatches for value in sums[:-1]]
        returns, values = self.rollout.returns, self.rollout.values[:-1]
        spread = float(returns.var(correction=0))
        return {
            **{f"train/{name}": value for name, value in zip(STATISTICS, [*means, sums[-1]], strict=True)},
            "train/explained_variance": 1 - float((returns - values).var(correction=0)) / spread if spread else 0.0,
            "train/std": float(self.networks.log_std.detach().exp().mean()),
            "train/learning_rate": float(self.update.adam.rate),
            "train/clip_range": self._options.clip_range,
        }
