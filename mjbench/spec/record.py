"""What a run leaves behind: one record, columns rather than nested rows, so that it is a table at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mjbench.spec.run import RunSpec

SCHEMA = 1
"""Version of the record's format. Older ones keep loading; a newer one is named and left out."""

Status = Literal["completed", "failed", "diverged"]


@dataclass(frozen=True)
class Evaluations:
    """Every evaluation episode, one row each; all columns have the same length."""

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    step: list[int] = field(default_factory=list)
    """Training steps behind the evaluated policy."""
    seed: list[int] = field(default_factory=list)
    """Seed that the episode was reset with."""
    episode_return: list[float | None] = field(default_factory=list)
    """Raw, undiscounted sum of rewards; None where it was not finite."""
    episode_length: list[int] = field(default_factory=list)
    """Environment steps."""
    success: list[bool] | None = None
    """None where the task defines no success."""
    metrics: Mapping[str, list[float | None]] = field(default_factory=dict)
    """The task's own metrics; a column each."""

    def final(self, column: str, step: int) -> list[Any]:
        """Values of ``column`` for the policy at ``step``."""
        first = len(self.step) - self.step.count(step)
        if first < len(self.step) and self.step.index(step) == first:  # the last rows, as in most records
            return list(getattr(self, column)[first:])
        return [value for at, value in zip(self.step, getattr(self, column), strict=True) if at == step]


@dataclass(frozen=True)
class TrainingEpisodes:
    """Episodes finished while training, in the order in which they ended: a row for each, or, where thousands of worlds
    are trained on, a row for those that ended within a fixed number of steps."""

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    step: list[int] = field(default_factory=list)
    """Training steps taken, over all environments, when the episode ended."""
    episode_return: list[float | None] = field(default_factory=list)
    """Raw return, rounded to single precision; the mean of the row's episodes."""
    episode_length: list[int] = field(default_factory=list)
    """The mean of the row's episodes, rounded down."""
    level: list[int] | None = None
    """Level of the curriculum that the episode was played at; None where the task has none."""
    episodes: list[int] | None = None
    """How many episodes a row is the mean of; None where each row is one."""


@dataclass(frozen=True)
class Resources:
    """What the run cost."""

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    wall_s: float = 0.0
    cpu_s: float = 0.0
    """Processor time of the worker, user and system, start-up included."""
    train_s: float = 0.0
    """Wall time of training, start-up and evaluation aside."""
    evaluate_s: float = 0.0
    steps_per_s: float = 0.0
    """Environment steps by ``train_s``."""
    peak_memory_mib: float = 0.0
    resumed: int = 0
    """How often the run went on from a snapshot."""
    snapshot_s: float = 0.0
    """Wall time spent on snapshots, part of ``train_s``."""


@dataclass(frozen=True)
class RunRecord:
    """The whole truth about one run, written once."""

    __pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}

    run: RunSpec
    status: Status
    evaluations: Evaluations = field(default_factory=Evaluations)
    training: TrainingEpisodes = field(default_factory=TrainingEpisodes)
    resources: Resources = field(default_factory=Resources)
    error: str = ""
    """What went wrong, for a run that did not complete."""
    policy_sha256: Mapping[str, str] = field(default_factory=dict)
    """Files of the final policy beside the record, each with its checksum."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Versions, processor, threads, git revision, task definition: where the numbers come from."""
    schema: int = SCHEMA

    @property
    def final_step(self) -> int:
        """Training steps behind the final policy: the budget, or fewer where the run stopped at its threshold."""
        if self.run.stop_at and self.status == "completed" and self.evaluations.step:
            return min(self.evaluations.step[-1], self.run.steps)
        return self.run.steps

    @property
    def evaluated(self) -> Sequence[list[int]]:
        """The columns ``step`` and ``seed`` of the evaluations; records may share them."""
        return self.evaluations.step, self.evaluations.seed

    @property
    def returns(self) -> Sequence[float | None]:
        """Return of each evaluation episode; None or NaN where it was not finite."""
        return self.evaluations.episode_return

    @property
    def final_returns_known(self) -> bool:
        """Whether the final policy was evaluated and every return is a number."""
        final = self.evaluations.final("episode_return", self.final_step)
        return bool(final) and None not in final

    @property
    def final_returns(self) -> list[float]:
        """Returns of the final policy's episodes; empty for a run that did not complete."""
        if self.status != "completed":
            return []
        return [float(value) for value in self.evaluations.final("episode_return", self.final_step)]


def failure(run: RunSpec, error: str) -> RunRecord:
    """The record of a run whose worker ended without leaving one."""
    return RunRecord(run=run, status="failed", error=error)
