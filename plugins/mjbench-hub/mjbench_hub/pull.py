"""Records and policies from a repository. Nothing is downloaded but files that a results folder may hold."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.strict import clean
from mjbench.io.tensors import FILE_LIMIT
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec
from mjbench.store.codec import FILE_NAME, RECORD_LIMIT
from mjbench.store.merge import Merge, carry_out, plan_merge
from mjbench.store.presets import FOLDER as PRESETS
from mjbench.store.presets import LIMIT as PRESET_LIMIT
from mjbench.store.presets import preset_paths
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD
from mjbench.submission.policy_checks import check_policy
from mjbench.submission.preset_files import read_presets
from mjbench.submission.report import Finding
from mjbench.submission.run_checks import check_run
from mjbench.text import count
from mjbench_hub.client import check_name, endpoint, hub
from mjbench_hub.push import FOLDER
from mjbench_hub.robustness import beside

PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:+-]{0,199}")
"""Of a path: no hidden folder, no way up."""
SUFFIXES = (".json", ".safetensors")
TOTAL_LIMIT = 8 * 2**30
"""Bytes of a repository's records and policies."""
MOST_FILES = 100_000


def fetch(repo: str, revision: str | None, into: Path) -> list[str]:
    """Add what is missing in ``into``; what was added, for people.

    Raises:
        MjbenchError: the Hub refuses, a file is damaged or does not belong there, or a run is there with other bytes.
    """
    check_name(repo)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        with hub(repo) as client:
            info = client.model_info(repo, revision=revision, files_metadata=True)
            names = wanted(info.siblings or [], repo)
            client.snapshot_download(
                repo,
                revision=info.sha,
                local_dir=folder,
                allow_patterns=[f"{FOLDER}/*"],
            )
        if lost := [name for name in names if not (folder / name).is_file()]:
            raise MjbenchError(f"{repo}: {lost[0]} was not downloaded")
        return _add(folder, repo, str(info.sha), into)


def wanted(siblings: Iterable[object], repo: str) -> list[str]:
    """Paths of the records, policies and preset files.

    Args:
        siblings: files of the repository, with ``rfilename`` and ``size``.
        repo: for messages.

    Raises:
        MjbenchError: there is none, a path is none of a results folder, or one is too large.
    """
    names: list[str] = []
    total = 0
    for sibling in siblings:
        name, size = str(getattr(sibling, "rfilename", "")), getattr(sibling, "size", None)
        if not name.startswith(f"{FOLDER}/"):
            continue
        place = clean(f"{repo}: {name}")
        parts = name.split("/")
        preset = len(parts) == 3 and parts[1] == PRESETS and name.endswith(".toml")
        of_run = len(parts) == 6 and FILE_NAME.fullmatch(parts[-1])
        if not all(map(PART.fullmatch, parts)) or not (of_run or preset):
            raise MjbenchError(f"{place}: not a file of a results folder; nothing was added")
        if not preset and not name.endswith(SUFFIXES):
            raise MjbenchError(f"{place}: only .json and .safetensors are read; nothing was added")
        limit = PRESET_LIMIT if preset else RECORD_LIMIT if parts[-1] == RECORD else FILE_LIMIT
        if type(size) is not int or not 0 <= size <= limit:
            raise MjbenchError(f"{place}: its size is {size}, the limit is {limit:,} bytes; nothing was added")
        names.append(name)
        total += size
    if not names:
        raise MjbenchError(f"{repo} on {endpoint()} has no records: it has no folder {FOLDER}/")
    if total > TOTAL_LIMIT or len(names) > MOST_FILES:
        raise MjbenchError(f"{repo} has {len(names):,} files of {total:,} bytes, which is too much")
    return sorted(names)


def _add(folder: Path, repo: str, commit: str, into: Path) -> list[str]:
    """Check the downloaded results folder, then copy what is missing."""
    merge = plan_merge([folder / FOLDER], into)
    problems = list(merge.problems)
    notes: list[str] = []
    findings: list[Finding] = []
    registry = Registry()
    paths = [str(path.relative_to(folder)) for path in preset_paths(folder / FOLDER)]
    read_presets(folder, paths, ResultStore(folder / FOLDER).scan(training=False)[0], findings)
    problems += [f"{finding.place}: {finding.text}" for finding in findings]
    for item in merge.copies.values():
        place = str(item.path.relative_to(folder))
        try:
            beside(item)
        except RecordError as error:
            problems.append(str(error))
        names = [path.name for path in item.path.iterdir()]
        task = _task(item.record.run.task, registry)
        for finding in (
            *check_policy(item.record, item.path, place, names),
            *check_run(item.record, place, None, task),
        ):
            if finding.level == "error":
                problems.append(f"{finding.place}: {finding.text}")
            elif finding.level == "unchecked":
                notes.append(f"  {finding.text}")
    conflicts = list(merge.conflicts.values())
    if problems or conflicts:
        more = len(problems) + len(conflicts) - 1
        others = f" (and {more} more)" if more else ""
        first = (problems or conflicts)[0].replace(f"{folder}/", "")
        raise RecordError(f"nothing was added from {repo}: {first}{others}")
    carry_out(merge)
    return [_summary(merge, repo, commit, into), *_lines(merge), *dict.fromkeys(notes)]


def _summary(merge: Merge, repo: str, commit: str, into: Path) -> str:
    files = len(merge.robustness)
    there = f", {count(len(merge.presets), 'preset file')}" if merge.presets else ""
    there += f", {count(files, 'robustness file')} beside records that were there" if files else ""
    there += f"; {merge.same} there before" if merge.same else ""
    return f"added {count(len(merge.copies), 'record')} of {repo} ({clean(commit[:12])}) to {into}{there}"


def _lines(merge: Merge) -> list[str]:
    return [
        f"  {item.record.run.run_id}  {item.record.run.label}"
        + ("" if item.record.status == "completed" else f" ({item.record.status})")
        for item in merge.copies.values()
    ]


def _task(name: str, registry: Registry) -> TaskSpec | None:
    try:
        return registry.task(name)
    except MjbenchError:
        return None
