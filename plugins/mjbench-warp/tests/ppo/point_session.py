"""A session that only hands out points, and counts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from point_batch import PointBatch

from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

OPTIONS: dict[str, Any] = {
    "learning_rate": 1e-3,
    "learning_rate_schedule": "linear to 1e-4",
    "target_kl": 0.0,
    "n_steps": 16,
    "batch_size": 128,
    "n_epochs": 4,
    "gamma": 0.95,
    "gae_lambda": 0.95,
    "clip_range": 0.2,
    "normalize_advantage": True,
    "ent_coef": 0.0,
    "vf_coef": 0.5,
    "max_grad_norm": 0.5,
    "n_envs": 32,
    "net_arch": [32, 32],
    "activation": "elu",
    "log_std_init": -0.7,
    "ortho_init": True,
    "normalize_observation": False,
    "normalize_reward": False,
    "device": "cpu",
}


def run_of(steps: int, seed: int = 0, **changes: Any) -> RunSpec:
    return RunSpec("points/Point-v0", "warp-ppo", {**OPTIONS, **changes}, seed, steps, EvalProtocol(1, 1, 1))


class Alone:
    """As ``mjbench.api.session.Session``."""

    limit = 20

    def __init__(self, run: RunSpec, source: Path | None = None) -> None:
        self.run, self._source = run, source
        self.batch: Any = None
        self.steps: list[int] = []
        self.policies: list[MlpPolicy] = []
        self.logged: list[dict[str, float]] = []

    def make_training_batch(self, count: int, device: str) -> PointBatch:
        self.batch = PointBatch(num_envs=count, kwargs={}, seed=self.run.seed, episode_limit=self.limit, device=device)
        return self.batch

    def source_policy(self) -> Path | None:
        return self._source

    def on_step(self, step: int, policy: Callable[[], MlpPolicy]) -> None:
        self.steps.append(step)
        self.policies.append(policy())

    def log_due(self, step: int) -> bool:
        return True

    def log(self, step: int, scalars: dict[str, float]) -> None:
        self.logged.append(scalars)

    def snapshot_due(self) -> bool:
        return False

    def save(self, step: int, state: Any, rows: Any = None) -> None:
        raise NotImplementedError

    def restore(self, rows: Any = None) -> Any:
        return None
