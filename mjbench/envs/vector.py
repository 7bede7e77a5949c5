"""A task's environments as one batch, natively where the task has a vector entry point, else stepped one by one.

Either is a ``gymnasium.vector.VectorEnv`` without autoreset: ``reset(options={"reset_mask": (N,) bool})`` begins new
episodes where the mask is true, ``options["curriculum_level"]`` (N,) says at which level. Nothing here knows a time
limit: who steps a batch truncates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from mjbench.envs.make import check_spaces, make_env, resolve
from mjbench.errors import MjbenchError, SpecError
from mjbench.spec.curriculum import LEVEL
from mjbench.spec.task import TaskSpec

RESET_MASK = "reset_mask"


def make_batch(task: TaskSpec, count: int, keys: Sequence[str] = ()) -> Any:
    """``count`` environments of the task as one batch.

    Args:
        task: what to build.
        count: environments, N.
        keys: what of ``info`` will be read; a native batch may have more.

    Raises:
        SpecError: an entry point names nothing, or builds something else.
    """
    if not task.vector_entry_point:
        return SingleEnvs([make_env(task) for _ in range(count)], keys)
    build = resolve(task.vector_entry_point, task.id)
    env = build(num_envs=count, **task.kwargs, autoreset_mode=AutoresetMode.DISABLED)
    if not isinstance(env, VectorEnv) or env.num_envs != count:
        what = f"{env.num_envs} environments" if isinstance(env, VectorEnv) else f"a {type(env).__name__}"
        raise SpecError(f"{task.id}: the vector entry point must build a VectorEnv of {count}, not {what}")
    check_spaces(task, env, "single_observation_space", "single_action_space")
    return env


class SingleEnvs(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """Single environments, stepped one by one. One whose episode has ended rests until it is reset.

    Args:
        envs: N environments of one task.
        keys: what of their ``info`` is passed on.
    """

    def __init__(self, envs: Sequence[Any], keys: Sequence[str]) -> None:
        self.envs = list(envs)
        self.num_envs = len(self.envs)
        self.metadata = {**self.envs[0].metadata, "autoreset_mode": AutoresetMode.DISABLED}
        self.single_observation_space = self.envs[0].observation_space
        self.single_action_space = self.envs[0].action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._keys = tuple(keys)
        self._observations = np.zeros(self.observation_space.shape or (), self.observation_space.dtype)
        self._terminated = np.zeros(self.num_envs, bool)
        self._truncated = np.zeros(self.num_envs, bool)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin episodes: observations (N, observation size), those outside the mask as they were."""
        options = dict(options or {})
        mask = options.pop(RESET_MASK, np.ones(self.num_envs, bool))
        levels = options.pop(LEVEL, None)
        if isinstance(seed, int):
            seed = range(seed, seed + self.num_envs)
        for i in np.flatnonzero(mask).tolist():
            own = options if levels is None else {**options, LEVEL: int(levels[i])}
            given = {"options": own} if own else {}
            self._observations[i], _ = self.envs[i].reset(seed=None if seed is None else seed[i], **given)
        self._terminated[mask] = self._truncated[mask] = False
        return self._observations.copy(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Step the open episodes: observations (N, observation size), rewards, ends (N,), infos (N,)."""
        rewards, infos = np.zeros(self.num_envs), dict[str, Any]()
        for i in np.flatnonzero(~(self._terminated | self._truncated)).tolist():
            self._observations[i], rewards[i], self._terminated[i], self._truncated[i], info = self.envs[i].step(
                actions[i]
            )
            self._tell(infos, info, i)
        return self._observations.copy(), rewards, self._terminated.copy(), self._truncated.copy(), infos

    def close_extras(self, **_: Any) -> None:
        """Close the environments."""
        for env in self.envs:
            env.close()

    def _tell(self, infos: dict[str, Any], info: dict[str, Any], i: int) -> None:
        for key in self._keys:
            if key in info:
                if f"_{key}" not in infos:
                    infos[key], infos[f"_{key}"] = np.full(self.num_envs, np.nan), np.zeros(self.num_envs, bool)
                try:
                    infos[key][i], infos[f"_{key}"][i] = info[key], True
                except (TypeError, ValueError) as error:
                    raise MjbenchError(f"info[{key!r}] is {info[key]!r}, which is not a number") from error
            else:
                infos.update({name: None for name in info if name not in infos})  # for who says what there is instead
