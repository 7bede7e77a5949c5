"""Records as pandas tables, for whoever wants to look for themselves."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mjbench.spec.task import RESERVED
from mjbench.store.imported import read_imported
from mjbench.store.store import Found, ResultStore

if TYPE_CHECKING:
    import pandas as pd

Table = Literal["evaluations", "training", "runs", "imported"]


def read_results(results: Path | str = "results", table: Table = "evaluations") -> "pd.DataFrame":
    """One tidy table of all readable records under ``results``.

    Args:
        results: the results folder.
        table: ``evaluations`` (a row an evaluation episode), ``training`` (a row a training episode) or
            ``runs`` (a row a run, with its cost). A metric is a column; one of an old record whose name is
            another column's begins with ``metric_``. ``imported`` has the logs of other programs, which are in no
            other table: a row a point, ``episodes`` missing where unknown, ``unknown`` naming what is not known.

    The column ``preset`` tells sets of hyperparameters apart: the name of a named preset, else 12 hexadecimal digits,
    the hash of the hyperparameters.

    Example:
        >>> import mjbench
        >>> final = mjbench.read_results("results").query("final")
        >>> final.groupby(["task", "algorithm", "preset", "steps"]).episode_return.mean()
    """
    if table == "imported":
        return _imported(Path(results))
    return as_table(ResultStore(Path(results)).current()[0], table)


def as_table(found: Iterable[Found], table: Table) -> "pd.DataFrame":
    """As ``read_results``, of these records in their order."""
    import pandas as pd

    parts: list[pd.DataFrame] = []
    for item in found:
        record = item.record
        if table == "runs":
            part = pd.DataFrame([{"status": record.status, "error": record.error, **vars(record.resources)}])
        elif table == "training":
            part = pd.DataFrame({name: column for name, column in vars(record.training).items() if column is not None})
        else:
            columns = dict(vars(record.evaluations))
            metrics = {f"metric_{k}" if k in RESERVED else k: values for k, values in columns.pop("metrics").items()}
            part = pd.DataFrame({**columns, **metrics}).rename(columns={"seed": "evaluation_seed"})
            part["final"] = part["step"] == record.final_step
        run = record.run
        key = {
            "run_id": run.run_id,
            "task": run.task,
            "algorithm": run.entry,
            "preset": run.preset or run.preset_id,
            "seed": run.seed,
            "steps": run.steps,
        }
        if len(part):
            parts.append(pd.DataFrame({name: [value] * len(part) for name, value in key.items()}).join(part))
    return pd.concat(parts, ignore_index=True) if parts else _without_rows(table)


def _without_rows(table: Table) -> "pd.DataFrame":
    """The columns that every record fills, so that a query of an empty folder finds them."""
    import pandas as pd

    own = {
        "evaluations": ("step", "evaluation_seed", "episode_return", "episode_length"),
        "training": ("step", "episode_return", "episode_length"),
    }
    names = ("run_id", "task", "algorithm", "preset", "seed", "steps", *own.get(table, ("status", "error")))
    frame = pd.DataFrame(columns=pd.Index(names))
    return frame.assign(final=pd.Series(dtype=bool)) if table == "evaluations" else frame


def _imported(results: Path) -> "pd.DataFrame":
    import pandas as pd

    parts: list[pd.DataFrame] = []
    for run in read_imported(results)[0]:
        key = {
            "run_id": run.run_id,
            "task": run.task,
            "algorithm": run.entry,
            "seed": run.seed,
            "origin": run.origin,
            "format": run.format,
            "metric": run.metric,
            "returns": run.returns,
            "unknown": ", ".join(run.unknown),
        }
        part = pd.DataFrame({"step": run.step, "value": pd.array(run.value, dtype="Float64")})
        part["episodes"] = pd.array([run.episodes] * len(part), dtype="Int64")
        parts.append(pd.DataFrame({name: [value] * len(part) for name, value in key.items()}).join(part))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
