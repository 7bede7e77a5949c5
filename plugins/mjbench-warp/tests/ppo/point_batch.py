"""Thousands of points on a plane in plain torch: a batch of worlds that needs no simulator."""

from collections.abc import Mapping

import gymnasium
import numpy as np
import torch
from torch import Tensor

from mjbench.api.training_batch import TrainingStep


class PointBatch:
    """Points are pushed to the origin, as ``mjbench.testing.algorithms.tasks.PointEnv`` has it.

    Observation (4,): position and velocity. Action (2,): push. Reward: 1 less the distance, so that an early end is no
    gain. A point that leaves the square is terminated.

    Args:
        num_envs: N.
        kwargs: none.
        seed: of the first positions.
        episode_limit: steps after which an episode is truncated.
        device: where everything is.
        curriculum: none.
    """

    def __init__(
        self,
        *,
        num_envs: int,
        kwargs: Mapping[str, object],
        seed: int,
        episode_limit: int,
        device: str,
        curriculum: object = None,
    ) -> None:
        assert not kwargs
        assert curriculum is None
        self.num_envs, self.device = num_envs, torch.device(device)
        self.levels = None
        self.about = {"engine": "torch", "device": self.device.type}
        self.single_observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.single_action_space = gymnasium.spaces.Box(np.array([-1, -0.5], np.float32), np.array([1, 2], np.float32))
        self._limit = episode_limit
        self._low, self._high = (
            torch.as_tensor(bound, device=self.device)
            for bound in (self.single_action_space.low, self.single_action_space.high)
        )
        self._random = torch.Generator(self.device).manual_seed(seed)
        self._state = torch.zeros(num_envs, 4, device=self.device)
        self._length = torch.zeros(num_envs, dtype=torch.int64, device=self.device)

    def reset(self) -> Tensor:
        self._state.copy_(self._begun())
        return self._state.clone()

    def step(self, actions: Tensor) -> TrainingStep:
        position, velocity = self._state[:, :2], self._state[:, 2:]
        velocity = 0.9 * velocity + 0.1 * torch.clamp(actions, self._low, self._high)
        position = position + velocity
        final = torch.cat([position, velocity], 1)
        distance = position.abs().amax(1)
        self._length += 1
        terminated, truncated = distance > 1.5, self._length >= self._limit
        done = terminated | truncated
        self._state.copy_(torch.where(done[:, None], self._begun(), final))
        self._length *= ~done
        return TrainingStep(self._state.clone(), 1 - distance, terminated, truncated, final)

    def state_dict(self) -> dict[str, Tensor]:
        random = self._random.get_state()
        return {"state": self._state.clone(), "length": self._length.clone(), "random": random}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        self._state.copy_(state["state"])
        self._length.copy_(state["length"])
        self._random.set_state(state["random"])

    def _begun(self) -> Tensor:
        """(N, 4) a state for each that begins, drawn for all so that no shape depends on data."""
        drawn = torch.zeros_like(self._state)
        drawn[:, :2].uniform_(-1, 1, generator=self._random)
        return drawn
