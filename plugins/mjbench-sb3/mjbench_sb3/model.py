"""Builds a stable-baselines3 model from a run's hyperparameters."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import stable_baselines3
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.noise import ActionNoise, NormalActionNoise, OrnsteinUhlenbeckActionNoise
from stable_baselines3.common.utils import LinearSchedule
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from mjbench.algorithms.budget import whole_steps
from mjbench.algorithms.schedule import final_rate
from mjbench.api.session import Session
from mjbench.errors import SpecError
from mjbench_sb3.her import HerSAC
from mjbench_sb3.shared_layers import SharedLayers
from mjbench_sb3.std_floor import hold_above
from mjbench_sb3.vec_env import BatchVecEnv

CLASSES = {
    "ppo": stable_baselines3.PPO,
    "sac": stable_baselines3.SAC,
    "td3": stable_baselines3.TD3,
    "a2c": stable_baselines3.A2C,
    "ddpg": stable_baselines3.DDPG,
    "sac+her": HerSAC,
}
ACTIVATIONS: dict[str, type[torch.nn.Module]] = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "elu": torch.nn.ELU}
POLICY_ARGUMENTS = ("log_std_init", "ortho_init", "full_std", "use_expln")


def build(name: str, session: Session) -> BaseAlgorithm:
    """The model on its training environments, everything seeded with the run's seed.

    Args:
        name: key of ``CLASSES``.
        session: provides the run and its environments.

    Raises:
        SpecError: a hyperparameter has a value that the algorithm does not take.
    """
    return construct(CLASSES[name], ACTIVATIONS, POLICY_ARGUMENTS, session)


def construct(
    kind: type[BaseAlgorithm], activations: Mapping[str, Any], policy_arguments: Collection[str], session: Session
) -> BaseAlgorithm:
    """As ``build``, for a class with stable-baselines3's interface.

    Args:
        kind: the class.
        activations: what its networks take as ``activation_fn``, by name.
        policy_arguments: hyperparameters that its policy takes.
        session: provides the run and its environments.

    Raises:
        SpecError: a hyperparameter has a value that the algorithm does not take.
    """
    run = session.run
    settings = dict(run.hyperparameters)
    env = _environments(session, settings)
    networks: dict[str, Any] = {
        "net_arch": settings.pop("net_arch"),
        "activation_fn": _one_of(activations, settings.pop("activation"), "activation"),
    }
    networks |= {key: settings.pop(key) for key in policy_arguments if key in settings}
    if shared := settings.pop("shared_net_arch", []):
        networks["features_extractor_class"] = SharedLayers
        networks["features_extractor_kwargs"] = {"sizes": shared, "activation": networks["activation_fn"]}
    std_min = settings.pop("std_min", 0.0)
    if "action_noise" in settings:
        settings["action_noise"] = _noise(settings.pop("action_noise"), settings.pop("action_noise_std"), env)
    settings["learning_rate"] = _learning_rate(
        settings["learning_rate"], settings.pop("learning_rate_schedule", "constant")
    )
    spread = networks.pop("log_std_init", 0.0) if kind is stable_baselines3.SAC else None
    try:
        model = kind(
            "MlpPolicy", env, policy_kwargs=networks, seed=run.seed, device=settings.pop("device", "cpu"), **settings
        )
        if spread is not None:  # stable-baselines3 has no such option of its own without gSDE
            model.actor.log_std.bias.data += spread  # pyright: ignore[reportAttributeAccessIssue]
        if std_min:
            hold_above(model.policy, std_min)
    except (TypeError, ValueError, AssertionError) as error:
        raise SpecError(f"{run.entry} does not accept these hyperparameters: {error}") from error
    return model


def _environments(session: Session, settings: dict[str, Any]) -> VecEnv:
    count = settings.pop("n_envs", 1)
    whole_steps(count, session.run.steps)  # refuses a count that does not fit
    env: VecEnv = BatchVecEnv(session.make_batch(count))
    observations, rewards = settings.pop("normalize_observation"), settings.pop("normalize_reward")
    if observations or rewards:
        env = VecNormalize(env, norm_obs=observations, norm_reward=rewards, gamma=settings["gamma"])
    return env


def _learning_rate(start: Any, schedule: Any) -> Any:
    """See ``mjbench.algorithms.schedule``."""
    if schedule == "constant":
        return start
    end = final_rate(schedule, start)
    if end is None:
        raise SpecError(
            f"learning_rate_schedule {schedule!r} is not one of constant, linear, linear to X (a number of at least 0)"
        )
    try:
        return LinearSchedule(float(start), end, 1.0)
    except (TypeError, ValueError):
        raise SpecError(f"learning_rate must be a number, not {start!r}") from None


def _noise(kind: str, std: float, env: VecEnv) -> ActionNoise | None:
    size = env.action_space.shape or (1,)
    kinds = {"none": None, "normal": NormalActionNoise, "ornstein-uhlenbeck": OrnsteinUhlenbeckActionNoise}
    make = _one_of(kinds, kind, "action_noise")
    return make(np.zeros(size), np.full(size, std)) if make else None


def _one_of(choices: Mapping[str, Any], value: Any, name: str) -> Any:
    if value not in choices:
        raise SpecError(f"{name} {value!r} is not one of {', '.join(choices)}")
    return choices[value]
