"""The hyperparameters of PPO, under the names of mjbench-sb3, which are mostly those of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

from mjbench.algorithms.device import DEVICE
from mjbench.algorithms.hyperparameters import (
    ACTIVATION,
    COUNT,
    FRACTION,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    SCHEDULE,
    SIZES,
    SWITCH,
)
from mjbench.api.hyperparameter import Kind

ADAPTIVE = "adaptive"
RATE = Kind(f"{SCHEDULE.says}, or '{ADAPTIVE}'", lambda value: value == ADAPTIVE or SCHEDULE.holds(value))


@dataclass(frozen=True)
class PpoOptions:
    """See https://stable-baselines3.readthedocs.io/en/master/modules/ppo.html and ``VecNormalize``."""

    learning_rate: Annotated[float, NOT_NEGATIVE]
    learning_rate_schedule: Annotated[str, RATE]
    """``adaptive`` holds the divergence of a minibatch between half of ``target_kl`` and twice as much."""
    target_kl: Annotated[float, NOT_NEGATIVE]
    """0 for none. Without ``adaptive`` an update ends where the divergence is above 1.5 times this."""
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
    device: Annotated[str, DEVICE]
    """``auto`` is the first GPU where there is one, and else the CPU; the record says which."""
