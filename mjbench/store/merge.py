"""Bringing results folders together: what is missing is copied, what differs is named, nothing is overwritten."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mjbench.errors import RecordError, StoreError
from mjbench.io.files import sync_files, sync_folder, write_once
from mjbench.io.strict import read_file
from mjbench.io.tensors import FILE_LIMIT
from mjbench.store.codec import RECORD_LIMIT, RUN_ID
from mjbench.store.presets import preset_beside, preset_path, results_of
from mjbench.store.robustness import LIMIT, read_robustness, robustness_files
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import RECORD, attempt_number


@dataclass
class Merge:
    """What is to be copied into one folder, and what is not."""

    into: ResultStore
    copies: dict[Path, Found] = field(default_factory=dict)
    """Records that are missing, by the folder that each will have."""
    same: int = 0
    """Records that are there already, byte for byte."""
    conflicts: dict[str, str] = field(default_factory=dict)
    """A line for each run or preset file that is there with other bytes, by run id or name of the preset."""
    robustness: dict[Path, bytes] = field(default_factory=dict)
    """Robustness files that are missing beside records that are there, by the path that each will have."""
    presets: dict[Path, bytes] = field(default_factory=dict)
    """Preset files of the records that are missing, by the path that each will have."""
    problems: list[str] = field(default_factory=list)
    """A line for each record that is damaged or not whole."""


def plan_merge(sources: Sequence[Path], into: Path) -> Merge:
    """Compare the records of ``sources`` with those of ``into``; nothing is written.

    Raises:
        StoreError: a source is not a folder.
    """
    merge = Merge(ResultStore(into))
    for source in sources:
        if not source.is_dir():
            raise StoreError(f"{source} is not a folder")
        found, problems = ResultStore(source).scan(training=False)
        merge.problems += [*problems, *_without_record(source)]
        for item in sorted(found, key=lambda item: attempt_number(item.path.name)):
            try:
                files = read_whole(item)
            except RecordError as error:
                merge.problems.append(str(error))
                continue
            _enter(merge, item, files)
            _enter_preset(merge, item)
    return merge


def carry_out(merge: Merge) -> None:
    """Copy what is missing; each record becomes visible at once, whole.

    Raises:
        StoreError: the disk refuses, or another command has just written one of the runs.
        RecordError: a source has changed since it was compared.
    """
    for path, data in {**merge.presets, **merge.robustness}.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_once(path, data)
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    if merge.copies:
        merge.into.prepare(item.record.run for item in merge.copies.values())
    for target, item in merge.copies.items():
        partial = merge.into.root / ".partial"
        try:
            partial = Path(tempfile.mkdtemp(prefix=f"{item.record.run.run_id}-", dir=partial))
            partial.chmod(0o755)
            for name, body in {**read_whole(item), **_robustness(item, merge.problems)}.items():
                (partial / name).write_bytes(body)
            sync_files(partial)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(partial, target)
            for folder in (target.parent, *target.parent.parents):
                sync_folder(folder)
                if folder == merge.into.root:
                    break
        except OSError as error:
            raise StoreError(f"cannot copy {item.path} to {target}: {error.strerror or error}") from error
        finally:
            if partial.name != ".partial":
                shutil.rmtree(partial, ignore_errors=True)


def read_whole(item: Found) -> dict[str, bytes]:
    """The files of a record by name, held to the digests in it.

    Raises:
        RecordError: one is missing, or is not what the record says.
    """
    files: dict[str, bytes] = {}
    for name, limit in {RECORD: RECORD_LIMIT, **dict.fromkeys(item.record.policy_sha256, FILE_LIMIT)}.items():
        try:
            files[name] = read_file(item.path / name, limit)
        except RecordError as error:
            raise RecordError(f"{item.path / name}: {error}") from error
        expected = item.record.policy_sha256.get(name)
        if expected is not None and hashlib.sha256(files[name]).hexdigest() != expected:
            raise RecordError(f"{item.path / name}: not what its record says: another SHA-256")
    return files


def _enter(merge: Merge, item: Found, files: Mapping[str, bytes]) -> None:
    home = merge.into.folder(item.record.run)
    if item.record.status != "completed":
        _enter_failure(merge, item, files, home)
        return
    planned = merge.copies.get(home)
    there = planned.path if planned is not None else home if (home / RECORD).exists() else None
    if there is None:
        merge.copies[home] = item
    elif differing := _difference(files, there):
        line = f"{item.record.run.label}: {item.path} and {there} differ in {differing}"
        merge.conflicts.setdefault(item.record.run.run_id, line)
    else:
        merge.same += 1
        if planned is None:
            _enter_robustness(merge, item, home)


def _enter_robustness(merge: Merge, item: Found, home: Path) -> None:
    """The robustness files that the run's folder ``home`` does not have yet."""
    for name, data in _robustness(item, merge.problems).items():
        there = _bytes(home / name) or merge.robustness.get(home / name)
        if there is None:
            merge.robustness[home / name] = data
        elif there != data:
            line = f"{item.record.run.label}: {item.path / name} and {home / name} differ"
            merge.conflicts.setdefault(item.record.run.run_id, line)


