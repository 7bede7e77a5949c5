"""The hyperparameters of PPO, under the names of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

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


@dataclass(frozen=True)
class PpoOptions:
    """See https://stable-baselines3.readthedocs.io/en/master/modules/ppo.html; the last two are ``VecNormalize``'s."""

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
