"""Builds a stable-baselines3 model from a run's hyperparameters."""

from typing import Any

import numpy as np
import stable_baselines3
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.noise import ActionNoise, NormalActionNoise, OrnsteinUhlenbeckActionNoise
from stable_baselines3.common.utils import LinearSchedule
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecNormalize

from mjbench.algorithm import Session
from mjbench.errors import SpecError

CLASSES = {
    "ppo": stable_baselines3.PPO,
    "sac": stable_baselines3.SAC,
    "td3": stable_baselines3.TD3,
    "a2c": stable_baselines3.A2C,
    "ddpg": stable_baselines3.DDPG,
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
    run = session.run
    settings = dict(run.hyperparameters)
    env = _environments(session, settings)
    policy_arguments: dict[str, Any] = {
        "net_arch": settings.pop("net_arch"),
        "activation_fn": _one_of(ACTIVATIONS, settings.pop("activation"), "activation"),
    }
    policy_arguments |= {key: settings.pop(key) for key in POLICY_ARGUMENTS if key in settings}
    if "action_noise" in settings:
        settings["action_noise"] = _noise(settings.pop("action_noise"), settings.pop("action_noise_std"), env)
    if settings.pop("learning_rate_schedule", "constant") == "linear":
        settings["learning_rate"] = LinearSchedule(float(settings["learning_rate"]), 0.0, 1.0)
    try:
        return CLASSES[name]("MlpPolicy", env, policy_kwargs=policy_arguments, seed=run.seed, device="cpu", **settings)
    except (TypeError, ValueError, AssertionError) as error:
        raise SpecError(f"{run.entry} does not accept these hyperparameters: {error}") from error


def _environments(session: Session, settings: dict[str, Any]) -> VecEnv:
    count = settings.pop("n_envs", 1)
    env: VecEnv = DummyVecEnv([lambda index=index: session.make_env(index) for index in range(count)])
    observations, rewards = settings.pop("normalize_observation"), settings.pop("normalize_reward")
    if observations or rewards:
        env = VecNormalize(env, norm_obs=observations, norm_reward=rewards, gamma=settings["gamma"])
    return env


def _noise(kind: str, std: float, env: VecEnv) -> ActionNoise | None:
    size = env.action_space.shape or (1,)
    kinds = {"none": None, "normal": NormalActionNoise, "ornstein-uhlenbeck": OrnsteinUhlenbeckActionNoise}
    make = _one_of(kinds, kind, "action_noise")
    return make(np.zeros(size), np.full(size, std)) if make else None


def _one_of(choices: dict[str, Any], value: Any, name: str) -> Any:
    if value not in choices:
        raise SpecError(f"{name} {value!r} is not one of {', '.join(choices)}")
    return choices[value]
