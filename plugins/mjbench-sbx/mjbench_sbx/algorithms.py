"""The algorithms that the entry points name. Importing this module imports neither JAX nor torch nor a simulator."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mjbench.algorithm import Policy, Session
from mjbench.spec.task import TaskSpec
from mjbench_sbx import presets

# Without them nothing here can train: said when the plugin loads, which costs no import of theirs.
for _module in ("jax", "sbx"):
    if find_spec(_module) is None:
        raise ModuleNotFoundError(f"No module named {_module!r}", name=_module)


@dataclass(frozen=True)
class SbxAlgorithm:
    """One algorithm of SBX; see ``mjbench.algorithm.Algorithm``."""

    name: str
    typical_steps_per_s: float
    """Environment steps a second of training HalfCheetah-v5 with the defaults on one core; for estimates only."""
    packages: tuple[str, ...] = ("sbx-rl", "jax", "jaxlib", "flax", "optax", "tfp-nightly")
    """Distributions that results depend on, beyond those that every record names."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """The preset for ``task``."""
        return presets.resolve(self.name, task.id)

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps."""
        from mjbench_sbx.threads import fix_threads

        fix_threads(session.run.threads)
        from mjbench_sbx.train import train

        return train(self.name, session)

    def load_policy(self, folder: Path) -> Policy:
        """The policy that a run left; needs no JAX."""
        from mjbench.policy import MlpPolicy

        return MlpPolicy.load(folder)


# The rates of mjbench-sb3 times the measured ratios of docs/sbx.md; CrossQ and TQC beside SAC.
PPO = SbxAlgorithm("ppo", 1575.0)
SAC = SbxAlgorithm("sac", 120.0)
TD3 = SbxAlgorithm("td3", 125.0)
CROSSQ = SbxAlgorithm("crossq", 14.0)
TQC = SbxAlgorithm("tqc", 100.0)
