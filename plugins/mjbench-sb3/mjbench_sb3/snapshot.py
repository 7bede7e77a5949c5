"""Everything that a stable-baselines3 model needs to go on between two rollouts as if nothing had happened.

Its own ``save`` and ``load`` do not do this: they reseed, and leave out the observation that the next action answers
to, the discounted returns that rewards are scaled by, and every random generator.
"""

import io
from operator import attrgetter
from typing import Any

import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.vec_env import VecNormalize

from mjbench.api.session import Rows

COUNTERS = ("num_timesteps", "_n_updates", "_episode_num", "_current_progress_remaining")
OBSERVATIONS = ("_last_obs", "_last_episode_starts", "_last_original_obs")
NORMALISER = ("obs_rms", "ret_rms", "returns", "old_obs", "old_reward")
PLACES = ("pos", "full", "ep_start", "ep_length", "_current_ep_start")
"""Where a replay buffer writes next, and, where it draws goals, the episodes in it: rows that are rewritten later."""
BUFFER = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")


def capture(model: BaseAlgorithm) -> dict[str, Any]:
    """The model's state between two rollouts; the rows of a replay buffer are ``rows(model)``."""
    modules, tensors = model._get_torch_save_params()
    weights = io.BytesIO()
    torch.save(
        {
            **{name: attrgetter(name)(model).state_dict() for name in modules},
            **{name: attrgetter(name)(model).data for name in tensors},
        },
        weights,
    )
    state: dict[str, Any] = {
        "weights": weights.getvalue(),
        "counters": {name: getattr(model, name) for name in COUNTERS},
        "observations": {name: getattr(model, name) for name in OBSERVATIONS},
        "action_space": model.action_space.np_random.bit_generator.state,
    }
    env = model.get_env()
    if isinstance(env, VecNormalize):
        state["normaliser"] = {name: getattr(env, name) for name in NORMALISER if hasattr(env, name)}
    if isinstance(model, OffPolicyAlgorithm):
        state["noise"] = model.action_noise
        buffer: Any = model.replay_buffer
        state["buffer"] = {name: getattr(buffer, name) for name in PLACES if hasattr(buffer, name)}
    return state


def restore(model: BaseAlgorithm, state: dict[str, Any]) -> None:
    """Put captured state into a model whose ``learn`` stands before its first rollout."""
    modules, tensors = model._get_torch_save_params()
    weights = torch.load(io.BytesIO(state["weights"]), weights_only=True)
    for name in modules:
        attrgetter(name)(model).load_state_dict(weights[name])
    for name in tensors:
        attrgetter(name)(model).data.copy_(weights[name])
    for name, value in (state["counters"] | state["observations"]).items():
        setattr(model, name, value)
    env = model.get_env()
    if isinstance(env, VecNormalize):
        for name, value in state["normaliser"].items():
            setattr(env, name, value)
    if isinstance(model, OffPolicyAlgorithm):
        if model.action_noise is not None:
            # learn() has handed the object itself to the rollout
            vars(model.action_noise).update(vars(state["noise"]))
        buffer: Any = model.replay_buffer
        vars(buffer).update(state["buffer"])
    model.action_space.np_random.bit_generator.state = state["action_space"]


def rows(model: BaseAlgorithm) -> Rows | None:
    """The replay buffer, where the algorithm has one."""
    if not isinstance(model, OffPolicyAlgorithm):
        return None
    buffer: Any = model.replay_buffer
    arrays: dict[str, Any] = {}
    for name in BUFFER:
        array = getattr(buffer, name)
        arrays |= {f"{name}.{key}": part for key, part in array.items()} if isinstance(array, dict) else {name: array}
    return Rows(arrays, model.num_timesteps // model.n_envs)
