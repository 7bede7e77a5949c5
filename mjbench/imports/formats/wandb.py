"""CSV exports of Weights & Biases, wide (a column for each run) and long (a row for each point).

    "Step","run-a - charts/episodic_return","run-a - charts/episodic_return__MIN",...
    "_step","run","charts/episodic_return"

The axis ``Step`` counts calls of ``wandb.log``, which may be environment steps or not; ``global_step`` counts those.
"""

import re
from collections.abc import Sequence

import numpy as np

from mjbench.imports import metrics
from mjbench.imports.log import MOST_RUNS, Format, Log, Options, Source, refuse
from mjbench.imports.tables import head, numbers, rows_of, steps, table

_LOG_STEPS = ("Step", "_step")
_AXES = (*_LOG_STEPS, "global_step", "step", "env_step", "timesteps", "global step")
_RUNS = ("run", "name", "Name", "run_name", "run_id", "run/name")
_BOUNDS = ("__MIN", "__MAX")
_SEED = re.compile(r"(?:seed[-_ =:]?|__)(\d{1,5})(?!\d)", re.IGNORECASE)


def _is_wide(source: Source) -> bool:
    names = head(source)
    return len(names) > 1 and names[0] in _AXES and any(" - " in name for name in names[1:])


def _is_long(source: Source) -> bool:
    names = head(source)
    if _is_wide(source) or not any(name in _AXES for name in names) or "seed" in names or "env_name" in names:
        return False
    return any(name in _RUNS for name in names) or "_step" in names or "Step" in names


def _read_wide(sources: Sequence[Source], options: Options) -> list[Log]:
    (source,) = sources
    frame = rows_of(source, table(source, ended=False), options)
    axis, *columns = [str(name) for name in frame]
    named = [
        (column, *column.rsplit(" - ", 1)) for column in columns if " - " in column and not column.endswith(_BOUNDS)
    ]
    named = [item for item in named if item[2] not in _AXES]
    metric = metrics.choose([name for _, _, name in named], options.metric, source.path)
    at = steps(source, numbers(source, frame, axis))
    logs = []
    for column, run, name in named:
        values = numbers(source, frame, column)
        if name == metric and (there := ~np.isnan(values)).any():
            logs.append(_log(source, metric, at[there], values[there], run, axis))
    return _held(source, metric, logs)


def _read_long(sources: Sequence[Source], options: Options) -> list[Log]:
    (source,) = sources
    frame = rows_of(source, table(source, ended=False), options)
    names = [str(name) for name in frame]
    axis = next((name for name in ("global_step", *_AXES) if name in names), "")
    run = next((name for name in _RUNS if name in names), "")
    if not axis:
        raise refuse(source, f"no column counts steps; known are: {', '.join(_AXES)}")
    others = [n for n in names if n not in (*_AXES, *_RUNS) and not n.startswith("_") and not n.endswith(_BOUNDS)]
    metric = metrics.choose(others, options.metric, source.path)
    logs = []
    for name, rows in frame.groupby(run, sort=True) if run else [("", frame)]:
        values = numbers(source, rows, metric)
        if (there := ~np.isnan(values)).any():
            at = steps(source, numbers(source, rows[there], axis))
            logs.append(_log(source, metric, at, values[there], str(name), axis))
    return _held(source, metric, logs)


def _held(source: Source, metric: str, logs: list[Log]) -> list[Log]:
    if not logs:
        raise refuse(source, f"no run has a value of {metric}")
    if len(logs) > MOST_RUNS:
        raise refuse(source, f"{len(logs):,} runs; a file may have {MOST_RUNS:,}")
    return logs


def _log(source: Source, metric: str, at: np.ndarray, values: np.ndarray, run: str, axis: str) -> Log:
    """One run; its seed where the name says ``seed=3``, ``seed3`` or, as CleanRL, ``__3__``."""
    seeds = _SEED.findall(run)
    return Log(
        (source,),
        metric,
        metrics.kind(metric),
        at,
        values,
        seed=int(seeds[0]) if seeds else None,
        name=run,
        steps_known=axis not in _LOG_STEPS,
    )


WIDE = Format("wandb-wide", "Weights & Biases CSV, a column for each run", _is_wide, _read_wide)
LONG = Format("wandb-long", "Weights & Biases CSV, a row for each point", _is_long, _read_long)
