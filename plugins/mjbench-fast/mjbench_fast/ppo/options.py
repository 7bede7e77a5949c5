"""The hyperparameters of PPO, under the names of stable-baselines3."""

from dataclasses import dataclass

from mjbench_fast.options import (
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

    learning_rate: float = NOT_NEGATIVE.option()
    learning_rate_schedule: str = SCHEDULE.option()
    n_steps: int = COUNT.option()
    batch_size: int = COUNT.option()
    n_epochs: int = COUNT.option()
    gamma: float = FRACTION.option()
    gae_lambda: float = FRACTION.option()
    clip_range: float = POSITIVE.option()
    normalize_advantage: bool = SWITCH.option()
    ent_coef: float = NUMBER.option()
    vf_coef: float = NUMBER.option()
    max_grad_norm: float = POSITIVE.option()
    n_envs: int = COUNT.option()
    net_arch: list[int] = SIZES.option()
    activation: str = ACTIVATION.option()
    log_std_init: float = NUMBER.option()
    ortho_init: bool = SWITCH.option()
    normalize_observation: bool = SWITCH.option()
    normalize_reward: bool = SWITCH.option()
