"""What an algorithm must offer. A structural type: a plugin needs no base class of ours."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.spec.task import TaskSpec


class Algorithm(Protocol):
    """Trains a policy. An entry point of the group ``mjbench.algorithms`` names an object of this shape.

    It may also have

    - ``optional_hyperparameters``: a mapping of further ones that may be changed, with what their absence means;
    - ``kinds``: a mapping from names of hyperparameters to ``mjbench.api.hyperparameter.Kind``, the values that they
      take. A plan refuses other ones; a hyperparameter without a kind takes values of the type of its default;
    - ``nothing_learned(run)``: why the run's budget ends before the first update, on one line with a value that helps;
      empty where it does not. SpecError where the run cannot train at all;
    - ``simulator``: name of the engine that simulates training, such as ``"warp"``, where it is not the reference. Such
      an algorithm takes ``session.make_training_batch``. A plan refuses tasks without a ``training_entry_point``;
    - ``presets(task)``: every published preset for the task, resolved, by number or name;
    - ``tunings()``: for published presets that were tuned, by name, the ``mjbench.spec.tuning.Tuning`` that says what
      was spent. Boards show it;
    - ``packages``: distributions that results depend on. Records and snapshots hold their versions;
    - ``typical_steps_per_s``: a number, for estimates of time;
    - ``training_bytes(run, observation_size, action_size)``: bytes of memory that training ``run`` takes beyond its
      libraries, such as a full replay buffer. Launchers start no more runs at once than memory holds.
    """

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        """Resolved hyperparameters for ``task``, JSON values only. Must not import a simulator or torch."""
        ...

    def train(self, session: Session) -> Policy:
        """Train for exactly ``session.run.steps`` environment steps and return the final policy."""
        ...

    def load_policy(self, folder: Path) -> Policy:
        """The policy that ``Policy.save`` wrote into ``folder``."""
        ...
