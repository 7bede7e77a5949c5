"""What each hyperparameter takes. The names are those of stable-baselines3; its ``VecNormalize`` normalises."""

from typing import Any

from mjbench.algorithms.device import DEVICE as ANY_DEVICE
from mjbench.algorithms.hyperparameters import (
    ACTIVATION,
    COEFFICIENT,
    COUNT,
    ENTROPY,
    FRACTION,
    INTEGER,
    LAYERS,
    NOISE,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    SCHEDULE,
    SWITCH,
    UPDATES,
    one_of,
    sizes_of,
)
from mjbench.api.hyperparameter import Kind, whole


def _is_stretch(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(map(whole, value)) and 0 <= value[0] < value[1]


DEVICE = Kind(
    "'cpu', 'cuda', or 'cuda:' and the number of a GPU", lambda value: ANY_DEVICE.holds(value) and value != "auto"
)
_COMMON = {
    "device": DEVICE,
    "learning_rate": NOT_NEGATIVE,
    "learning_rate_schedule": SCHEDULE,
    "gamma": FRACTION,
    "n_envs": COUNT,
    "activation": ACTIVATION,
    "normalize_observation": SWITCH,
    "normalize_reward": SWITCH,
}
_ON_POLICY = {
    **_COMMON,
    "n_steps": COUNT,
    "gae_lambda": FRACTION,
    "normalize_advantage": SWITCH,
    "ent_coef": NUMBER,
    "vf_coef": NUMBER,
    "max_grad_norm": POSITIVE,
    "net_arch": sizes_of("pi", "vf"),
    "log_std_init": NUMBER,
    "ortho_init": SWITCH,
}
_OFF_POLICY = {
    **_COMMON,
    "buffer_size": COUNT,
    "learning_starts": INTEGER,
    "batch_size": COUNT,
    "tau": FRACTION,
    "train_freq": COUNT,
    "gradient_steps": UPDATES,
    "action_noise": NOISE,
    "action_noise_std": NOT_NEGATIVE,
    "net_arch": sizes_of("pi", "qf"),
}
_SAC = {
    **_OFF_POLICY,
    "ent_coef": COEFFICIENT,
    "target_entropy": ENTROPY,
    "target_update_interval": COUNT,
}
_STRETCH = Kind(
    "two indices, the first and one past the last, such as 21,24, or an empty list",
    lambda value: value == [] or _is_stretch(value),
)
_NEVER = Kind("false: goals are compared in the units of observations", lambda value: value is False)
KINDS: dict[str, dict[str, Kind]] = {
    "ppo": {
        **_ON_POLICY,
        "batch_size": COUNT,
        "n_epochs": COUNT,
        "clip_range": POSITIVE,
        "std_min": NOT_NEGATIVE,
        "shared_net_arch": LAYERS,
    },
    "a2c": {**_ON_POLICY, "rms_prop_eps": NOT_NEGATIVE, "use_rms_prop": SWITCH},
    "sac": {**_SAC, "log_std_init": NUMBER},
    "td3": {
        **_OFF_POLICY,
        "policy_delay": COUNT,
        "target_policy_noise": NOT_NEGATIVE,
        "target_noise_clip": NOT_NEGATIVE,
    },
    "ddpg": _OFF_POLICY,
    "sac+her": {
        **_SAC,
        "normalize_observation": _NEVER,
        "normalize_reward": _NEVER,
        "achieved_goal": _STRETCH,
        "desired_goal": _STRETCH,
        "goal_difference": _STRETCH,
        "goal_tolerance": NOT_NEGATIVE,
        "n_sampled_goal": COUNT,
        "goal_selection_strategy": one_of("future", "final", "episode"),
    },
}
"""By algorithm."""
