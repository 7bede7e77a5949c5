"""A dm_control environment as Gymnasium sees it: one flat observation, limits and failures kept apart."""

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
import numpy as np
from dm_control.rl.control import PhysicsError
from gymnasium.spaces import Box

from mjbench_dmcontrol.global_random import GlobalRandom

UNLIMITED = 1e9
"""MuJoCo writes 1e10 where an actuator has no limits."""
NOT_DRAWN_FROM = ("top_camera", "ball", "head")
"""Cameras that show little of the robot. Composer's ``top_camera`` looks down from 100 m, in one task from behind the
far plane, where nothing is drawn; the other two are those of the dog that fetches a ball."""
LIMIT_OF_UNLIMITED = 10.0
"""What such an actuator gets instead; only lqr has them, and its optimal controller stays within 5.5."""


class DmControlEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """Version 0 of the canonical wrapper.

    Observation: every entry of dm_control's dictionary in the order of its sorted keys, each in C order, scalars
    included, as one float32 vector; what ``gymnasium.wrappers.FlattenObservation`` makes of shimmy's environment.
    Action: dm_control's own, float32. An actuator without limits gets [-10, 10].
    Ends: an episode that dm_control ends with discount 0 is terminated; any other is truncated, be it by the time
    limit or, in a few composer tasks, by a fall after which dm_control still lets the value go on.

    Args:
        build: makes the dm_control environment from a seed or None.
        render_mode: None or ``rgb_array``.
        render_kwargs: for ``physics.render``: ``height``, ``width``, ``camera_id``.
        rebuild: a seed given to dm_control does not reach all that this task draws: it uses numpy's global
            generator, or shuffles in place what earlier episodes left. Then the environment is made anew at every
            seeded reset, and keeps a global generator of its own.
    """

    metadata = {"render_modes": ["rgb_array"]}

    def __init__(
        self,
        build: Callable[[int | None], Any],
        render_mode: str | None = None,
        render_kwargs: Mapping[str, Any] | None = None,
        rebuild: bool = False,
    ) -> None:
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode must be None or 'rgb_array', not {render_mode!r}")
        self._build = build
        self._global = GlobalRandom() if rebuild else None
        self.dm_env = self._made(None)
        self.render_mode = render_mode
        self._render_kwargs = {"height": 480, "width": 480, "camera_id": _camera(self.dm_env), **(render_kwargs or {})}
        self.metadata = {**self.metadata, "render_fps": round(1 / self.dm_env.control_timestep())}
        self.action_space = _action_space(self.dm_env.action_spec())
        self._layout, size = _layout(self.dm_env.observation_spec())
        self._last = np.zeros(size, dtype=np.float32)
        self.observation_space = Box(-np.inf, np.inf, (size,), np.float32)
        self._ended = True
        self._closed = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Start an episode. A seed determines it and all that follow; without one the stream goes on."""
        super().reset(seed=seed)
        if seed is not None:
            if self._global is not None:
                self._global.seed(seed)
                self.dm_env.close()
                self.dm_env = self._made(seed)
            _random_state(self.dm_env).seed(seed)
        if self._global is None:
            step = self.dm_env.reset()
        else:
            with self._global:
                step = self.dm_env.reset()
        self._ended = False
        return self._flat(step.observation), {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """One control step.

        Where the simulation diverges the episode is terminated with reward 0, at the last observation before.

        Raises:
            gymnasium.error.ResetNeeded: the episode is over; dm_control itself would start another unasked.
        """
        if self._ended:
            raise gymnasium.error.ResetNeeded("the episode is over: call reset()")
        try:
            if self._global is None:
                step = self.dm_env.step(action)
            else:
                with self._global:
                    step = self.dm_env.step(action)
        except PhysicsError:
            self._ended = True
            return self._last.copy(), 0.0, True, False, {"diverged": True}
        self._ended = step.last()
        terminated = self._ended and step.discount == 0
        return self._flat(step.observation), float(step.reward), terminated, self._ended and not terminated, {}

    def render(self) -> np.ndarray:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The scene now. -> (height, width, 3) uint8"""
        return self.dm_env.physics.render(**self._render_kwargs)

    def close(self) -> None:
        """Free the simulation and what draws it."""
        if not self._closed:
            self._closed = True
            self.dm_env.physics.free()
            self.dm_env.close()

    def _made(self, seed: int | None) -> Any:
        if self._global is None:
            return self._build(seed)
        with self._global:
            return self._build(seed)

    def _flat(self, observation: Mapping[str, Any]) -> np.ndarray:
        flat = np.empty_like(self._last)
        for key, where, is_array in self._layout:
            value = observation[key]
            flat[where] = value.ravel() if is_array else value
        self._last = flat
        return flat


def _random_state(env: Any) -> np.random.RandomState:
    """The generator that dm_control draws episodes from; composer and suite keep it in different places."""
    return env.random_state if hasattr(env, "random_state") else env.task.random


def _camera(env: Any) -> int:
    """The first camera but ``NOT_DRAWN_FROM``; -1 for MuJoCo's free one."""
    model = env.physics.model
    near = (number for number in range(model.ncam) if model.id2name(number, "camera") not in NOT_DRAWN_FROM)
    return next(near, 0 if model.ncam else -1)


def _action_space(spec: Any) -> Box:
    low, high = (np.broadcast_to(bound, spec.shape).astype(np.float32) for bound in (spec.minimum, spec.maximum))
    low = np.where(low < -UNLIMITED, np.float32(-LIMIT_OF_UNLIMITED), low)
    high = np.where(high > UNLIMITED, np.float32(LIMIT_OF_UNLIMITED), high)
    return Box(low, high, spec.shape, np.float32)


def _layout(spec: Mapping[str, Any]) -> tuple[list[tuple[str, Any, bool]], int]:
    """Where each entry goes (a slice, or an index for a scalar), and the total size."""
    layout, start = [], 0
    for key in sorted(spec):
        size = int(np.prod(spec[key].shape))
        is_scalar = spec[key].shape == ()
        layout.append((key, start if is_scalar else slice(start, start + size), len(spec[key].shape) > 1))
        start += size
    return layout, start
