"""The ledger of a tuned preset: what was spent on finding its hyperparameters."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from mjbench.errors import SpecError, nearest_names
from mjbench.spec.suite import EVALUATION_SEED

TUNING_SEED = 900_000
"""First training seed that tuning may use; the seeds of reported results are smaller, so the two never meet."""
TUNING_EVALUATION_SEED = 2_000_000
"""Evaluation seed of the runs of a study: hyperparameters are not chosen on the episodes that score them."""
MOST = 2**53
_UNKNOWN = "unexpected_keyword_argument"
_DIGEST = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Tuning:
    """What was spent, over all tasks of the study.

    Raises:
        SpecError: a count below 0, more failed and pruned trials than trials, or a seed that is not for tuning.
    """

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    algorithm: str
    tasks: list[str]
    trials: int
    """Sets of hyperparameters that were tried, pruned and failed ones too."""
    runs: int
    """Training runs, also those that a pruned trial stopped."""
    steps: int
    """Environment steps of all runs."""
    cpu_s: float
    """Processor seconds of all runs; for a run that was stopped, the wall time of its worker."""
    seeds: list[int]
    """Training seeds of the runs."""
    pruned: int = 0
    failed: int = 0
    sampler: str = ""
    presets: Mapping[str, str] = field(default_factory=dict)
    """Task -> ``RunSpec.preset_id`` of the tuned hyperparameters; without tasks where the untuned ones won."""

    def __post_init__(self) -> None:
        for name in ("trials", "runs", "steps", "cpu_s", "pruned", "failed"):
            if not 0 <= getattr(self, name) <= MOST:
                raise SpecError(f"tuning: {name} must be from 0 to 2**53, not {getattr(self, name)}")
        if self.pruned + self.failed > self.trials:
            raise SpecError(f"tuning: {self.pruned} pruned and {self.failed} failed trials of {self.trials}")
        for seed in self.seeds:
            check_tuning_seed(seed)
        for task, digest in self.presets.items():
            if task not in self.tasks or not _DIGEST.fullmatch(digest):
                raise SpecError(f"tuning: presets: {task!r} = {digest!r} is no digest of one of its tasks")


def check_tuning_seed(seed: int) -> None:
    """Refuse a training seed that results may be reported with.

    Raises:
        SpecError: it lies below ``TUNING_SEED``, or evaluation uses it.
    """
    if not TUNING_SEED <= seed < EVALUATION_SEED:
        raise SpecError(
            f"seed {seed:,} cannot be used for tuning: tuning seeds are {TUNING_SEED:,} to {EVALUATION_SEED - 1:,}, so "
            "that none of them is a seed of reported results"
        )


def read_tuning(body: Any) -> Tuning:
    """The ledger in a table of TOML.

    Raises:
        SpecError: it lacks a field, has an unknown one, or a value that a ledger may not hold.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Tuning).validate_json(json.dumps(body, default=str), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        first = min(found, key=lambda each: each["type"] != _UNKNOWN)  # a wrong name also leaves its field missing
        place = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == _UNKNOWN
        near = nearest_names(place, [each.name for each in fields(Tuning)]) if unknown else []
        raise SpecError(f"tuning: {place}: {first['msg']}" + (f"; did you mean {near[0]}?" if near else "")) from None
