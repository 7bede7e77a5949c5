"""``mjbench results``: bring results folders of several machines together."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.errors import MjbenchError

if TYPE_CHECKING:
    from mjbench.store.merge import Merge

_FOLDER = click.Path(path_type=Path, file_okay=False)
_DRY = click.option("--dry-run", is_flag=True, help="Say what would be copied, and copy nothing.")


@click.group("results")
def results_command() -> None:
    """Bring results folders of several machines together.

    \b
    mjbench results merge laptop/ server/ --into results/
    mjbench results sync results/ /mnt/shared/results/
    """


@results_command.command("merge")
@click.argument("folders", nargs=-1, required=True, type=_FOLDER)
@click.option("--into", required=True, type=_FOLDER, help="Folder that gets what it does not have.")
@_DRY
def merge_command(folders: tuple[Path, ...], into: Path, dry_run: bool) -> None:
    """Copy the records and policies of FOLDERS into one folder.

    A run that is there already is not copied again. A run that is there with other bytes is named and left as it is.
    Robustness files and preset files of the runs are copied too.
    Snapshots and other private files of runs under way are not copied.

    \b
    mjbench results merge laptop/ server/ --into results/

    Exit code: 0 if the folder then has every record, 1 if a run differs or cannot be read.
    """
    from mjbench.store.merge import carry_out, plan_merge

    merge = plan_merge(folders, into)
    if not dry_run:
        carry_out(merge)
    _print(merge, dry_run)
    _complain([merge])


@results_command.command("sync")
@click.argument("one", type=_FOLDER)
@click.argument("other", type=_FOLDER)
@_DRY
def sync_command(one: Path, other: Path, dry_run: bool) -> None:
    """Copy the records and policies that one folder lacks from the other one, in both directions.

    Files, differences and exit codes are as in: mjbench results merge

    \b
    mjbench results sync results/ /mnt/shared/results/
    """
    from mjbench.store.merge import carry_out, plan_merge

    for folder in (one, other):  # a disk that is not mounted must not look like an empty backup
        if not folder.is_dir():
            raise MjbenchError(f"{folder} is not a folder; create it first: mkdir -p {shlex.quote(str(folder))}")
    both = [plan_merge([one], other), plan_merge([other], one)]
    for merge in both:
        if not dry_run:
            carry_out(merge)
        _print(merge, dry_run)
    _complain(both)


def _print(merge: "Merge", dry_run: bool) -> None:
    from mjbench.text import count

    failed = sum(item.record.status != "completed" for item in merge.copies.values())
    of_them = f" ({failed} of them failed)" if failed else ""
    verb = "would copy" if dry_run else "copied"
    files = [("robustness file", merge.robustness), ("preset file", merge.presets)]
    others = "".join(f" and {count(len(paths), word)}" for word, paths in files if paths)
    records = f"{count(len(merge.copies), 'record')}{of_them}"
    click.echo(f"{verb} {records}{others} into {merge.into.root}; {merge.same} there before")


def _complain(merges: list["Merge"]) -> None:
    conflicts = {run_id: line for merge in reversed(merges) for run_id, line in merge.conflicts.items()}
    problems = [line for merge in merges for line in merge.problems]
    for line in conflicts.values():
        click.echo(f"not copied: {line}", err=True)
    for line in problems:
        click.echo(f"left out: {line}", err=True)
    sys.exit(1 if conflicts or problems else 0)
