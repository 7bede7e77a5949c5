"""The algorithms that the entry points name. Importing this module imports neither torch nor a simulator."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.algorithms.budget import nothing_learned
from mjbench.algorithms.device import free_bytes
from mjbench.algorithms.presets import Presets
from mjbench.api.hyperparameter import Kind
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec
from mjbench.spec.tuning import Tuning
from mjbench_sb3.hyperparameters import KINDS

_N_ENVS = {"n_envs": 1}
_DEVICE = {"device": "cpu"}
PRESETS = {
    # std_min is a floor of the actions' standard deviation, shared_net_arch layers that policy and value share.
    "ppo": Presets("mjbench_sb3", "ppo", {"std_min": 0.0, "shared_net_arch": []}),
    # log_std_init is added to the spread that SAC's actor begins with, as its logarithm.
    "sac": Presets("mjbench_sb3", "sac", {**_N_ENVS, "log_std_init": 0.0}),
    "td3": Presets("mjbench_sb3", "td3", _N_ENVS),
    "a2c": Presets("mjbench_sb3", "a2c"),
    "ddpg": Presets("mjbench_sb3", "ddpg", _N_ENVS),
    "sac+her": Presets("mjbench_sb3", "sac+her"),
}
"""By algorithm. Public: mjbench-fast trains by the same presets, and mjbench-sbx takes their blocks for tasks."""


@dataclass(frozen=True)
class Sb3Algorithm:
    """One algorithm of stable-baselines3; see ``mjbench.api.algorithm.Algorithm``."""

    name: str
    typical_steps_per_s: float
    """Environment steps a second of training HalfCheetah-v5 with the defaults on one core; for estimates only."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """The default preset for ``task``."""
        return PRESETS[self.name].resolve(task.id)

    def presets(self, task: TaskSpec) -> Mapping[str, Mapping[str, Any]]:
        """Every published preset for ``task``, by number or name."""
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
        return {**PRESETS[self.name].optional, **_DEVICE}

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each hyperparameter takes."""
        return KINDS[self.name]

    def training_bytes(self, run: RunSpec, observation_size: int, action_size: int) -> int:
        """Of the replay buffer: observations in double precision, the other numbers in single."""
        rows = min(run.hyperparameters.get("buffer_size", 0), run.steps)
        return rows * (8 * 2 * observation_size + 4 * (action_size + 3))

    def nothing_learned(self, run: RunSpec) -> str:
        """Why the budget ends before the first update; empty where it does not.

        Raises:
            SpecError: the run cannot train at all, or not on this machine.
        """
        device = run.hyperparameters.get("device", "cpu")
        if device != "cpu":
            free_bytes(device)  # refuses one that is not here
        return nothing_learned(run.hyperparameters, run.steps)

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps."""
        from mjbench_sb3.train import train

        return train(self.name, session)

    def load_policy(self, folder: Path) -> Policy:
        """The policy that a run left; needs no torch."""
        from mjbench.policies.mlp import MlpPolicy

        return MlpPolicy.load(folder)


@dataclass(frozen=True)
class HerAlgorithm(Sb3Algorithm):
    """One that needs to know which numbers of an observation are goals."""

    def nothing_learned(self, run: RunSpec) -> str:
        """See ``Sb3Algorithm``.

        Raises:
            SpecError: the hyperparameters name no goals, or goals of different sizes.
        """
        settings = run.hyperparameters
        achieved, desired, difference = (
            settings.get(name) or [] for name in ("achieved_goal", "desired_goal", "goal_difference")
        )
        if not achieved or not desired:
            raise SpecError(
                f"{self.name}: no preset says where the goals of {run.task} are in its observations; "
                "name first and one past last: --set achieved_goal=21,24 --set desired_goal=24,27, "
                "or train on franka/ReachSparse-v0"
            )
        sizes = {end - first for first, end in (achieved, desired, difference or desired)}
        if len(sizes) > 1:
            raise SpecError(f"{self.name}: achieved_goal, desired_goal and goal_difference must have the same size")
        return super().nothing_learned(run)


PPO = Sb3Algorithm("ppo", 1500.0)
SAC = Sb3Algorithm("sac", 80.0)
TD3 = Sb3Algorithm("td3", 80.0)
A2C = Sb3Algorithm("a2c", 1200.0)
DDPG = Sb3Algorithm("ddpg", 80.0)
SAC_HER = HerAlgorithm("sac+her", 75.0)
