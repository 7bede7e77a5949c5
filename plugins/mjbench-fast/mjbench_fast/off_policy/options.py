"""The hyperparameters that SAC and TD3 share, under the names of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

from mjbench_fast.nn.products import TORCH_NAMES
from mjbench_fast.off_policy.action_noise import NOISES
from mjbench_fast.options import (
    ACTIVATION,
    COUNT,
    FRACTION,
    INTEGER,
    NOT_NEGATIVE,
    SCHEDULE,
    SIZES,
    SWITCH,
    Kind,
)

STEPS = Kind(
    "an integer of at least 0, or -1 for as many as environment steps",
    lambda value: value == -1 or INTEGER.holds(value),
)
PRECISION = Kind(f"one of {', '.join(TORCH_NAMES)}", lambda value: isinstance(value, str) and value in TORCH_NAMES)
NOISE = Kind(f"one of {', '.join(NOISES)}", lambda value: isinstance(value, str) and value in NOISES)


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
    gradient_steps: Annotated[int, STEPS]
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
