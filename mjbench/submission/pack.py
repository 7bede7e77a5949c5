"""From a results folder to a submission: the records of one suite, their policies, and who made them."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError, StoreError
from mjbench.io.files import sync_files, write_atomic
from mjbench.io.strict import read_file
from mjbench.io.tensors import FILE_LIMIT
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.store.codec import RECORD_LIMIT
from mjbench.store.membership import belongs
from mjbench.store.presets import preset_beside, preset_path
from mjbench.store.robustness import LIMIT, robustness_files
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import RECORD
from mjbench.submission.about import NAME, About
from mjbench.submission.folder import RESULTS


@dataclass(frozen=True)
class Packed:
    """What was packed."""

    runs: int
    entries: tuple[str, ...]
    left_out: int
    """Records of the folder that are no part of the suite, or of other entries."""
    problems: tuple[str, ...]
    """Records that could not be read."""


def pack(
    results: Path, suite: Suite, registry: Registry, about: About, out: Path, entries: Sequence[str] = ()
) -> Packed:
    """Write the submission into the new folder ``out``; of a run that was tried more than once the success counts.

    Args:
        results: the results folder.
        suite: decides which of its records are taken.
        registry: knows the budgets of the tasks, where the suite leaves them to them.
        about: who and how.
        out: the folder to make.
        entries: names on the leaderboard, such as ``sac``; none takes all.

    Raises:
        MjbenchError: ``out`` exists, nothing is there to submit, a policy is missing, or the disk refuses.
    """
    if out.exists():
        raise StoreError(f"{out} exists; choose another folder with --out")
    found, problems = ResultStore(results).current()
    chosen = [item for item in found if _belongs(item.record.run, suite, registry, entries)]
    if not chosen:
        raise MjbenchError(
            f"none of the {len(found)} records under {results} belongs to the suite {suite.name} "
            f"(its tasks, protocol, budget and seeds); make some with: mjbench run --suite {suite.name}"
        )
    _add_sources(chosen, found)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            for item in chosen:
                _copy(item, ResultStore(partial / RESULTS))
            for item in {item.record.run.preset: item for item in chosen}.values():
                if (preset := preset_beside(item)) is not None:
                    path = preset_path(partial / RESULTS, item.record.run.preset)
                    path.parent.mkdir(exist_ok=True)
                    write_atomic(path, preset)
            write_atomic(partial / NAME, about.to_toml().encode())
            partial.chmod(0o755)
            partial.rename(out)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"cannot write the submission to {out}: {error.strerror or error}") from error
    names = tuple(sorted({item.record.run.entry for item in chosen}))
    return Packed(len(chosen), names, len(found) - len(chosen), tuple(problems))


def _add_sources(chosen: list[Found], found: Sequence[Found]) -> None:
    """The runs of warm starts are packed too, whatever their suite."""
    by_id = {item.record.run.run_id: item for item in found}
    have = {item.record.run.run_id for item in chosen}
    for item in chosen:  # grows as it goes
        source = by_id.get(item.record.run.source)
        if source is not None and source.record.run.run_id not in have:
            have.add(source.record.run.run_id)
            chosen.append(source)


def _belongs(run: RunSpec, suite: Suite, registry: Registry, entries: Sequence[str]) -> bool:
    if run.task not in suite.tasks or run.seed >= suite.seeds or (entries and run.entry not in entries):
        return False
    return belongs(run, suite, {run.task: registry.task(run.task)})


def _copy(item: Found, store: ResultStore) -> None:
    """The record, the files that it names and its robustness files, nothing else that may lie beside them."""
    record = item.record
    folder = store.folder(record.run)
    if record.status != "completed":
        folder = folder.with_name(f"{folder.name}-failed-1")
    folder.mkdir(parents=True)
    files = {RECORD: RECORD_LIMIT, **dict.fromkeys(record.policy_sha256, FILE_LIMIT)}
    if record.status == "completed":
        files |= dict.fromkeys(robustness_files(item.path), LIMIT)
    for name, limit in files.items():
        try:
            (folder / name).write_bytes(read_file(item.path / name, limit))
        except RecordError as error:
            raise RecordError(f"{item.path / name}: {error}") from error
    sync_files(folder)
