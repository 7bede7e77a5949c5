"""A session that hands out environments and counts steps, and nothing else."""

from typing import Any

from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

TASK = "gymnasium/InvertedPendulum-v5"
SMALL = {
    "net_arch": [16, 16],
    "batch_size": 32,
    "learning_starts": 50,
    "n_steps": 64,
    "n_epochs": 2,
    "buffer_size": 1000,
}


def make_run(name: str, steps: int = 300, checkpoints: int = 2, task: str = TASK, **changes: Any) -> RunSpec:
    """A run of a second."""
    registry = Registry()
    preset = registry.algorithm(name).hyperparameters(registry.task(task))
    settings = {**preset, **{key: value for key, value in SMALL.items() if key in preset}, **changes}
    return RunSpec(task, name, settings, 3, steps, EvalProtocol(checkpoints=checkpoints, episodes=2, final_episodes=3))


class Alone:
    """Environments of one Gymnasium id, with a time limit of the test's choice."""

    def __init__(self, run: RunSpec, env: str = "InvertedPendulum-v5", limit: int = 1000) -> None:
        self.run, self._env, self._limit = run, env, limit
        self.steps: list[int] = []
        self.listens = False
        self.logged: list[dict[str, float]] = []

    def make_env(self, index: int = 0) -> Any:
        import gymnasium

        return gymnasium.make(self._env, max_episode_steps=self._limit)

    def make_training_batch(self, count: int, device: str) -> Any:
        raise NotImplementedError

    def refuse_snapshots(self, reason: str) -> None:
        raise NotImplementedError

    def make_batch(self, count: int) -> Any:
        from mjbench.envs.vector import make_batch
        from mjbench.runner.episode_log import EpisodeLog
        from mjbench.runner.training_envs import TrainingBatch

        return TrainingBatch(make_batch(Registry().task(f"gymnasium/{self._env}"), count), self._limit, EpisodeLog())

    def source_policy(self) -> Any:
        return None

    def on_step(self, step: int, policy: Any) -> None:
        self.steps.append(step)

    def log_due(self, step: int) -> bool:
        return self.listens

    def log(self, step: int, scalars: Any) -> None:
        self.logged.append(scalars)

    def snapshot_due(self) -> bool:
        return False

    def save(self, step: int, state: Any, rows: Any = None) -> None:
        raise NotImplementedError

    def restore(self, rows: Any = None) -> None:
        return None
