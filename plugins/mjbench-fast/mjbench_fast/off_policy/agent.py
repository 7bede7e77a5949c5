"""What the training loop of SAC and TD3 needs of either."""

from typing import Any, Protocol

import numpy as np

from mjbench_fast.nn.linear import Linear
from mjbench_fast.nn.parameters import Parameters
from mjbench_fast.off_policy.replay import Batch


class Agent(Protocol):
    """An actor, its critics, and how they learn."""

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw all weights."""
        ...

    def act(self, observations: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """observations (N, size), as the networks see them -> actions (N, A) within -1..1, to explore with."""
        ...

    def begin_round(self) -> None:
        """A round of updates follows."""
        ...

    def update(self, batch: Batch, rng: np.random.Generator, rate: float) -> None:
        """Learn from one batch at a learning rate."""
        ...

    def losses(self) -> dict[str, float]:
        """Of the last update, under stable-baselines3's names; empty until both networks have had one."""
        ...

    def actor_layers(self) -> list[Linear]:
        """From the observation to the action before it is squashed."""
        ...

    def actor_was_set(self) -> None:
        """The actor's weights come from outside."""
        ...

    def trained(self) -> list[Parameters]:
        """All that is trained."""
        ...

    def capture(self) -> dict[str, Any]:
        """State for a snapshot."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Inverse of ``capture``."""
        ...
