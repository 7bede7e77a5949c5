"""Robustness files on disk, beside the records that they belong to.

results/
  gymnasium/Hopper-v5/sac/0-3fa9c1d2e4b5/
    record.json  policy.safetensors  policy.json
    robustness-standard-1.json      the final policy under version 1 of the set ``standard``
"""

import json
import math
import os
import re
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from mjbench.errors import MjbenchError, RecordError, StoreError
from mjbench.io.files import write_once
from mjbench.io.strict import LARGEST_INTEGER, check_json, clean, is_plain, parse_json, read_file
from mjbench.spec.record import RunRecord
from mjbench.spec.robustness import SCHEMA, UNDISTURBED, DisturbedEpisodes, Robustness
from mjbench.store.codec import LARGEST_VALUE
from mjbench.store.found import Found

NAME = re.compile(r"robustness-([a-z][a-z0-9-]{0,39})-([1-9][0-9]{0,5})\.json")
"""Of a robustness file: set and version."""
LIMIT = 16 * 2**20
"""Bytes of a robustness file."""
_CONDITION = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LARGEST_STRENGTH = 1e6


def file_name(set_name: str, version: int) -> str:
    """``robustness-standard-1.json``."""
    return f"robustness-{set_name}-{version}.json"


def dump_robustness(played: Robustness) -> bytes:
    """One line of JSON; returns that are not finite become null."""
    body = asdict(played)
    returns = body["episodes"]["episode_return"]
    body["episodes"]["episode_return"] = [
        value if value is not None and math.isfinite(value) and abs(value) <= LARGEST_VALUE else None
        for value in returns
    ]
    return (json.dumps(body, separators=(",", ":"), allow_nan=False) + "\n").encode()


def load_robustness(data: bytes) -> Robustness:
    """Inverse of ``dump_robustness``.

    Raises:
        RecordError: damaged, of a newer schema, or holding anything that such a file may not.
    """
    from pydantic import ValidationError

    if len(data) > LIMIT:
        raise RecordError(f"too large: {len(data):,} bytes, the limit is {LIMIT:,}")
    try:
        played: Robustness = _adapter().validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise RecordError(f"damaged: {clean(place)}: {clean(first['msg'])}") from None
    except MjbenchError as error:
        raise RecordError(f"damaged: {clean(str(error))}") from error
    if not is_plain(data):  # a key twice, deep nesting
        parse_json(data)
    if played.schema != SCHEMA:
        raise RecordError(f"written by another mjbench (schema {played.schema}, this one reads {SCHEMA})")
    check_json(dict(played.provenance))
    _check_columns(played.episodes)
    _check_names(played)
    _check_points(played)
    return played


def read_robustness(path: Path, record: RunRecord) -> Robustness:
    """The file at ``path``, which belongs to ``record``.

    Raises:
        RecordError: it cannot be read, or is of another run, policy or set; the message does not name the file.
    """
    played = load_robustness(read_file(path, LIMIT))
    run = record.run
    if (played.run_id, played.task) != (run.run_id, run.task):
        raise RecordError(f"it is of run {clean(played.run_id)} on {clean(played.task)}, not of {run.label}")
    if dict(played.policy_sha256) != dict(record.policy_sha256):
        raise RecordError(f"it is of another policy than that of {run.label}: the checksums differ")
    if path.name != file_name(played.set, played.version):
        raise RecordError(f"it holds version {played.version} of the set {clean(played.set)}, so its name is wrong")
    return played


def robustness_files(folder: Path | str) -> list[str]:
    """Names of the robustness files in a run's folder, sorted."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  no Path of each is wanted
    except OSError:
        return []
    return sorted(name for name in names if NAME.fullmatch(name))


def read_beside(found: Iterable[Found]) -> tuple[dict[str, list[Robustness]], list[str]]:
    """By run id, the robustness files beside completed records, and a line for each that cannot be used."""
    played: dict[str, list[Robustness]] = {}
    problems: list[str] = []
    for item in found:
        if item.record.status != "completed":
            continue
        run = item.record.run
        for name in robustness_files(item.folder):
            try:
                file = read_robustness(Path(item.folder, name), item.record)
            except RecordError as error:
                problems.append(f"{run.label}, run {run.run_id}: {name}: {error}")
            else:
                played.setdefault(run.run_id, []).append(file)
    return played, problems


def write_robustness(folder: Path, played: Robustness) -> Path:
    """Write the file into its run's folder, whole or not at all.

    Raises:
        StoreError: there is one already, or the disk refuses.
    """
    path = Path(folder) / file_name(played.set, played.version)
    try:
        write_once(path, dump_robustness(played))
    except FileExistsError:
        raise StoreError(f"{path} exists; such a file is written once") from None
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    return path


def _check_names(played: Robustness) -> None:
    if not NAME.fullmatch(file_name(played.set, played.version)):
        raise RecordError(f"damaged: {clean(played.set)!r} version {played.version} is no disturbance set")
    conditions = {*played.conditions, *played.absent}
    if odd := next((name for name in sorted(conditions) if not _CONDITION.fullmatch(name)), None):
        raise RecordError(f"damaged: {clean(odd)!r} cannot be the name of a condition")
    if both := sorted({*played.conditions} & {*played.absent}):
        raise RecordError(f"damaged: {both[0]} was played, and the task cannot have it")
    if set(played.scales) != set(played.conditions):
        raise RecordError("damaged: scales and played conditions differ")
    if any(not 0 < scale <= LARGEST_VALUE for scale in played.scales.values()):
        raise RecordError("damaged: a scale that is not a positive number")


def _check_columns(table: DisturbedEpisodes) -> None:
    columns = {name: column for name, column in vars(table).items() if column is not None}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise RecordError(f"damaged: its columns differ in length: {lengths}")
    if not table.seed:
        raise RecordError("damaged: it has no episodes")
    if any(not 0 <= value <= LARGEST_INTEGER for value in (*table.seed, *table.episode_length)):
        raise RecordError("damaged: a seed or length below 0 or beyond 2**53")
    if any(not 0 <= value <= _LARGEST_STRENGTH for value in table.strength):
        raise RecordError("damaged: a strength below 0 or beyond 1e6")
    if any(value is not None and abs(value) > LARGEST_VALUE for value in table.episode_return):
        raise RecordError("damaged: a return which is too large")


def _check_points(played: Robustness) -> None:
    table, points = played.episodes, played.points()
    if sum(part.stop - part.start for part in points.values()) != len(table.seed):
        raise RecordError("damaged: the episodes of a point do not stand together")
    keys = list(points)
    if keys[0] != (UNDISTURBED, 0.0) or any((name == UNDISTURBED) != (value == 0) for name, value in keys):
        raise RecordError("damaged: it does not begin with the undisturbed episodes, whose strength alone is 0")
    grouped = [key for name in dict.fromkeys(name for name, _ in keys) for key in keys if key[0] == name]
    ascending = all(a[0] != b[0] or a[1] < b[1] for a, b in pairwise(keys))
    if grouped != keys or not ascending:
        raise RecordError("damaged: its conditions do not stand together, by ascending strength")
    seeds = table.seed[points[keys[0]]]
    if len(set(seeds)) != len(seeds) or any(table.seed[part] != seeds for part in points.values()):
        raise RecordError("damaged: its points do not have the same seeds, each once")


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Robustness)
