"""What each hyperparameter takes. The names are those of SBX; stable-baselines3's ``VecNormalize`` normalises."""

from mjbench.algorithms.hyperparameters import (
    ACTIVATION,
    COEFFICIENT,
    COUNT,
    ENTROPY,
    FRACTION,
    INTEGER,
    NOISE,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    PROPER_FRACTION,
    SCHEDULE,
    SWITCH,
    UPDATES,
    sizes_of,
)
from mjbench.api.hyperparameter import Kind

_COMMON = {
    "learning_rate": NOT_NEGATIVE,
    "gamma": FRACTION,
    "n_steps": COUNT,
    "batch_size": COUNT,
    "n_envs": COUNT,
    "activation": ACTIVATION,
    "normalize_observation": SWITCH,
    "normalize_reward": SWITCH,
}
_OFF_POLICY = {
    **_COMMON,
    "buffer_size": COUNT,
    "learning_starts": INTEGER,
    "train_freq": COUNT,
    "gradient_steps": UPDATES,
    "policy_delay": COUNT,
    "action_noise": NOISE,
    "action_noise_std": NOT_NEGATIVE,
    "net_arch": sizes_of("pi", "qf"),
}
_ENTROPY = {"ent_coef": COEFFICIENT, "target_entropy": ENTROPY}
_REGULARISED = {"tau": FRACTION, "dropout_rate": PROPER_FRACTION, "layer_norm": SWITCH}
KINDS: dict[str, dict[str, Kind]] = {
    "ppo": {
        **_COMMON,
        "learning_rate_schedule": SCHEDULE,
        "n_epochs": COUNT,
        "gae_lambda": FRACTION,
        "clip_range": POSITIVE,
        "normalize_advantage": SWITCH,
        "ent_coef": NUMBER,
        "vf_coef": NUMBER,
        "max_grad_norm": POSITIVE,
        "net_arch": sizes_of("pi", "vf"),
        "log_std_init": NUMBER,
        "ortho_init": SWITCH,
    },
    "sac": {**_OFF_POLICY, **_ENTROPY, **_REGULARISED, "learning_rate_schedule": SCHEDULE, "n_critics": COUNT},
    "td3": {
        **_OFF_POLICY,
        **_REGULARISED,
        "target_policy_noise": NOT_NEGATIVE,
        "target_noise_clip": NOT_NEGATIVE,
        "n_critics": COUNT,
    },
    "crossq": {
        **_OFF_POLICY,
        **_ENTROPY,
        "n_critics": COUNT,
        "batch_norm_momentum": PROPER_FRACTION,
        "renorm_warmup_steps": INTEGER,
    },
    "tqc": {
        **_OFF_POLICY,
        **_ENTROPY,
        **_REGULARISED,
        "learning_rate_schedule": SCHEDULE,
        "top_quantiles_to_drop_per_net": INTEGER,
        "n_quantiles": COUNT,
    },
}
"""By algorithm."""
