"""Worlds of a task on a device, for training only: thousands of them, not simulated by the reference."""

from __future__ import annotations  # torch only describes tensors here

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import gymnasium
    import torch
    from torch import Tensor


class TrainingStep(NamedTuple):
    """What a step of all N worlds gives: tensors on the device, valid until the next step."""

    observations: Tensor
    """(N, O) float32. Where an episode has ended they are the first ones of the next episode."""
    rewards: Tensor
    """(N,) float32."""
    terminated: Tensor
    """(N,) bool."""
    truncated: Tensor
    """(N,) bool: the task's episode limit is reached. Both may be true; then the episode is terminated."""
    final_observations: Tensor
    """(N, O) float32. What the ended episodes ended with; elsewhere equal to ``observations``."""


class TrainingBatch(Protocol):
    """N worlds of one task that are trained on, on one device, and never evaluated on.

    Held to the reference simulator within tolerances, not bit for bit. World i is the same for every N: its random
    numbers depend on the seed, i and the number of the step. Actions outside of the space are clipped.
    """

    num_envs: int
    """N."""
    device: torch.device
    single_observation_space: gymnasium.spaces.Box[Any]
    """Of shape (O,)."""
    single_action_space: gymnasium.spaces.Box[Any]
    """Of shape (A,)."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What the record keeps of the simulator, JSON values: device, driver, versions, precision, determinism."""
        ...

    @property
    def levels(self) -> Tensor | None:
        """The curriculum's level of the episodes under way, (N,) int64; None for a task without a curriculum."""
        ...

    def reset(self) -> Tensor:
        """Every world begins an episode; observations (N, O) float32. Call it once, before the first step."""
        ...

    def step(self, actions: Tensor) -> TrainingStep:
        """Advance all worlds by one control step, and begin a new episode where one has ended.

        Nothing is read back from the device, and no shape depends on data.

        Args:
            actions: (N, A) float32 on ``device``.
        """
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Everything that is needed to resume, copied; on a CPU bit for bit."""
        ...

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go on from ``state_dict()`` of a batch of the same task and size; tensors may be on another device.

        Raises:
            ValueError: the state is of another task or size.
        """
        ...
