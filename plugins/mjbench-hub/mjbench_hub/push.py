"""Records and policies to a repository: a folder as the Hub will show it, then uploaded as one commit."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import mjbench
from mjbench.errors import MjbenchError, RecordError
from mjbench.evaluation.filming import film_runs
from mjbench.registry.lookup import Registry
from mjbench.store.find import find_run
from mjbench.store.found import Found
from mjbench.store.merge import read_whole
from mjbench.store.presets import preset_beside, preset_path
from mjbench.store.store import ResultStore
from mjbench.store.walk import FAILED
from mjbench.submission.policy_checks import check_policy
from mjbench.text import count
from mjbench_hub.card import model_card
from mjbench_hub.client import check_licence, check_name, endpoint, hub, require_token
from mjbench_hub.robustness import beside
from mjbench_hub.scores import Scored, scored

FOLDER = "results"
"""Of a repository: a results folder."""


def write_folder(runs: Sequence[str], results: Path, repo: str, licence: str, films: bool, out: Path) -> list[str]:
    """Write the repository into a new folder; a line for each file.

    Raises:
        MjbenchError: a run cannot be published, or the folder cannot be written.
    """
    check_name(repo)
    check_licence(licence)
    if out.exists():
        raise MjbenchError(f"{out} exists; --out names a new folder")
    if not out.absolute().parent.is_dir():
        raise MjbenchError(f"the folder {out.absolute().parent} does not exist")
    found = _found(runs, results)
    try:
        partial = Path(tempfile.mkdtemp(prefix=".push-", dir=out.absolute().parent))
        try:
            _fill(partial, found, repo, licence, films)
            partial.chmod(0o755)
            os.rename(partial, out)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise MjbenchError(f"cannot write {out}: {error.strerror or error}") from error
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return [f"wrote {out}: {count(len(files), 'file')}, nothing was uploaded", *(f"  {_sized(f, out)}" for f in files)]


def publish(runs: Sequence[str], results: Path, repo: str, licence: str, films: bool, private: bool) -> str:
    """Upload the repository, made where there is none; what was done, for people.

    Raises:
        MjbenchError: a run cannot be published, or the Hub refuses.
    """
    check_name(repo)
    check_licence(licence)
    token = require_token()
    found = _found(runs, results)
    with hub(repo) as client:
        client.whoami(token=token)  # before the films, which take minutes
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        _fill(folder, found, repo, licence, films)
        with hub(repo) as client:
            client.create_repo(repo, private=private, exist_ok=True, token=token)
            client.upload_folder(
                repo_id=repo, folder_path=folder, commit_message=f"{count(len(found), 'run')} of mjbench", token=token
            )
    return f"pushed {count(len(found), 'run')} to {endpoint()}/{repo}"


def _found(runs: Sequence[str], results: Path) -> list[Found]:
    """The runs, each once, whole and sound.

    Raises:
        MjbenchError: one cannot be found or is damaged, or none has a policy.
    """
    found = list({item.path.resolve(): item for item in (find_run(run, results) for run in runs)}.values())
    for item in found:
        names = [*read_whole(item)]
        for finding in check_policy(item.record, item.path, str(item.path), names):
            if finding.level == "error":
                raise RecordError(f"{finding.place}: {finding.text}")
    if all(map(_failed, found)):
        raise MjbenchError("none of these runs completed: there is no policy to publish")
    return found


def _fill(folder: Path, found: Sequence[Found], repo: str, licence: str, films: bool) -> None:
    registry = Registry()
    store = ResultStore(folder / FOLDER)
    for item in found:
        home = store.folder(item.record.run)
        attempt = FAILED.fullmatch(item.path.name)
        home = home.with_name(f"{home.name}-failed-{attempt[2] if attempt else 1}") if _failed(item) else home
        home.mkdir(parents=True, exist_ok=True)  # the same run from two results folders
        for name, body in read_whole(item).items():
            (home / name).write_bytes(body)
        for name, body in beside(item).items():
            (home / name).write_bytes(body)
        if (preset := preset_beside(item)) is not None:
            path = preset_path(store.root, item.record.run.preset)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(preset)
    rows, warnings = scored(found, registry)
    if not rows:
        raise MjbenchError(f"none of these runs counts: {' '.join(warnings)}")
    written = _film(folder, found, rows, registry) if films else {}
    text = model_card(repo, licence, rows, warnings, written, registry, mjbench.__version__)
    (folder / "README.md").write_text(text, encoding="utf-8")


def _film(folder: Path, found: Sequence[Found], rows: Sequence[Scored], registry: Registry) -> dict[str, str]:
    """A film of the first completed run of each row; paths in the repository by run id. The Hub shows the first."""
    completed = {item.record.run.run_id: item for item in found if not _failed(item)}
    wanted: list[tuple[Found, Path]] = []
    for row in rows:
        run = next((run for run in row.runs if run.run_id in completed), None)
        if run is not None:
            name = f"{run.task.rpartition('/')[2]}-{run.algorithm}-{run.run_id}.mp4".replace(":", "-")
            place = folder / "replay.mp4" if not wanted else folder / "videos" / name
            wanted.append((completed[run.run_id], place))
    written: dict[str, str] = {}
    try:
        for item, path, problem in film_runs(wanted, registry):
            if problem:
                raise MjbenchError(problem)
            written[item.record.run.run_id] = path.relative_to(folder).as_posix()
    except MjbenchError as error:
        raise MjbenchError(f"{error}; to push without films: --no-video") from error
    return written


def _failed(item: Found) -> bool:
    return item.record.status != "completed"


def _sized(path: Path, root: Path) -> str:
    return f"{path.stat().st_size:>12,} {path.relative_to(root).as_posix()}"
