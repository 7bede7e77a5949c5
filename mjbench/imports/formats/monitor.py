"""stable-baselines3's Monitor: one training episode a row, return, length and time.

    #{"t_start": 1700000000.0, "env_id": "Pendulum-v1"}
    r,l,t
    -1204.3,200,0.31

Files ``0.monitor.csv``, ``1.monitor.csv``, ... of one folder are the environments of one run, as ``make_vec_env`` names
them: their episodes are put in order by time, and steps are counted over all of them.
"""

import json
from collections.abc import Sequence

import numpy as np

from mjbench.imports.log import Format, Log, Options, Source, refuse
from mjbench.imports.tables import head, numbers, steps, table


def _recognises(source: Source) -> bool:
    return source.data.startswith(b'#{"t_start"') and head(source, 1)[:3] == ["r", "l", "t"]


def _read(sources: Sequence[Source], options: Options) -> list[Log]:
    times, lengths, returns = [], [], []
    environments: dict[str, None] = {}
    for source in sources:
        try:
            about = json.loads(source.data.split(b"\n", 1)[0][1:])
            start = float(about["t_start"])
            environments[str(about.get("env_id") or "")] = None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise refuse(source, "its first line is not that of a Monitor") from None
        frame = table(source, 1)
        lengths.append(steps(source, numbers(source, frame, "l")))
        times.append(start + numbers(source, frame, "t"))
        returns.append(numbers(source, frame, "r"))
        if np.isnan(times[-1]).any() or (lengths[-1] < 1).any():
            raise refuse(source, "a row without time or length; the file may be cut off")
    order = np.argsort(np.concatenate(times), kind="stable")
    step = np.cumsum(np.concatenate(lengths)[order])
    name = next(iter(environments)) if len(environments) == 1 else ""
    return [Log(tuple(sources), "r", "training", step, np.concatenate(returns)[order], 1, environment=name)]


FORMAT = Format("sb3-monitor", "stable-baselines3 Monitor", _recognises, _read, together=True)
