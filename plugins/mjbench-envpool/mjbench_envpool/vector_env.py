"""A batch of one task's environments, stepped by EnvPool in one call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from mjbench_envpool import pool

SEEDS = 2**31
"""EnvPool takes seeds below this."""


class EnvPoolVectorEnv(VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """``num_envs`` environments of one of EnvPool's tasks, without autoreset and without a time limit.

    A row behaves as if it were alone: same seed, same actions, same numbers to the last bit. One whose episode has
    ended rests until it is reset, since EnvPool would begin another. EnvPool fixes seeds when it builds a pool, so a
    seeded reset builds a new one. ``infos`` holds every float that EnvPool tells, as arrays (num_envs,).

    Args:
        task: EnvPool's id.
        num_envs: environments, N.
        num_threads: threads that step them; the number changes no result.
        autoreset_mode: only ``DISABLED``.
        render_mode: None or ``rgb_array``.

    Raises:
        ValueError: another mode.
    """

    def __init__(
        self,
        task: str,
        num_envs: int = 1,
        *,
        num_threads: int = 1,
        autoreset_mode: AutoresetMode = AutoresetMode.DISABLED,
        render_mode: str | None = None,
    ) -> None:
        if AutoresetMode(autoreset_mode) is not AutoresetMode.DISABLED:
            raise ValueError(f"autoreset_mode must be DISABLED, not {AutoresetMode(autoreset_mode).name}")
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode must be None or 'rgb_array', not {render_mode!r}")
        self.task = task
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {"autoreset_mode": AutoresetMode.DISABLED, "render_modes": ["rgb_array"]}
        self.single_observation_space, self.single_action_space = pool.spaces(task)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._threads = num_threads
        self._pool: Any = None
        self._observations = np.zeros(self.observation_space.shape or ())
        self._terminated = np.zeros(num_envs, bool)
        self._truncated = np.zeros(num_envs, bool)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin episodes: observations (N, observation size), those outside ``options["reset_mask"]`` as they were.

        ``seed`` + i seeds environment i; in a list None stands for any seed.

        Raises:
            ValueError: seeds for some of the environments only.
        """
        mask = np.asarray((options or {}).get("reset_mask", np.ones(self.num_envs, bool)))
        if seed is not None or self._pool is None:
            if not mask.all():
                raise ValueError("EnvPool seeds all environments of a pool at once: leave out the reset_mask")
            self.close_extras()  # before the next pool is built, which needs as much memory
            self._pool = self._built(seed)
        begun = np.flatnonzero(mask).astype(np.int32)
        if begun.size:
            self._observations[begun] = pool.flat(self._pool.reset(begun)[0])
        self._terminated[mask] = self._truncated[mask] = False
        return self._observations.copy(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Step those whose episodes go on: observations (N, observation size), rewards, ends (N,), infos (N,).

        Raises:
            gymnasium.error.ResetNeeded: before the first reset.
        """
        if self._pool is None:
            raise ResetNeeded("the first episodes have not begun: call reset()")
        rewards, infos = np.zeros(self.num_envs), dict[str, Any]()
        going = np.flatnonzero(~(self._terminated | self._truncated)).astype(np.int32)
        if going.size:
            observations, paid, terminated, truncated, info = self._pool.step(np.asarray(actions)[going], going)
            self._observations[going] = pool.flat(observations)
            rewards[going], self._terminated[going], self._truncated[going] = paid, terminated, truncated
            for key, value in info.items():
                if isinstance(value, np.ndarray) and value.dtype == np.float64 and value.ndim == 1:
                    infos[key] = np.zeros(self.num_envs)
                    infos[key][going] = value
        return self._observations.copy(), rewards, self._terminated.copy(), self._truncated.copy(), infos

    def render(self) -> tuple[np.ndarray, ...] | None:
        """The scenes now, each (height, width, 3) uint8; None without a render mode."""
        if self.render_mode is None:
            return None
        if self._pool is None:
            raise ResetNeeded("the first episodes have not begun: call reset()")
        return tuple(self._pool.render(np.arange(self.num_envs, dtype=np.int32)))

    def close_extras(self, **_: Any) -> None:
        """Give the pool and its threads back."""
        self._pool = None

    def _built(self, seed: int | Sequence[int | None] | None) -> Any:
        if seed is None:
            seed = [None] * self.num_envs
        elif isinstance(seed, (int, np.integer)):
            seed = range(seed, seed + self.num_envs)
        drawn = self.np_random.integers(SEEDS, size=self.num_envs)
        seeds = [any_seed if own is None else own for own, any_seed in zip(seed, drawn, strict=True)]
        return pool.build(self.task, seeds, self._threads, self.render_mode)
