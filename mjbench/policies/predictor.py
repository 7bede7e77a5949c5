"""A policy in the form of stable-baselines3: ``predict`` for one observation or a batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.policy import Policy
from mjbench.errors import MjbenchError
from mjbench.spec.run import RunSpec


@dataclass(frozen=True)
class Predictor:
    """The final policy of a run. It has ``act`` and ``save`` like every policy, and ``predict``."""

    policy: Policy
    run: RunSpec
    """The run that trained it."""
    observation_size: int

    def act(self, observation: np.ndarray) -> np.ndarray:
        """observation (N, observation size) -> action (N, action size)."""
        return self.policy.act(observation)

    def save(self, folder: Path) -> None:
        """See ``mjbench.api.policy.Policy``."""
        self.policy.save(folder)

    def predict(
        self, observation: Any, deterministic: bool = True, *, state: None = None, episode_start: Any = None
    ) -> tuple[np.ndarray, None]:
        """The action and None, as ``predict`` of stable-baselines3 returns them.

        Args:
            observation: (observation size,), or a batch (N, observation size).
            deterministic: True. A saved policy holds the mode of its actions and no exploration noise.
            state: None; these policies have no memory.
            episode_start: ignored, as there is no memory.

        Returns:
            An action (action size,), or (N, action size) for a batch.

        Raises:
            MjbenchError: the observation has another shape, or is no array of numbers.
        """
        if not deterministic or state is not None:
            what = "a state" if deterministic else "deterministic=False"
            raise MjbenchError(
                f"predict cannot take {what}: the policy of {self.run.label} is its mode, without memory"
            )
        batch = self._checked(observation)
        if batch.ndim == 1:
            return self.policy.act(batch[None])[0], None
        return self.policy.act(batch), None

    def _checked(self, observation: Any) -> np.ndarray:
        wanted = f"expected ({self.observation_size},) or (N, {self.observation_size})"
        if isinstance(observation, Mapping):
            keys = ", ".join(map(str, observation))
            raise MjbenchError(
                f"the policy of {self.run.label} takes no dictionary: {wanted}, given the keys {keys}; "
                "gymnasium.wrappers.FlattenObservation makes one array"
            )
        if isinstance(observation, tuple) and len(observation) == 2 and isinstance(observation[1], dict):
            raise MjbenchError(f"{wanted}, given what env.reset() returns; write: observation, info = env.reset()")
        try:
            array = np.asarray(observation)
        except ValueError:  # rows of different lengths
            array = np.asarray(None)
        if array.dtype.kind not in "fiub":
            raise MjbenchError(
                f"an observation of {self.run.label} is an array of numbers: {wanted}, given {observation!r:.60}"
            )
        if array.ndim not in (1, 2) or array.shape[-1] != self.observation_size:
            raise MjbenchError(f"wrong observation for {self.run.label}: {wanted}, given {array.shape}")
        return array