def _robustness(item: Found, problems: list[str]) -> dict[str, bytes]:
    """The robustness files of a run by name; a line among ``problems`` for each that cannot be used."""
    files: dict[str, bytes] = {}
    for name in robustness_files(item.path) if item.record.status == "completed" else ():
        try:
            read_robustness(item.path / name, item.record)
            files[name] = read_file(item.path / name, LIMIT)
        except RecordError as error:
            line = f"{item.path / name}: {error}"
            problems.extend([line] if line not in problems else [])
    return files


def _enter_preset(merge: Merge, item: Found) -> None:
    """The preset file of the run, where the folder does not have it yet."""
    try:
        data = preset_beside(item)
    except RecordError as error:
        merge.problems.extend([str(error)] if str(error) not in merge.problems else [])
        return
    if data is None:
        return
    home = preset_path(merge.into.root, item.record.run.preset)
    there = _bytes(home) or merge.presets.get(home)
    if there is None:
        merge.presets[home] = data
    elif there != data:
        merge.conflicts.setdefault(
            home.stem, f"{preset_path(results_of(item), home.stem)} and {home} differ; keep the one of more trials"
        )


def _enter_failure(merge: Merge, item: Found, files: Mapping[str, bytes], home: Path) -> None:
    """A failed attempt has no name of its own: it is the same where the bytes are, and else gets the next number."""
    there = {path: path for path in merge.into.failures(item.record.run)}
    there |= {target: copy.path for target, copy in merge.copies.items() if _is_attempt(target, home)}
    if any(_bytes(path / RECORD) == files[RECORD] for path in there.values()):
        merge.same += 1
        return
    number = 1 + max((attempt_number(target.name) for target in there), default=0)
    merge.copies[home.with_name(f"{home.name}-failed-{number}")] = item


def _is_attempt(target: Path, home: Path) -> bool:
    return target.parent == home.parent and target.name.startswith(f"{home.name}-failed-")


def _difference(files: Mapping[str, bytes], there: Path) -> str:
    """What differs, for people; empty where nothing does."""
    other = {name: _bytes(there / name) for name in files}
    names = [name for name in files if other[name] != files[name] and name != RECORD]
    if other[RECORD] != files[RECORD]:
        names.insert(0, f"{RECORD} ({', '.join(_fields(files[RECORD], other[RECORD])) or 'layout'})")
    return ", ".join(names)


def _fields(one: bytes, other: bytes | None) -> Iterator[str]:
    """Names of the parts of two records that differ."""
    try:
        a, b = json.loads(one), json.loads(other or b"")
    except (ValueError, RecursionError):
        yield "damaged"
        return
    for name in sorted({*a, *b}):
        if a.get(name) != b.get(name):
            inner = [key for key in a[name] if a[name][key] != b[name].get(key)] if _both(a, b, name) else []
            yield f"{name}: {' '.join(inner)}" if 0 < len(inner) <= 3 else name


def _both(a: Mapping[str, object], b: Mapping[str, object], name: str) -> bool:
    return isinstance(a.get(name), dict) and isinstance(b.get(name), dict)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _without_record(source: Path) -> list[str]:
    """Folders that are named like a run and hold no record, as a copy that was cut short leaves them."""
    places = sorted(source.glob("[!.]*/*/*/*-*"))
    return [
        f"{path}: not whole: it has no {RECORD}"
        for path in places
        if RUN_ID.fullmatch(path.name.partition("-")[2].partition("-")[0])
        and path.is_dir()
        and not (path / RECORD).exists()
    ]
