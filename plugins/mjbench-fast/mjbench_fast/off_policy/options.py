"""The hyperparameters that SAC and TD3 share, under the names of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

from mjbench.algorithms.hyperparameters import (
    ACTIVATION,
    COUNT,
    FRACTION,
    INTEGER,
    NOISE,
    NOT_NEGATIVE,
    SCHEDULE,
    SIZES,
    SWITCH,
    UPDATES,
    one_of,
)
from mjbench_fast.nn.products import TORCH_NAMES

PRECISION = one_of(*TORCH_NAMES)


@dataclass(frozen=True, kw_only=True)
class OffPolicyOptions:
    """See https://stable-baselines3.readthedocs.io/en/master/modules/sac.html; ``normalize_...``: ``VecNormalize``."""

    learning_rate: Annotated[float, NOT_NEGATIVE]
    learning_rate_schedule: Annotated[str, SCHEDULE]
    buffer_size: Annotated[int, COUNT]
    learning_starts: Annotated[int, INTEGER]
    batch_size: Annotated[int, COUNT]
    tau: Annotated[float, FRACTION]
    gamma: Annotated[float, FRACTION]
    train_freq: Annotated[int, COUNT]
    """Steps of all environments between two rounds of updates."""
    gradient_steps: Annotated[int, UPDATES]
    """Updates in a round."""
    action_noise: Annotated[str, NOISE]
    action_noise_std: Annotated[float, NOT_NEGATIVE]
    n_envs: Annotated[int, COUNT] = 1
    net_arch: Annotated[list[int], SIZES]
    activation: Annotated[str, ACTIVATION]
    normalize_observation: Annotated[bool, SWITCH]
    normalize_reward: Annotated[bool, SWITCH]
    matmul_precision: Annotated[str, PRECISION] = "float32"
    """What torch rounds the numbers of matrices to before it multiplies them, the smallest matrices aside; sums and all
    else are single precision."""
