"""The hyperparameters of PPO, under the names of stable-baselines3."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from mjbench.algorithms.hyperparameters import (
    ACTIVATION,
    COUNT,
    FRACTION,
    LAYERS,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    SCHEDULE,
    SIZES,
    SWITCH,
)


@dataclass(frozen=True)
class PpoOptions:
    """See https://stable-baselines3.readthedocs.io/en/master/modules/ppo.html; ``normalize_*``: of ``VecNormalize``."""

    learning_rate: Annotated[float, NOT_NEGATIVE]
    learning_rate_schedule: Annotated[str, SCHEDULE]
    n_steps: Annotated[int, COUNT]
    batch_size: Annotated[int, COUNT]
    n_epochs: Annotated[int, COUNT]
    gamma: Annotated[float, FRACTION]
    gae_lambda: Annotated[float, FRACTION]
    clip_range: Annotated[float, POSITIVE]
    normalize_advantage: Annotated[bool, SWITCH]
    ent_coef: Annotated[float, NUMBER]
    vf_coef: Annotated[float, NUMBER]
    max_grad_norm: Annotated[float, POSITIVE]
    n_envs: Annotated[int, COUNT]
    net_arch: Annotated[list[int], SIZES]
    activation: Annotated[str, ACTIVATION]
    log_std_init: Annotated[float, NUMBER]
    ortho_init: Annotated[bool, SWITCH]
    normalize_observation: Annotated[bool, SWITCH]
    normalize_reward: Annotated[bool, SWITCH]
    std_min: Annotated[float, NOT_NEGATIVE] = 0.0
    """Floor of the standard deviation of the actions; 0 for none."""
    shared_net_arch: Annotated[Sequence[int], LAYERS] = ()
    """Hidden layers before those of ``net_arch``, which policy and value share."""

    @property
    def log_std_min(self) -> float:
        """Logarithm of the floor."""
        return math.log(self.std_min) if self.std_min else -math.inf
