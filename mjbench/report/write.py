"""Reports to files."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.registry.lookup import Registry
from mjbench.report.build import build_report
from mjbench.report.page import report_page
from mjbench.store.find import find_run
from mjbench.store.imported import read_imported
from mjbench.store.store import Found, ResultStore
from mjbench.submission.verdicts import Verdicts


def find_reported(text: str, results: Path) -> Found:
    """``find_run``, with the training episodes.

    Raises:
        MjbenchError: as ``find_run``, or the run is a log of another program.
    """
    try:
        found = find_run(text, results)
    except MjbenchError:
        for run in read_imported(results)[0]:
            if text and run.run_id.startswith(text):
                raise MjbenchError(
                    f"{run.label} is a log of another program: it has no policy and no episodes to report on; "
                    "its curve is in: mjbench leaderboard NAME"
                ) from None
        raise
    return Found(found.path, ResultStore(found.path).read(found.path))


def page_paths(found: Sequence[Found], out: Path | None) -> list[Path]:
    """Where the pages of these runs go; a folder for them is made.

    Raises:
        MjbenchError: several runs and one file, a file without ``.html``, or a folder that does not exist.
    """
    names = [f"report-{item.record.run.run_id}.html" for item in found]
    if out is None:
        return [Path(name) for name in names]
    if out.suffix == ".html" and not out.is_dir():
        if len(found) > 1:
            raise MjbenchError(f"{len(found)} runs get a page each: --out must be a folder, not {out}")
        if not out.parent.is_dir():
            raise MjbenchError(f"the folder {out.parent} does not exist")
        return [out]
    if (out.exists() or out.suffix) and not out.is_dir():
        raise MjbenchError(f"--out {out} must end in .html, or be a folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MjbenchError(f"cannot make the folder {out}: {error.strerror or error}") from error
    return [out / name for name in names]


def write_report(found: Found, path: Path, results: Path, verdicts: Verdicts, episode: int = 0) -> str:
    """Write the page of one run.

    Args:
        found: from ``find_reported``.
        path: of the page; replaced where it exists.
        results: the results folder, for commands on the page.
        verdicts: give the tier.
        episode: of the final evaluation, which is played.

    Returns:
        Why the policy of a completed run was not played; empty where it was.

    Raises:
        MjbenchError: there is no such episode, or the page cannot be written.
    """
    report = build_report(found, Registry(), verdicts.verified(found), episode)
    where = [] if results == Path("results") else ["--results", str(results)]
    disturb = shlex.join(["mjbench", "evaluate", found.record.run.run_id[:6], "--disturb", "standard", *where])
    try:
        write_atomic(path, report_page(report, disturb).encode())
    except OSError as error:
        raise MjbenchError(f"cannot write {path}: {error.strerror or error}; choose another --out") from error
    return report.played.problem if report.completed else ""
