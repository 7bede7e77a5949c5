"""A small environment that keeps the contract, and ways to break it: one fault for each clause and more."""

import threading
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np

LIMIT = 20
SHARED: dict[str, int] = {"steps": 0}


class DriftEnv(gymnasium.Env[np.ndarray, np.ndarray]):
    """A point that is pushed about. Observation: position (2,) float32. Needs no simulator.

    Args:
        fault: what to do wrong; empty for nothing.
        render_mode: None or ``rgb_array``.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(self, fault: str = "", render_mode: str | None = None) -> None:
        self.fault = fault
        self.render_mode = render_mode
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
        if fault == "tight bounds":
            self.observation_space = gymnasium.spaces.Box(-0.5, 0.5, (2,), np.float32)
        if fault == "unbounded actions":
            self.action_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float32)
        if fault == "spaces differ":
            SHARED["made"] = SHARED.get("made", 0) + 1
            self.action_space = gymnasium.spaces.Box(-1.0, float(SHARED["made"]), (2,), np.float32)
        if fault == "modes":
            self.metadata = {"render_modes": ["human"], "render_fps": 10}
        self.position = np.zeros(2, np.float32)
        self.count = 0
        self.age = 0
        self.generator: Iterator[int] | None = iter_forever() if fault == "unsaveable" else None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        start = self.np_random.uniform(-1, 1, 2)
        if self.fault == "global random":
            start = np.random.uniform(-1, 1, 2)
        elif self.fault in ("one start", "hidden goal"):
            start = np.zeros(2)
        elif self.fault == "leftover":
            start += self.age * 1e-3
        self.position[:] = start
        self.goal = int(self.np_random.integers(8))
        self.lot = self.np_random.uniform()
        self.count = 0
        return self._observation(), {}

    def step(self, action: np.ndarray) -> Any:
        self.age += 1
        self.count += 1
        SHARED["steps"] += 1
        self.position += 0.1 * action
        if self.fault == "foreign state":
            self.position += 1e-3 * (SHARED["steps"] % 7)
        if self.fault == "threads":
            self.position += 1e-3 * self.local_steps()
        if self.fault == "writes action":
            action *= 0.5
        if self.fault == "reads observation back" and self.count == 1:
            self.position[:] = np.clip(self.returned, -10, 10)
        distance = float(np.linalg.norm(self.position))
        reward: Any = -distance
        if self.fault == "rare reward":
            reward = 500.0 if self.lot > 0.93 and self.count == 1 else 0.0
        terminated: Any = False
        truncated: Any = False
        info: Any = {"distance": distance, "is_success": distance < 0.1}
        match self.fault:
            case "reward nan":
                reward = float("nan")
            case "reward array":
                reward = np.array([reward])
            case "reward text":
                reward = "good"
            case "reward single":
                reward = np.float32(reward)
            case "end number":
                terminated = 0
            case "no metric":
                del info["distance"]
            case "no success":
                del info["is_success"]
            case "metric text":
                info["distance"] = "far"
            case "early":
                truncated = self.count >= LIMIT // 2
            case "leaves the arena":
                truncated = self.count >= 5 + self.goal
            case "time is termination":
                terminated = self.count >= LIMIT
            case "early termination":
                terminated = self.count >= LIMIT // 2
            case "raises":
                raise RuntimeError("the motor burns")
            case "exits":
                raise SystemExit(3)
        return self._observation(), reward, terminated, truncated, info

    def local_steps(self) -> int:
        """A count that lives outside of what can be walked."""
        local = LOCAL.__dict__
        local["steps"] = local.get("steps", 0) + 1
        return local["steps"]

    def _observation(self) -> Any:
        match self.fault:
            case "double":
                return self.position.astype(np.float64)
            case "list":
                return [0.0, 1.0]
            case "shape":
                return np.zeros(3, np.float32)
            case "nan":
                return np.array([np.nan if self.count == 3 else 0.0, self.count], np.float32)
            case "nan at reset":
                return np.array([np.nan if self.count == 0 else 0.0, self.count], np.float32)
            case "constant":
                return np.ones(2, np.float32)
            case "view":
                return self.position
            case "two buffers":
                self.buffers = getattr(self, "buffers", [np.zeros(2, np.float32), np.zeros(2, np.float32)])
                self.buffers[self.age % 2][:] = self.position
                return self.buffers[self.age % 2]
            case "reads observation back":
                self.returned = self.position.copy()
                return self.returned
        return self.position.copy()

    def render(self) -> Any:
        picture = np.zeros((8, 8, 3), np.uint8)
        if self.fault == "floats":
            return picture.astype(float)
        if self.fault == "no light":
            return picture
        if self.fault == "no picture":
            raise RuntimeError("no camera")
        picture[2:4] = 255
        if self.fault == "hidden goal":
            picture[:, : 1 + self.goal] = 128
        return picture

    def close(self) -> None:
        if self.fault == "closes once":
            if getattr(self, "closed", False):
                raise RuntimeError("closed twice")
            self.closed = True


class NoOptionsEnv(DriftEnv):
    """Its reset takes no options."""

    def reset(self, *, seed: int | None = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().reset(seed=seed)


LOCAL = threading.local()


def iter_forever() -> Iterator[int]:
    """A running generator: state that nothing can save."""
    while True:
        yield 0
