"""What is evaluated: the final policy of a run, or a policy in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.policy import Policy
from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError, in_words
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.store.find import find_completed
from mjbench.store.found import Found
from mjbench.store.merge import read_whole
from mjbench.store.walk import RECORD

POLICY = "policy.json"


@dataclass(frozen=True)
class Subject:
    """A policy, and what it plays."""

    label: str
    """For people: ``sac gymnasium/Hopper-v5 seed 3``, or the folder of a policy."""
    policy: Policy
    task: TaskSpec
    found: Found | None = None
    """The run that trained it; None for a policy without a record."""

    @property
    def at_home(self) -> bool:
        """Whether it is the policy of a run that plays the run's own task."""
        return self.found is not None and self.found.record.run.task == self.task.id

    @property
    def protocol(self) -> EvalProtocol:
        """Of the run's evaluation, or the standard one."""
        return self.found.record.run.protocol if self.found else EvalProtocol()

    @property
    def threads(self) -> int:
        """Of the numerical libraries."""
        return self.found.record.run.threads if self.found else 1


def find_subject(text: str, results: Path, registry: Registry, task: str | None = None) -> Subject:
    """The policy that ``text`` names, checked against the checksums of its record where it has one.

    Args:
        text: a run's folder, the first digits of a run id, or a folder with ``policy.json`` and no record.
        results: where run ids are looked up.
        registry: knows tasks and algorithms.
        task: what it plays; None for the task of its run.

    Raises:
        MjbenchError: nothing has this name, the run has no final policy, the policy cannot be read or has no task.
    """
    folder = Path(text).parent if Path(text).name in (POLICY, "policy.safetensors") else Path(text)
    if (folder / POLICY).is_file() and not (folder / RECORD).exists():
        policy = MlpPolicy.load(folder)
        if task is None:
            raise MjbenchError(f"{folder} holds a policy without a record; name what it plays with --task")
        return Subject(str(folder), policy, find_task(registry, task))
    found = find_completed(str(folder) if folder != Path(text) else text, results)
    return load_subject(found, registry, task)


def load_subject(found: Found, registry: Registry, task: str | None = None) -> Subject:
    """The final policy of a completed run; see ``find_subject``."""
    run = found.record.run
    read_whole(found)
    policy = registry.algorithm(run.algorithm).load_policy(found.path)
    return Subject(run.label, policy, find_task(registry, task or run.task), found)


def check_fit(subject: Subject, batch: Any, rows: int) -> None:
    """Hold a policy to the spaces of its task's environments.

    Args:
        subject: the policy and its task.
        batch: environments of the task.
        rows: observations that it is tried on.

    Raises:
        MjbenchError: it takes other observations, or gives other actions.
    """
    size, width = batch.single_observation_space.shape[0], batch.single_action_space.shape[0]
    head = f"the policy of {subject.label} does not fit {subject.task.id}"
    own = getattr(subject.policy, "observation_size", size)
    if own != size:
        raise MjbenchError(f"{head}: it takes {own} observations, the task has {size}")
    try:
        action = np.asarray(subject.policy.act(np.zeros((rows, size), batch.single_observation_space.dtype)))
    except Exception as error:  # a policy of a stranger may fail in any way
        raise MjbenchError(f"{head}: {in_words(error)}") from error
    if action.shape != (rows, width):
        raise MjbenchError(f"{head}: it gives {action.shape[-1] if action.ndim else 1} actions, the task has {width}")
