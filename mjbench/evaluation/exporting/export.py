"""A policy to a file of another format: written beside its target, compared with the policy, then renamed."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import mjbench
from mjbench.api.exporter import Act, Exporter, Subject
from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, PluginError, in_words
from mjbench.evaluation.exporting.agreement import TOLERANCE, Agreement, compare
from mjbench.evaluation.exporting.formats import find_exporter
from mjbench.evaluation.exporting.latency import Latency, measure
from mjbench.evaluation.exporting.meaning import meaning
from mjbench.evaluation.exporting.observations import extreme, made_up, played
from mjbench.evaluation.exporting.source import Source, find_source
from mjbench.io.files import sync_files, sync_folder
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry


@dataclass
class Export:
    """A policy ready to be written."""

    source: Source
    subject: Subject
    observations: Mapping[str, np.ndarray]
    """What files are compared on, by what they are."""
    control_period_s: float | None
    notes: list[str] = field(default_factory=list)
    """What could not be found out, for people."""


def prepare(text: str, results: Path, registry: Registry) -> Export:
    """Read a policy and play its task.

    Args:
        text: the folder of a run or of a policy, or the first digits of a run id.
        results: where run ids are looked up.
        registry: knows algorithms and tasks.

    Raises:
        MjbenchError: there is no such policy, it cannot be read, or it does not fit its task.
    """
    source = find_source(text, results, registry)
    described: dict[str, Any] = {}
    notes: list[str] = []
    rows: np.ndarray | None = None
    if source.run is None:
        notes.append("no record: its task is not known, so it was compared on random observations")
    else:
        try:
            with closing(make_env(registry.task(source.run.task))) as env:
                described = meaning(env)
                _check_fit(source, described)
                rows = played(env, source.policy, source.run.protocol.seed)
        except _Misfit:
            raise
        except Exception as error:  # the simulator of others: what it does wrong is no reason to export nothing
            notes.append(f"{source.run.task} was not played, so random observations were used: {in_words(error)}")
    observation_size, action_size = _sizes(source, described)
    group = "random" if rows is None else "played"
    rows = made_up(source.policy, observation_size) if rows is None else rows
    subject = Subject(source.policy, observation_size, action_size, _metadata(source, described))
    return Export(source, subject, {group: rows, "extreme": extreme(rows)}, described.get("control_period_s"), notes)


def write(export: Export, name: str, out: Path | None, registry: Registry) -> tuple[Path, list[Agreement]]:
    """Write a policy to a file, if the file plays like the policy.

    Args:
        export: the policy.
        name: of an exporter.
        out: the file, or a folder that exists; by default a file in the current folder.
        registry: knows the exporter.

    Returns:
        The file, and how it compares with the policy; nothing to compare where the exporter cannot play its files.

    Raises:
        MjbenchError: there is no such format, something is missing, the file plays differently or cannot be written.
    """
    exporter = find_exporter(name, registry)
    target = _target(out, export.source, exporter.suffix)
    try:
        with _written(export, exporter, name, registry, target.parent) as (path, act):
            agreements = _agreements(export, exporter, act, name)
            sync_files(path.parent)
            os.replace(path, target)
            sync_folder(target.parent)
    except OSError as error:
        raise MjbenchError(f"cannot write {target}: {error.strerror or error}") from error
    return target, agreements


def latencies(export: Export, registry: Registry) -> tuple[list[Latency], list[str]]:
    """Of mjbench's policy and of every format that is installed; a line for each that cannot be measured."""
    observations = next(iter(export.observations.values()))
    found, problems = measure("mjbench (numpy)", export.source.policy.act, observations), []
    for name in registry.names("exporter"):
        try:
            exporter = find_exporter(name, registry)
            with (
                tempfile.TemporaryDirectory() as folder,
                _written(export, exporter, name, registry, Path(folder)) as (_, act),
            ):
                found += measure(name, act, observations) if act is not None else []
        except MjbenchError as error:
            problems.append(f"{name} was not measured: {error}")
    return found, problems


class _Misfit(MjbenchError):
    """A policy that does not fit its task."""


def _check_fit(source: Source, described: Mapping[str, Any]) -> None:
    if isinstance(source.policy, MlpPolicy):
        sizes = source.policy.observation_size, source.policy.action_low.size
        wanted = described["observation"]["size"], described["action"]["size"]
        if sizes != wanted:
            raise _Misfit(
                f"{source.label}: its policy takes {sizes[0]} numbers and gives {sizes[1]}; "
                f"its task has observations of {wanted[0]} and actions of {wanted[1]}"
            )


def _sizes(source: Source, described: Mapping[str, Any]) -> tuple[int, int]:
    if isinstance(source.policy, MlpPolicy):
        return source.policy.observation_size, source.policy.action_low.size
    if not described:
        raise MjbenchError(f"{source.label}: the sizes of its observations and actions are not known without its task")
    return described["observation"]["size"], described["action"]["size"]


def _metadata(source: Source, described: Mapping[str, Any]) -> dict[str, str]:
    """What a file says of itself: texts, those of numbers and tables as JSON."""
    texts = {"mjbench_version": mjbench.__version__}
    if source.run is not None:
        run = source.run
        texts |= {"task": run.task, "algorithm": run.entry, "seed": str(run.seed), "steps": str(run.steps)}
        texts["run_id"] = run.run_id
    for name, value in described.items():
        if value is not None:
            texts[name] = value if isinstance(value, str) else json.dumps(value)
    return dict(sorted(texts.items()))


def _target(out: Path | None, source: Source, suffix: str) -> Path:
    if out is None or out.is_dir():
        return (out or Path()) / f"{source.file_name}{suffix}"
    if out.suffix != suffix:
        raise MjbenchError(f"--out {out} must end in {suffix}, or be a folder that exists")
    if not out.parent.is_dir():
        raise MjbenchError(f"the folder {out.parent} does not exist")
    return out


@contextmanager
def _written(
    export: Export, exporter: Exporter, name: str, registry: Registry, near: Path
) -> Iterator[tuple[Path, Act | None]]:
    """The file in a folder of its own inside ``near``, which is removed afterwards, and what plays it."""
    folder = Path(tempfile.mkdtemp(prefix=".export-", dir=near))
    try:
        path = folder / f"policy{exporter.suffix}"
        load = getattr(exporter, "load", None)
        try:
            exporter.export(export.subject, path)
            act = None if load is None else load(path)
        except (MjbenchError, OSError):
            raise
        except Exception as error:
            origin = registry.owner("exporter", name).origin
            raise PluginError(f"plugin {origin} failed: {' '.join(in_words(error).split())}") from error
        yield path, act
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _agreements(export: Export, exporter: Exporter, act: Act | None, name: str) -> list[Agreement]:
    if act is None:
        return []
    tolerance = getattr(exporter, "tolerance", TOLERANCE)
    found = compare(export.source.policy, act, export.observations, tolerance)
    for each in found:
        if not each.agrees:
            raise MjbenchError(
                f"nothing was written: the {name} file differs from {export.source.label} by "
                f"{each.difference:.1e} on {each.count} {each.observations} observations, {each.allowed:.1e} is allowed"
            )
    return found
