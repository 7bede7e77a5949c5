"""What a task is: enough to list it, build it, score it and know where its references come from."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mjbench.errors import SpecError
from mjbench.spec.curriculum import Curriculum

RESERVED = frozenset(
    {
        *("run_id", "task", "algorithm", "preset", "seed", "steps", "step", "evaluation_seed", "final", "level"),
        *("episode_return", "episode_length", "success", "status", "error", "metrics"),
    }
)
"""Columns of ``mjbench.store.frame.read_results``, which no metric may be called."""
LARGEST = 10**12
"""Steps that a budget or an episode may have."""
TASK_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.:-]*-v\d+")


@dataclass(frozen=True)
class Reference:
    """A return that normalisation rests on, and where it comes from."""

    value: float
    """Mean undiscounted return of an episode, in the task's own units."""
    source: str
    """Paper and table, repository and commit, or the command that measured it."""
    stderr: float | None = None
    """Standard error of ``value``, where it was measured."""


@dataclass(frozen=True)
class Metric:
    """One number per episode taken from the ``info`` of its steps."""

    name: str
    """Column name in the record; carries the unit where there is one, such as ``distance_m``. None of ``RESERVED``."""
    key: str
    """Key in the ``info`` that ``env.step`` returns."""
    reduce: Literal["last", "mean", "sum", "max", "min", "std"] = "last"
    """How the steps of an episode become one number; ``std`` is the population's, over the steps."""


@dataclass(frozen=True)
class TaskSpec:
    """A task that can be trained on; plain data, so listing it imports no simulator.

    Raises:
        SpecError: the id is not ``namespace/Name-vN``, a number is not positive, or a metric's name is taken.
    """

    id: str
    """``namespace/Name-vN``; any change that moves a score bumps N."""
    entry_point: str
    """``"module:attr"``; called with ``kwargs`` it returns a ``gymnasium.Env`` (Box observation and action)."""
    episode_limit: int
    """Steps after which an episode is truncated; mjbench adds the time limit."""
    budget: int
    """Environment steps that a run trains for, where neither suite nor user sets it."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the entry point; JSON values only."""
    description: str = ""
    """One line for listings."""
    tags: tuple[str, ...] = ()
    """Free words to filter by: ``locomotion``, ``biped``, ``heavy``."""
    random_return: Reference | None = None
    """Mean return of the uniformly random policy: 0 on the normalised scale."""
    reference_return: Reference | None = None
    """Return of a known good agent, or the ceiling: 1 on the normalised scale."""
    reward_range: tuple[float, float] | None = None
    """Lowest and highest reward of a step, where the task's definition guarantees both; results outside are refused."""
    success: str | None = None
    """``info`` key that is true when an episode has succeeded; the last step counts."""
    metrics: tuple[Metric, ...] = ()
    """Further numbers of each evaluation episode."""
    stateless_reason: str = ""
    """Why the state cannot be saved, where it cannot; such runs restart instead of resuming."""

    curriculum: Curriculum | None = None
    """How training grows harder. The environment then takes ``reset(options={"curriculum_level": int})``, and without
    the option is the full task, as evaluation plays it."""
    warm_start: str = ""
    """Task whose final policy training starts from, by the same algorithm and seed; empty for a fresh one."""
    vector_entry_point: str = ""
    """``"module:attr"``, called with ``num_envs``, ``kwargs`` and ``autoreset_mode=AutoresetMode.DISABLED`` it returns
    a ``gymnasium.vector.VectorEnv`` that agrees bit for bit with the single environments; see docs/curricula.md.
    Empty where there is none: single ones are then stepped one by one."""
    training_entry_point: str = ""
    """``"module:attr"``, called with ``num_envs``, ``kwargs`` (a mapping), ``seed``, ``episode_limit``, ``device`` and,
    where there is one, ``curriculum`` it returns a ``mjbench.api.training_batch.TrainingBatch``: thousands of worlds
    on a device, for training only. Empty where there is none."""
    terrain_argument: str = ""
    """Argument of both entry points that scales the heights of the ground, 1 for the task itself; evaluation under
    disturbance sets it. Empty where the ground has no heights."""

    def __post_init__(self) -> None:
        if not TASK_ID.fullmatch(self.id):
            raise SpecError(f"task id {self.id!r} is not of the form namespace/Name-vN")
        for point in (self.entry_point, *filter(None, (self.vector_entry_point, self.training_entry_point))):
            if ":" not in point:
                raise SpecError(f"{self.id}: entry point {point!r} is not of the form module:attr")
        if self.warm_start and (self.warm_start == self.id or not TASK_ID.fullmatch(self.warm_start)):
            raise SpecError(f"{self.id}: warm_start {self.warm_start!r} is not the id of another task")
        names = [metric.name for metric in self.metrics]
        for name in names:
            if name in RESERVED or names.count(name) > 1:
                why = "a column of every table of results" if name in RESERVED else "the name of two metrics"
                raise SpecError(
                    f"{self.id}: metric {name!r} is {why}; choose another name, such as {name + '_of_task'!r}"
                )
        for name in ("episode_limit", "budget"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST:
                raise SpecError(f"{self.id}: {name} must be a whole number from 1 to {LARGEST:,}, not {value!r}")
        if isinstance(self.tags, str):
            raise SpecError(f"{self.id}: tags must be a tuple of words, not the text {self.tags!r}")
        try:
            json.dumps(dict(self.kwargs), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise SpecError(f"{self.id}: kwargs must hold JSON values only: {error}") from error
        if self.reward_range and not -math.inf < self.reward_range[0] < self.reward_range[1] < math.inf:
            raise SpecError(f"{self.id}: reward_range {self.reward_range} is not a lower and a higher finite number")
        if self.random_return and self.reference_return and self.random_return.value == self.reference_return.value:
            raise SpecError(f"{self.id}: random and reference return are the same, so nothing can be normalised")

    @property
    def namespace(self) -> str:
        """The part before the slash."""
        return self.id.partition("/")[0]

    @property
    def definition(self) -> dict[str, Any]:
        """What a record keeps of the task: all that its numbers depend on; JSON values."""
        kept: dict[str, Any] = {
            "entry_point": self.entry_point,
            "kwargs": dict(self.kwargs),
            "episode_limit": self.episode_limit,
        }
        if self.curriculum is not None:
            kept["curriculum"] = dict(vars(self.curriculum))
        if self.warm_start:
            kept["warm_start"] = self.warm_start
        return kept

    def normalise(self, value: float) -> float | None:
        """``value`` on the scale where random is 0 and the reference 1; None without both references."""
        if self.random_return is None or self.reference_return is None:
            return None
        low, high = self.random_return.value, self.reference_return.value
        return (value - low) / (high - low)
