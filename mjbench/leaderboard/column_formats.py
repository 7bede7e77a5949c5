"""How the values of columns are written: as text, to sort by, and as fields of a CSV file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Ranked
from mjbench.leaderboard.cell_text import NOTHING
from mjbench.leaderboard.tuning import EntryTuning
from mjbench.spec.tier import IMPORTED, TIERS
from mjbench.stats.board_robustness import EntryRobustness
from mjbench.stats.estimate import Estimate, Standing
from mjbench.stats.mean_rank import MeanRank
from mjbench.stats.measures import Measured
from mjbench.stats.ranks import RankInterval

__all__ = [
    "COVERAGE",
    "ENERGY",
    "MEAN_RANK",
    "METRIC",
    "NOTHING",
    "RANKS",
    "ROBUSTNESS",
    "SCORE",
    "SHARE",
    "TIER",
    "TUNING",
    "Field",
    "Format",
    "Scored",
]

Field = str | int | float | None


@dataclass(frozen=True)
class Scored:
    """A normalised score, with what the seeds allow to show about it."""

    estimate: Estimate
    standing: Standing
    points: tuple[float, ...] = ()
    """Of single seeds; shown where there is no interval."""


@dataclass(frozen=True)
class Format:
    """How one kind of value is written."""

    text: Callable[[Any], str]
    sort: Callable[[Any], float | None]
    heads: Callable[[str], tuple[str, ...]]
    """Key of the column -> names of the fields."""
    fields: Callable[[Any], Sequence[Field]]
    behind: Callable[[Any], str] = lambda _: ""
    numeric: bool = True
    """Whether the text is a number, which stands at the right."""
    wraps: bool = False
    """Whether the text may continue on a second line."""


def _interval(key: str) -> tuple[str, ...]:
    return key, f"{key}_low", f"{key}_high"


def bounds(estimate: Estimate | None) -> Sequence[Field]:
    """An estimate as the three fields ``key``, ``key_low`` and ``key_high``."""
    return (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)


def _scored_behind(value: Scored) -> str:
    return cell_text.interval(value.estimate, value.standing, value.points)


def _robustness_behind(value: EntryRobustness) -> str:
    spread = cell_text.interval(value.estimate, value.standing)
    partial = "" if value.tasks == value.of_tasks else f"{value.tasks} of {value.of_tasks} tasks"
    return ", ".join(part for part in (spread, partial) if part)


def _robustness_fields(value: EntryRobustness) -> Sequence[Field]:
    return *bounds(value.estimate), value.tasks


def _tuning_fields(value: EntryTuning) -> Sequence[Field]:
    spent = (value.trials, value.runs, value.steps, round(value.cpu_h, 4))
    return value.known, *(spent if value.known == "tuned" else (None,) * len(spent))


def _measured_sort(value: Measured) -> float | None:
    return value.estimate.value if value.estimate else None


def _ranks_fields(value: RankInterval) -> Sequence[Field]:
    return value.low, value.high, value.best


def _mean_rank_behind(value: MeanRank) -> str:
    return "" if value.tasks == value.of else f"{value.tasks} of {value.of} tasks"


def _coverage_fields(row: Ranked) -> Sequence[Field]:
    interval = "none" if row.standing == "points" else row.standing
    return interval, row.tasks, row.of_tasks, row.completed, row.failed, row.expected


SCORE = Format(
    lambda value: cell_text.value(value.estimate),
    lambda value: value.estimate.value,
    _interval,
    lambda value: bounds(value.estimate),
    _scored_behind,
)
"""Of a ``Scored``."""
ROBUSTNESS = Format(
    lambda value: cell_text.value(value.estimate),
    lambda value: value.estimate.value,
    lambda key: (*_interval(key), f"{key}_tasks"),
    _robustness_fields,
    _robustness_behind,
)
"""Of an ``EntryRobustness``."""
TUNING = Format(
    lambda value: value.text,
    lambda value: None if value.known == "unknown" else value.trials,
    lambda key: (key, *(f"{key}_{name}" for name in ("trials", "runs", "steps", "cpu_h"))),
    _tuning_fields,
    lambda value: value.behind,
    numeric=False,
    wraps=True,
)
"""Of an ``EntryTuning``."""
ENERGY = Format(
    lambda value: value.text,
    lambda value: value.joules,
    lambda key: (f"{key}_j", f"{key}_measured"),
    lambda value: (round(value.joules, 3), "yes" if value.measured else "no"),
)
"""Of an ``Energy``."""
METRIC = Format(
    cell_text.metric, _measured_sort, _interval, lambda value: bounds(value.estimate), cell_text.metric_detail
)
"""Of a ``Measured`` in the units of the metric."""
SHARE = Format(cell_text.share, _measured_sort, _interval, lambda value: bounds(value.estimate), cell_text.share_detail)
"""Of a ``Measured`` between 0 and 1, shown in percent."""
MEAN_RANK = Format(
    lambda value: f"{value.value:.2f}",
    lambda value: value.value,
    lambda key: (key,),
    lambda value: (value.value,),
    _mean_rank_behind,
)
"""Of a ``MeanRank``."""
RANKS = Format(
    cell_text.rank_interval,
    lambda value: value.low,
    lambda key: (f"{key}_low", f"{key}_high", "best_share"),
    _ranks_fields,
    cell_text.best_share,
)
"""Of a ``RankInterval``."""
TIER = Format(
    lambda value: value.text,
    lambda value: -1 if value.tier == IMPORTED else list(TIERS).index(value.tier),
    lambda key: (key, "episodes_replayed", "final_episodes", "tasks_retrained"),
    lambda value: (value.tier, value.played, value.episodes, value.retrained),
    numeric=False,
)
"""Of a ``Verified``."""
COVERAGE = Format(
    lambda row: row.coverage,
    lambda row: row.completed,
    lambda _: ("interval", "tasks", "scored_tasks", "runs_completed", "runs_failed", "runs_expected"),
    _coverage_fields,
    numeric=False,
    wraps=True,
)
"""Of a ``Ranked`` row as a whole."""
