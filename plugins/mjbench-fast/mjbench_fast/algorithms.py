"""The algorithms that the entry points name. Importing this module imports neither torch nor a simulator."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from mjbench_sb3.algorithms import PRESETS

from mjbench.algorithms.budget import nothing_learned
from mjbench.algorithms.options import kinds_of
from mjbench.api.hyperparameter import Kind
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench.spec.tuning import Tuning


@dataclass(frozen=True)
class FastAlgorithm:
    """One algorithm of this package; see ``mjbench.api.algorithm.Algorithm``."""

    name: str
    typical_steps_per_s: float
    """Environment steps a second of training HalfCheetah-v5 with the defaults on one core; for estimates only."""
    packages: tuple[str, ...]
    """What results depend on beside what every record names."""
    options: Mapping[str, Any]
    """Optional hyperparameters of this package alone, with the values that they have where they are not named."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """The default preset of mjbench-sb3: both must train alike, so there is one place that says how."""
        return PRESETS[self.name].resolve(task.id)

    def presets(self, task: TaskSpec) -> Mapping[str, Mapping[str, Any]]:
        """Every published preset of mjbench-sb3 for ``task``, by number or name."""
        return PRESETS[self.name].published(task.id)

    def preset_sources(self, task: TaskSpec) -> Mapping[str, str]:
        """Where the values of each preset for ``task`` come from."""
        return PRESETS[self.name].sources(task.id)

    def tunings(self) -> Mapping[str, Tuning]:
        """What was spent on each preset that was tuned with ``mjbench tune``, by name."""
        return PRESETS[self.name].tunings()

    @property
    def optional_hyperparameters(self) -> Mapping[str, Any]:
        """Further ones that may be changed, with the values that they have where they are not named."""
        return {**PRESETS[self.name].optional, **self.options}

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each hyperparameter takes."""
        module = import_module(f"mjbench_fast.{self.name}.options")
        return kinds_of(getattr(module, f"{self.name.capitalize()}Options"))

    def training_bytes(self, run: RunSpec, observation_size: int, action_size: int) -> int:
        """Of the replay buffer, a row of single precision a transition."""
        rows = min(run.hyperparameters.get("buffer_size", 0), run.steps)
        return rows * 4 * (2 * observation_size + action_size + 2)

    def nothing_learned(self, run: RunSpec) -> str:
        """Why the budget ends before the first update; empty where it does not."""
        return nothing_learned(run.hyperparameters, run.steps)

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps."""
        from threadpoolctl import threadpool_limits

        # Matrix products round differently on another number of threads.
        with threadpool_limits(session.run.threads, user_api="blas"):
            return import_module(f"mjbench_fast.{self.name}.train").train(session)

    def load_policy(self, folder: Path) -> Policy:
        """The policy that a run left."""
        from mjbench.policies.mlp import MlpPolicy

        return MlpPolicy.load(folder)


# The rates of mjbench-sb3 times the measured ratios of docs/fast.md.
PPO = FastAlgorithm("ppo", 12900.0, ("numba",), {})
SAC = FastAlgorithm("sac", 160.0, ("numba", "torch"), {"matmul_precision": "float32"})
TD3 = FastAlgorithm("td3", 130.0, ("numba", "torch"), {"matmul_precision": "float32"})
