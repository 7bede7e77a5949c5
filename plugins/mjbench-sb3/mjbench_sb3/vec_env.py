"""The harness' batch of training environments, as stable-baselines3 wants to see it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from stable_baselines3.common.vec_env import VecEnv


class BatchVecEnv(VecEnv):
    """A ``VecEnv`` over ``Session.make_batch``.

    Args:
        batch: a ``gymnasium.vector.VectorEnv`` that begins anew in the step that ends an episode.
    """

    def __init__(self, batch: Any) -> None:
        self.batch = batch
        self._actions = np.empty(0)
        super().__init__(batch.num_envs, batch.single_observation_space, batch.single_action_space)

    def reset(self) -> Any:
        """Observations (N, observation size); the seeds of ``seed`` are used once."""
        seeds = None if self._seeds[0] is None else list(self._seeds)
        self._reset_seeds()
        return self.batch.reset(seed=seeds)[0]

    def step_async(self, actions: np.ndarray) -> None:
        """Keep the actions (N, action size) for ``step_wait``."""
        self._actions = actions

    def step_wait(self) -> Any:
        """Observations (N, observation size), rewards (N,) in single precision, ends (N,), and a dictionary each."""
        observations, rewards, terminated, truncated, batch_infos = self.batch.step(self._actions)
        done = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i in np.flatnonzero(done):
            infos[i]["TimeLimit.truncated"] = bool(truncated[i] and not terminated[i])
            infos[i]["terminal_observation"] = batch_infos["final_obs"][i]
        return observations, rewards.astype(np.float32), done, infos

    def close(self) -> None:
        """Close the environments."""
        self.batch.close()

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The batch's attribute, for each of the environments."""
        return [getattr(self.batch, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Not offered: an algorithm has no business inside the environments."""
        raise NotImplementedError

    def env_method(self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any) -> list[Any]:
        """Not offered, for the same reason."""
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """None is, as far as stable-baselines3 can see."""
        return [False] * len(list(self._get_indices(indices)))

    def get_images(self) -> Sequence[np.ndarray | None]:
        """None: training is not drawn."""
        return [None] * self.num_envs
