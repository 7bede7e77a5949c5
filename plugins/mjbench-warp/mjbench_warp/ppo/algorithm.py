"""The algorithm that the entry point names. Importing this module imports neither torch nor Warp."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.algorithms.budget import nothing_learned
from mjbench.algorithms.options import kinds_of
from mjbench.algorithms.presets import Presets
from mjbench.api.hyperparameter import Kind
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench_warp.ppo.fitting import refuse
from mjbench_warp.ppo.options import ADAPTIVE, PpoOptions

PRESETS = Presets("mjbench_warp", "warp-ppo")


@dataclass(frozen=True)
class WarpPpo:
    """PPO on worlds that MuJoCo Warp simulates; see ``mjbench.api.algorithm.Algorithm``."""

    simulator: str = "warp"
    packages: tuple[str, ...] = ("mujoco-warp", "warp-lang")
    """What results depend on beside what every record names."""
    typical_steps_per_s: float = 400.0
    """Environment steps a second of training Go1Walk on 64 worlds and one core; for estimates only."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """The default preset for ``task``."""
        return PRESETS.resolve(task.id)

    def presets(self, task: TaskSpec) -> Mapping[str, Mapping[str, Any]]:
        """Every published preset for ``task``, by number or name."""
        return PRESETS.published(task.id)

    def preset_sources(self, task: TaskSpec) -> Mapping[str, str]:
        """Where the values of each preset for ``task`` come from."""
        return PRESETS.sources(task.id)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each hyperparameter takes."""
        return kinds_of(PpoOptions)

    def training_bytes(self, run: RunSpec, observation_size: int, action_size: int) -> int:
        """Of a rollout in single precision, where it is on the CPU; the worlds' own memory aside."""
        rows = run.hyperparameters["n_envs"] * run.hyperparameters["n_steps"]
        return rows * 4 * (2 * observation_size + action_size + 6)

    def nothing_learned(self, run: RunSpec) -> str:
        """Why the budget ends before the first update; empty where it does not.

        Raises:
            SpecError: the run cannot train at all, or not on this machine.
        """
        settings = run.hyperparameters
        if settings["learning_rate_schedule"] == ADAPTIVE and not settings["target_kl"]:
            raise SpecError("learning_rate_schedule=adaptive needs a divergence to aim at: --set target_kl=0.01")
        why = nothing_learned(settings, run.steps)
        refuse(run)
        return why

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps."""
        from mjbench_warp.ppo.train import train

        return train(session)

    def load_policy(self, folder: Path) -> Policy:
        """The policy that a run left; needs neither torch nor Warp."""
        from mjbench.policies.mlp import MlpPolicy

        return MlpPolicy.load(folder)


PPO = WarpPpo()
