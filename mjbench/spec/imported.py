"""A run of another program, of which only a log is known. What the log does not say is stored as unknown."""

import hashlib
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal

from mjbench.errors import SpecError
from mjbench.spec.run import digest, entry_name
from mjbench.spec.suite import EVALUATION_SEED
from mjbench.spec.task import LARGEST, TASK_ID

Returns = Literal["training", "evaluation", "unknown"]
"""Where the returns of a log come from: episodes of training (with exploration), evaluations, or it is not known."""
NEVER_KNOWN = ("hyperparameters", "evaluation protocol", "versions", "policy")
"""What no log of another program tells."""
MOST_POINTS = 1_000_000
"""Points of one imported run."""
LARGEST_RETURN = 1e100
_IMPORTED = "imported"


@dataclass(frozen=True)
class ImportedRun:
    """One log as the store keeps it; all columns have the same length.

    Raises:
        SpecError: a name or number that no run may have, columns of different lengths, steps that fall.
    """

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    task: str
    """Task id."""
    algorithm: str
    """Name that the user gave it; no algorithm of the registry."""
    seed: int
    """Training seed; a running number where "seed" is among ``unknown``."""
    format: str
    """Format of the log."""
    files: Mapping[str, str]
    """Name of each file, without its folder -> SHA-256 of its bytes."""
    metric: str
    """Name of the returns in the log."""
    returns: Returns
    step: list[int]
    """Environment steps of training at each point, ascending; "environment steps" is among ``unknown`` where the log
    may count something else."""
    value: list[float | None]
    """Return at each point: of one episode, or a mean; None where it was not finite."""
    unknown: list[str]
    """What is not known about the run."""
    episodes: int | None = None
    """Episodes behind each point; None where unknown."""
    origin: Literal["imported"] = field(default=_IMPORTED)
    schema: int = 1

    def __post_init__(self) -> None:
        if not TASK_ID.fullmatch(self.task):
            raise SpecError(f"task id {self.task!r} is not of the form namespace/Name-vN")
        name = self.algorithm
        if not (0 < len(name) <= 100 and name.isascii() and name.isprintable() and name[0] != "." and "/" not in name):
            raise SpecError(f"{name!r} cannot be the name of an algorithm: up to 100 ASCII characters without '/'")
        if not 0 <= self.seed < EVALUATION_SEED:
            raise SpecError(f"training seed {self.seed} is outside 0..{EVALUATION_SEED - 1:,}")
        if self.schema != 1:
            raise SpecError(f"an imported run of schema {self.schema}; this mjbench reads 1")
        if not 1 <= len(self.step) == len(self.value) <= MOST_POINTS:
            raise SpecError(
                f"{len(self.step):,} steps and {len(self.value):,} values; both must be 1 to {MOST_POINTS:,}"
            )
        if missing := [name for name in NEVER_KNOWN if name not in self.unknown]:
            raise SpecError(f"it says to know {', '.join(missing)}, which no log tells")
        if self.step != sorted(self.step) or self.step[0] < 0 or self.step[-1] > LARGEST:
            raise SpecError(f"steps must ascend from 0 to at most {LARGEST:,}")
        if any(value is not None and abs(value) > LARGEST_RETURN for value in self.value):
            raise SpecError(f"a return beyond {LARGEST_RETURN:g}")

    @cached_property
    def run_id(self) -> str:
        """Content hash, 12 hexadecimal digits."""
        return digest({each.name: getattr(self, each.name) for each in fields(self)})

    @cached_property
    def content(self) -> str:
        """Hash of the points alone: equal for one log that was imported under two names."""
        numbers = array("d", [math.nan if value is None else value for value in self.value])
        return hashlib.sha256(array("q", self.step).tobytes() + numbers.tobytes()).hexdigest()

    @property
    def entry(self) -> str:
        """Name on a leaderboard."""
        return entry_name(self.algorithm, _IMPORTED)

    @property
    def label(self) -> str:
        """For people: ``sac (imported) gymnasium/Hopper-v5 seed 3``."""
        return f"{self.entry} {self.task} seed {self.seed}"
