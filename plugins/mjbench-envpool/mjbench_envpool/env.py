"""One of EnvPool's environments: the batch of one."""

from typing import Any

import gymnasium
import numpy as np

from mjbench_envpool.vector_env import EnvPoolVectorEnv


class EnvPoolEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """See ``EnvPoolVectorEnv``.

    Args:
        task: EnvPool's id.
        render_mode: None or ``rgb_array``.
    """

    metadata = {"render_modes": ["rgb_array"]}

    def __init__(self, task: str, *, render_mode: str | None = None) -> None:
        self.batch = EnvPoolVectorEnv(task, 1, render_mode=render_mode)
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space
        self.render_mode = render_mode

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode. A seed determines it and all that follow."""
        super().reset(seed=seed)
        return self.batch.reset(seed=seed)[0][0], {}

    def step(self, action: np.ndarray) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """One control step; after the episode's end nothing moves any more."""
        observation, reward, terminated, truncated, infos = self.batch.step(np.asarray(action)[None])
        info = {key: float(value[0]) for key, value in infos.items()}
        return observation[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info

    def render(self) -> np.ndarray | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The scene now, (height, width, 3) uint8; None without a render mode."""
        pictures = self.batch.render()
        return None if pictures is None else pictures[0]

    def close(self) -> None:
        """Give the pool back."""
        self.batch.close()
