"""What is exported: the final policy of a run, or a policy that somebody saved without one."""

import re
from dataclasses import dataclass
from pathlib import Path

from mjbench.api.policy import Policy
from mjbench.errors import MjbenchError
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.find import find_completed
from mjbench.store.walk import RECORD

SETTINGS, WEIGHTS = "policy.json", "policy.safetensors"


@dataclass(frozen=True)
class Source:
    """A policy and the run that trained it."""

    policy: Policy
    run: RunSpec | None
    """None for a policy without a record."""

    @property
    def label(self) -> str:
        """For people."""
        return "the policy" if self.run is None else self.run.label

    @property
    def file_name(self) -> str:
        """Without a suffix: ``Go1Walk-v0-ppo-0``."""
        if self.run is None:
            return "policy"
        name = f"{self.run.task.rpartition('/')[2]}-{self.run.entry}-{self.run.seed}"
        return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)


def find_source(text: str, results: Path, registry: Registry) -> Source:
    """The final policy of a run, by its folder or the first digits of its id, or the policy in a folder or file.

    Raises:
        MjbenchError: there is none, the run did not complete, or the policy cannot be read.
    """
    folder = Path(text)
    if folder.name in (SETTINGS, WEIGHTS, RECORD) and folder.is_file():
        folder = folder.parent
    if not (folder / RECORD).exists():
        if (folder / SETTINGS).is_file() or (folder / WEIGHTS).is_file():
            return Source(MlpPolicy.load(folder), None)
        if folder.is_dir():
            raise MjbenchError(f"{folder} is neither a run (with a {RECORD}) nor a policy (with {SETTINGS}, {WEIGHTS})")
    found = find_completed(text if folder == Path(text) else str(folder), results)
    return Source(registry.algorithm(found.record.run.algorithm).load_policy(found.path), found.record.run)
