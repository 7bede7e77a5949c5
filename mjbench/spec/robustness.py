"""What a final policy did under disturbance: one file beside the record, in columns like the record's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1
"""Version of the file's format."""
UNDISTURBED = ""
"""Condition of the episodes without any disturbance, whose strength is 0."""


@dataclass(frozen=True)
class DisturbedEpisodes:
    """Every episode, one row each, the undisturbed ones first; all columns have the same length.

    The rows of one condition and strength stand together, and each such point has the same seeds.
    """

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    condition: list[str] = field(default_factory=list)
    """Name of the condition; ``UNDISTURBED`` where there is none."""
    strength: list[float] = field(default_factory=list)
    """As the disturbance set has it, ascending within a condition; 0 where undisturbed."""
    seed: list[int] = field(default_factory=list)
    """Evaluation seed that the episode was reset with."""
    episode_return: list[float | None] = field(default_factory=list)
    """Raw, undiscounted sum of rewards; None where it was not finite."""
    episode_length: list[int] = field(default_factory=list)
    """Environment steps."""
    success: list[bool] | None = None
    """None where the task defines no success."""


@dataclass(frozen=True)
class Robustness:
    """One final policy under one disturbance set, written once."""

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    run_id: str
    """Of the run that trained the policy."""
    task: str
    """Task id."""
    policy_sha256: Mapping[str, str]
    """Files of the policy that was played, each with its checksum, as in the record."""
    set: str
    """Name of the disturbance set."""
    version: int
    """Version of the disturbance set."""
    episodes: DisturbedEpisodes
    scales: Mapping[str, float]
    """By condition, how much of its unit a strength of 1 is on this task, such as 3.5 (m/s) of a push."""
    absent: Mapping[str, str]
    """By condition of the set that the task cannot have, the reason."""
    provenance: Mapping[str, Any]
    """What played it: versions, processor, threads, task definition."""
    schema: int = SCHEMA

    @property
    def conditions(self) -> list[str]:
        """Conditions that were played, in their order, without the undisturbed episodes."""
        return [name for name in dict.fromkeys(self.episodes.condition) if name != UNDISTURBED]

    def points(self) -> dict[tuple[str, float], slice]:
        """Rows of each point, by condition and strength, in their order."""
        keys = list(zip(self.episodes.condition, self.episodes.strength, strict=True))
        starts = [i for i, key in enumerate(keys) if i == 0 or keys[i - 1] != key]
        ends = [*starts[1:], len(keys)]
        return {keys[start]: slice(start, end) for start, end in zip(starts, ends, strict=True)}
