"""The algorithms that the entry points name. Importing this module imports neither JAX nor torch nor a simulator."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mjbench_sb3.algorithms import PRESETS as SB3

from mjbench.algorithms.budget import nothing_learned
from mjbench.algorithms.presets import Presets
from mjbench.api.hyperparameter import Kind
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench_sbx.hyperparameters import KINDS

# Without them nothing here can train: said when the plugin loads, which costs no import of theirs.
for _module in ("jax", "sbx"):
    if find_spec(_module) is None:
        raise ModuleNotFoundError(f"No module named {_module!r}", name=_module)

# Blocks for tasks are those of mjbench-sb3, so that both are tuned alike; but for those that set what SBX has not.
PRESETS = {name: Presets("mjbench_sbx", name, shared=SB3[name]) for name in ("ppo", "sac", "td3")}
PRESETS |= {name: Presets("mjbench_sbx", name) for name in ("crossq", "tqc")}


@dataclass(frozen=True)
class SbxAlgorithm:
    """One algorithm of SBX; see ``mjbench.api.algorithm.Algorithm``."""

    name: str
    typical_steps_per_s: float
    """Environment steps a second of training HalfCheetah-v5 with the defaults on one core; for estimates only."""
    packages: tuple[str, ...] = ("sbx-rl", "jax", "jaxlib", "flax", "optax", "tfp-nightly")
    """Distributions that results depend on, beyond those that every record names."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """The default preset for ``task``."""
        return PRESETS[self.name].resolve(task.id)

    def presets(self, task: TaskSpec) -> Mapping[str, Mapping[str, Any]]:
        """Every published preset for ``task``, by number."""
        return PRESETS[self.name].published(task.id)

    def preset_sources(self, task: TaskSpec) -> Mapping[str, str]:
        """Where the values of each preset for ``task`` come from."""
        return PRESETS[self.name].sources(task.id)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each hyperparameter takes."""
        return KINDS[self.name]

    def nothing_learned(self, run: RunSpec) -> str:
        """Why the budget ends before the first update; empty where it does not."""
        return nothing_learned(run.hyperparameters, run.steps)

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps."""
        from mjbench_sbx.threads import fix_threads

        fix_threads(session.run.threads)
        from mjbench_sbx.train import train

        return train(self.name, session)

    def load_policy(self, folder: Path) -> Policy:
        """The policy that a run left; needs no JAX."""
        from mjbench.policies.mlp import MlpPolicy

        return MlpPolicy.load(folder)


# The rates of mjbench-sb3 times the measured ratios of docs/sbx.md; CrossQ and TQC beside SAC.
PPO = SbxAlgorithm("ppo", 1575.0)
SAC = SbxAlgorithm("sac", 120.0)
TD3 = SbxAlgorithm("td3", 125.0)
CROSSQ = SbxAlgorithm("crossq", 14.0)
TQC = SbxAlgorithm("tqc", 100.0)
