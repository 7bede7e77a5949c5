"""CSV files in which papers publish their curves.

exp_name,env_name,seed,metric,env_step,value     SimbaV2, FlashSAC
step,reward,seed                                 TD-MPC2
"""

from collections.abc import Sequence

import numpy as np

from mjbench.imports import metrics
from mjbench.imports.log import MOST_RUNS, Format, Log, Options, Source, refuse
from mjbench.imports.tables import Frame, head, numbers, rows_of, single, steps, table

_LONG = ("exp_name", "env_name", "seed", "metric", "env_step", "value")
_SHORT = ("step", "reward", "seed")


def _is_long(source: Source) -> bool:
    return set(_LONG) <= set(head(source))


def _is_short(source: Source) -> bool:
    return sorted(head(source)) == sorted(_SHORT)


def _read_long(sources: Sequence[Source], options: Options) -> list[Log]:
    (source,) = sources
    frame = rows_of(source, table(source), options)
    metric = metrics.choose(sorted(set(frame["metric"].astype(str))), options.metric, source.path)
    frame = frame[frame["metric"].astype(str) == metric]
    environment, algorithm = single(source, frame, "env_name"), single(source, frame, "exp_name")
    return [
        Log(
            (source,),
            metric,
            metrics.kind(metric),
            at,
            values,
            seed=seed,
            environment=environment,
            algorithm=algorithm,
            name=f"seed {seed}",
        )
        for seed, at, values in _by_seed(source, frame, "env_step", "value")
    ]


def _read_short(sources: Sequence[Source], options: Options) -> list[Log]:
    (source,) = sources
    frame = rows_of(source, table(source), options)
    return [
        Log((source,), "reward", "unknown", at, values, seed=seed, name=f"seed {seed}")
        for seed, at, values in _by_seed(source, frame, "step", "reward")
    ]


def _by_seed(source: Source, frame: Frame, step: str, value: str) -> list[tuple[int, np.ndarray, np.ndarray]]:
    seeds, at = (steps(source, numbers(source, frame, column)) for column in ("seed", step))
    values = numbers(source, frame, value)
    if np.isnan(values).any():
        raise refuse(source, f"a row without {value}; the file may be cut off")
    each = np.unique(seeds)
    if len(each) > MOST_RUNS:
        raise refuse(source, f"{len(each):,} seeds; a file may have {MOST_RUNS:,}")
    return [(int(seed), at[seeds == seed], values[seeds == seed]) for seed in each]


LONG = Format("simbav2", "CSV of SimbaV2 and FlashSAC", _is_long, _read_long)
SHORT = Format("tdmpc2", "CSV of TD-MPC2", _is_short, _read_short)
