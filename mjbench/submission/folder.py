"""The files of a submission: what may lie where, seen without following a link or reading a file.

my-submission/
  submission.toml
  results/gymnasium/Hopper-v5/sac/0-3fa9c1d2e4b5/     as in a results folder
    record.json  policy.safetensors  policy.json
  results/presets/tuned-3fa9c1d2.toml                a preset from a file that runs have
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mjbench.errors import StoreError
from mjbench.store.codec import FILE_NAME, RECORD_LIMIT
from mjbench.store.presets import FOLDER as PRESETS
from mjbench.store.walk import RECORD
from mjbench.submission.about import NAME
from mjbench.submission.report import Finding

RESULTS = "results"
MOST_FILES = 100_000
MOST_BYTES = 16 * 2**30
MOST_RECORDS = 512 * 2**20
"""Bytes of all records that are read, which take ten times as much memory."""
_RUN_DEPTH = 5
"""results / namespace / task / algorithm / run."""


@dataclass
class Contents:
    """What lies in a submission."""

    runs: dict[str, list[str]] = field(default_factory=dict)
    """Folder of each run, relative, with the names of its files."""
    presets: list[str] = field(default_factory=list)
    """Preset files, relative."""
    findings: list[Finding] = field(default_factory=list)


def look(root: Path) -> Contents:
    """Everything in the folder, by name and kind.

    Raises:
        StoreError: it is no folder, or holds more than any submission may.
    """
    if root.is_symlink() or not root.is_dir():
        raise StoreError(f"{root} is not a folder with a submission; make one with: mjbench submission pack")
    contents = Contents()
    files = size = records = 0
    for entry, depth in _entries(root, contents):
        own = entry.stat(follow_symlinks=False).st_size
        files, size, records = files + 1, size + own, records + own * (entry.name == RECORD and own <= RECORD_LIMIT)
        if files > MOST_FILES or size > MOST_BYTES:
            raise StoreError(f"{root} holds more than {MOST_FILES:,} files or {MOST_BYTES // 2**30} GiB")
        if records > MOST_RECORDS:
            raise StoreError(f"{root} holds records of more than {MOST_RECORDS // 2**20} MiB; divide it by entries")
        relative = Path(entry.path).relative_to(root)
        if depth == _RUN_DEPTH and relative.parts[0] == RESULTS:
            contents.runs.setdefault(str(relative.parent), []).append(entry.name)
        elif relative.parts[:-1] == (RESULTS, PRESETS) and relative.suffix == ".toml":
            contents.presets.append(str(relative))
        elif str(relative) != NAME:
            contents.findings.append(Finding("error", "files", str(relative), "a file that does not belong here"))
    for folder, names in contents.runs.items():
        if RECORD not in names:
            contents.findings.append(Finding("error", "files", folder, f"files without a {RECORD}"))
    contents.runs = {folder: sorted(names) for folder, names in contents.runs.items() if RECORD in names}
    return contents


def _entries(root: Path, contents: Contents) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Plain files with their depth; what is odd becomes a finding and is not entered."""
    waiting = [(str(root), 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as opened:
                entries = sorted(opened, key=lambda entry: entry.name)
        except OSError as error:
            text = f"cannot be read: {error.strerror or error}"
            contents.findings.append(Finding("error", "files", os.path.relpath(folder, root), text))
            continue
        if not entries:
            contents.findings.append(Finding("error", "files", os.path.relpath(folder, root), "an empty folder"))
        for entry in entries:
            problem = _problem(entry, depth)
            if problem:
                place = os.path.relpath(entry.path, root)
                contents.findings.append(Finding("error", "files", place, problem))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1))
            else:
                yield entry, depth


def _problem(entry: os.DirEntry[str], depth: int) -> str:
    if entry.is_symlink():
        return "a link"
    folder = entry.is_dir(follow_symlinks=False)
    if not folder and not entry.is_file(follow_symlinks=False):
        return "neither a file nor a folder"
    if not FILE_NAME.fullmatch(entry.name.replace(":", "_")):
        return "an odd name"
    if folder and depth >= _RUN_DEPTH:
        return "a folder inside a run"
    return ""
