"""The training batch of a run, watched: its episodes are counted on the device and read back as means."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mjbench.api.training_batch import TrainingBatch, TrainingStep
from mjbench.envs.make import check_spaces
from mjbench.envs.training import make_training_batch
from mjbench.errors import SpecError
from mjbench.runner.episode_log import EpisodeLog
from mjbench.runner.finite import EnvironmentFault
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.spec.run import RunSpec
from mjbench.spec.task import TaskSpec

if TYPE_CHECKING:
    from torch import Tensor

BINS = 1000
"""Rows of training episodes that a record has at most."""
OWN = "episodes."
"""Before the names of what this class adds to the state of the batch."""


def build(run: RunSpec, task: TaskSpec, count: int, device: str) -> TrainingBatch:
    """The worlds of a run, as the task's plugin simulates them.

    Raises:
        SpecError: the run names no simulator, or the task has no such batch.
    """
    if not run.simulator:
        raise SpecError(f"{run.algorithm} names no simulator, and so cannot train on a training batch")
    if not task.training_entry_point:
        raise SpecError(f"{task.id} has no training_entry_point, which {run.algorithm} needs")
    batch = make_training_batch(task, count, run.seed, device)
    check_spaces(task, batch, "single_observation_space", "single_action_space")
    return batch


class WatchedWorlds:
    """A ``TrainingBatch`` whose finished episodes go into the log.

    The means of those that end within ``width`` steps are one row: number, return, length and level are added up in
    arrays on the device, in double precision. Nothing is read back until ``read``.

    Args:
        batch: of the task's plugin.
        log: takes the means.
        budget: environment steps of the run.
    """

    def __init__(self, batch: TrainingBatch, log: EpisodeLog, budget: int) -> None:
        self.num_envs = batch.num_envs
        self.device = batch.device
        self.single_observation_space = batch.single_observation_space
        self.single_action_space = batch.single_action_space
        self.about = batch.about
        self._batch = batch
        self._log = log
        self._budget = budget
        self._width = max(self.num_envs, -(-budget // BINS))
        self._own: dict[str, Tensor] = {}

    @property
    def levels(self) -> "Tensor | None":
        """See ``TrainingBatch``."""
        return self._batch.levels

    @property
    def taken(self) -> int:
        """Environment steps taken so far, resets aside."""
        return int(self._own["taken"]) if self._own else 0

    def reset(self) -> "Tensor":
        """See ``TrainingBatch``."""
        observations = self._batch.reset()
        if not self._own:
            self._make(observations)
        self._own["returns"].zero_()
        self._own["lengths"].zero_()
        return observations

    def step(self, actions: "Tensor") -> TrainingStep:
        """See ``TrainingBatch``."""
        own = self._own
        if self.levels is not None:
            own["levels"].copy_(self.levels)  # of the episodes that this step may end
        made = self._batch.step(actions)
        own["taken"] += self.num_envs
        own["returns"] += made.rewards
        own["lengths"] += 1
        own["broken"] |= ~(made.observations.sum() + made.rewards.sum()).isfinite()
        over = made.terminated | made.truncated
        ended = own["sums"].new_ones(self.num_envs, 4)
        ended[:, 1] = own["returns"]
        ended[:, 2] = own["lengths"]
        ended[:, 3] = own["levels"]
        ended = ended.masked_fill_(~over[:, None], 0.0).sum(dim=0, keepdim=True)
        own["sums"].index_add_(0, (own["taken"] - 1) // self._width, ended)
        own["returns"].masked_fill_(over, 0.0)
        own["lengths"].masked_fill_(over, 0.0)
        return made

    def state_dict(self) -> "dict[str, Tensor]":
        """See ``TrainingBatch``."""
        return {**self._batch.state_dict(), **{OWN + name: value.clone() for name, value in self._own.items()}}

    def load_state_dict(self, state: "Mapping[str, Tensor]") -> None:
        """See ``TrainingBatch``."""
        own = {name.removeprefix(OWN): value for name, value in state.items() if name.startswith(OWN)}
        if not self._own:
            self._make(self._batch.reset())
        for name, value in self._own.items():
            value.copy_(own[name])
        self._batch.load_state_dict({name: value for name, value in state.items() if not name.startswith(OWN)})

    def saved(self) -> dict[str, Any]:
        """What a snapshot holds, to be pickled."""
        return {"about": dict(self.about), "state": {name: value.cpu() for name, value in self.state_dict().items()}}

    def go_on(self, saved: Mapping[str, Any]) -> None:
        """Resume from what ``saved`` gave.

        Raises:
            Unresumable: that was on another device, or with other versions.
        """
        before, here = saved["about"], self.about
        differ = [name for name in {**before, **here} if before.get(name) != here.get(name)]
        if differ:
            words = [f"{name} was {before.get(name)}, here it is {here.get(name)}" for name in differ]
            where = "the device and with the versions that saved it"
            raise Unresumable(f"a training batch resumes only on {where}: {', '.join(words)}")
        self.load_state_dict(saved["state"])

    def read(self) -> None:
        """Bring the log up to date.

        Raises:
            EnvironmentFault: an observation or a reward was not finite.
        """
        if not self._own:
            return
        if bool(self._own["broken"]):
            raise EnvironmentFault(
                f"the training batch gave a number that is not finite within its first {self.taken:,} steps; "
                "this is not a divergence"
            )
        sums = self._own["sums"].cpu().numpy()
        self._log.set_means(np.minimum((1 + np.arange(len(sums))) * self._width, self._budget), sums)

    def _make(self, like: Any) -> None:
        """Sums on the device of the tensor ``like``."""
        double, whole = like.double(), like.long()
        rows = -(-self._budget // self._width)
        self._own = {
            "taken": whole.new_zeros(1),
            "returns": double.new_zeros(self.num_envs),
            "lengths": double.new_zeros(self.num_envs),
            "levels": double.new_zeros(self.num_envs),
            "broken": like.new_zeros(1).bool(),
            "sums": double.new_zeros(rows, 4),
        }
