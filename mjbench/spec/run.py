"""One training run: everything that determines it, and the hash that is its identity."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from mjbench.errors import SpecError
from mjbench.spec.stop import read_threshold
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol
from mjbench.spec.task import TASK_ID

STOPS = "stop at "
"""In the name of an entry: what stands before the threshold at which its runs stop."""
SIMULATED = "trained in "
"""In the name of an entry: what stands before the simulator of its training, where that is not the reference."""
YOUNGER = ("source", "preset", "stop_at", "after", "simulator")
"""Fields younger than the hash, left out of it and of records while they are empty, so that old runs keep their ids."""


FROM_SCRATCH = "from_scratch"
"""Variant of a run whose task has a warm start that the run does without."""


@dataclass(frozen=True)
class RunSpec:
    """What determines one run. Two equal specs give equal bytes on one machine with the same packages.

    Raises:
        SpecError: a seed that evaluation uses, or a count below 1.
    """

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    task: str
    """Task id."""
    algorithm: str
    """Name of the algorithm in the registry."""
    hyperparameters: Mapping[str, Any]
    """Resolved: defaults, the task's preset and the user's changes; JSON values only."""
    seed: int
    """Training seed, 0 <= seed < 1,000,000."""
    steps: int
    """Environment steps to train for."""
    protocol: EvalProtocol
    threads: int = 1
    """Threads of the numerical libraries; the count changes results, so it is part of the identity."""
    variant: str = ""
    """The user's changes to the hyperparameters, as ``name=value,...``; empty for the standard preset."""
    source: str = ""
    """Run id of the run whose final policy this one starts from; empty for a fresh policy."""
    preset: str = ""
    """Name of another published preset, such as ``zoo``; empty for the default one, of whichever number."""
    stop_at: str = ""
    """Threshold at which training stops before the budget is used up, as ``mjbench.spec.stop`` writes it; empty for
    the whole budget."""
    after: str = ""
    """Stages of a suite's chain before this run, ``task@steps`` each, with spaces between; empty outside of chains."""
    simulator: str = ""
    """What training was simulated by, such as ``warp``; empty for the reference. Evaluation is always the reference."""

    def __post_init__(self) -> None:
        if not TASK_ID.fullmatch(self.task):
            raise SpecError(f"task id {self.task!r} is not of the form namespace/Name-vN")
        if not 0 <= self.seed < EVALUATION_SEED:
            raise SpecError(f"training seed {self.seed} is outside 0..{EVALUATION_SEED - 1:,}")
        if self.stop_at and str(read_threshold(self.stop_at)) != self.stop_at:
            raise SpecError(f"stop_at {self.stop_at!r} must be written as {str(read_threshold(self.stop_at))!r}")
        for name in ("steps", "threads"):
            if getattr(self, name) < 1:
                raise SpecError(f"{name} must be at least 1, not {getattr(self, name)}")

    @cached_property
    def run_id(self) -> str:
        """Content hash, 12 hexadecimal digits."""
        body = {field.name: getattr(self, field.name) for field in fields(self)}  # asdict copies, ten times slower
        for name in YOUNGER:
            if not body[name]:
                del body[name]
        return digest({**body, "protocol": vars(self.protocol)})

    @cached_property
    def preset_id(self) -> str:
        """Content hash of the hyperparameters alone, 12 hexadecimal digits."""
        return digest(dict(self.hyperparameters))

    @property
    def is_from_scratch(self) -> bool:
        """Whether it does without the warm start that its task, or its place in a chain, has."""
        return self.variant.split(",")[0] == FROM_SCRATCH

    @property
    def label(self) -> str:
        """For people: ``sac gymnasium/Hopper-v5 seed 3``."""
        return f"{self.entry} {self.task} seed {self.seed}"

    @property
    def entry(self) -> str:
        """Name on a leaderboard: the algorithm, with a preset that is named and hyperparameters that are changed."""
        return entry_name(self.algorithm, self.preset, self.changes)

    @property
    def changes(self) -> str:
        """What a leaderboard shows in brackets: changed hyperparameters, the threshold at which training stops, and the
        simulator of training."""
        parts = self.variant, self.stop_at and STOPS + self.stop_at, self.simulator and SIMULATED + self.simulator
        return ",".join(part for part in parts if part)


def entry_name(algorithm: str, preset: str = "", variant: str = "") -> str:
    """``sac``, ``sac (zoo)``, ``sac (preset 1)[gamma=0.9]``."""
    return algorithm + (f" ({preset})" if preset else "") + (f"[{variant}]" if variant else "")


def digest(value: Any) -> str:
    """First 12 hexadecimal digits of the SHA-256 of ``value`` as canonical JSON."""
    return hashlib.sha256(_CANONICAL.encode(value).encode()).hexdigest()[:12]


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
