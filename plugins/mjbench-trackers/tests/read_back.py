"""Reads what trackers wrote, with the libraries' own readers: the points of the one run, and what it says of itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Points = list[tuple[str, int, float]]
"""Name, environment steps and value, as often as they are there; sorted."""


def tensorboard(tracking: Path) -> tuple[Points, dict[str, Any]]:
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
    from tensorboard.plugins.hparams import plugin_data_pb2

    runs = EventMultiplexer()
    runs.AddRunsFromDirectory(str(tracking))
    runs.Reload()
    ((name, tags),) = runs.Runs().items()
    points = [(tag, event.step, event.value) for tag in tags["scalars"] for event in runs.Scalars(name, tag)]
    content: Any = plugin_data_pb2
    body = runs.SummaryMetadata(name, "_hparams_/session_start_info").plugin_data.content
    stated = content.HParamsPluginData.FromString(body).session_start_info.hparams
    return sorted(points), {"run": name, "seed": stated["seed"].number_value, "task": stated["task"].string_value}


def wandb(tracking: Path) -> tuple[Points, dict[str, Any]]:
    (file,) = tracking.glob("**/offline-run-*/run-*.wandb")
    points, stated = [], {}
    for record in _wandb_records(file):
        if record.WhichOneof("record_type") == "history":
            items = {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
            points += [(name, items["_step"], value) for name, value in items.items() if not name.startswith("_")]
        elif record.WhichOneof("record_type") == "run":
            config = {item.key: json.loads(item.value_json) for item in record.run.config.update}
            stated = {"run": record.run.run_id, "seed": config["seed"], "task": config["task"]}
    return sorted(points), stated


def trackio(tracking: Path) -> tuple[Points, dict[str, Any]]:
    import sqlite3

    with sqlite3.connect(tracking / "trackio" / "mjbench.db") as database:
        rows = database.execute("select run_name, step, metrics from metrics").fetchall()
        ((config,),) = database.execute("select config from configs").fetchall()
    points = [(name, step, value) for _, step, body in rows for name, value in json.loads(body).items()]
    (run,) = {row[0] for row in rows}
    return sorted(points), {"run": run, **{name: json.loads(config)[name] for name in ("seed", "task")}}


def mlflow(tracking: Path) -> tuple[Points, dict[str, Any]]:
    from mlflow import MlflowClient

    client: Any = MlflowClient((tracking / "mlruns").absolute().as_uri())
    (run,) = client.search_runs([client.get_experiment_by_name("mjbench").experiment_id])
    assert run.info.status == "FINISHED"
    histories = {name: client.get_metric_history(run.info.run_id, name) for name in run.data.metrics}
    points = [(name, point.step, point.value) for name, history in histories.items() for point in history]
    return sorted(points), {
        "run": run.data.tags["mjbench.run_id"],
        "seed": int(run.data.params["seed"]),
        "task": run.data.params["task"],
    }


READERS = {"tensorboard": tensorboard, "wandb": wandb, "trackio": trackio, "mlflow": mlflow}


def _wandb_records(file: Path) -> Iterator[Any]:
    """The records of a W&B file: pieces in blocks of 32 KiB after a header of 7 bytes."""
    from wandb.proto import wandb_internal_pb2

    records: Any = wandb_internal_pb2

    body, at, piece = file.read_bytes(), 7, b""
    while at + 7 <= len(body):
        left = 32768 - at % 32768
        if left < 7:  # too little for the head of a piece
            at += left
            continue
        length, kind = int.from_bytes(body[at + 4 : at + 6], "little"), body[at + 6]
        piece += body[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # whole, or the last piece
            yield records.Record.FromString(piece)
            piece = b""
