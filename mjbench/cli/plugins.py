"""``mjbench plugins``: list what is installed, write a new plugin, check one against the contract."""

from collections import Counter
from pathlib import Path

import click

from mjbench.cli.terminal.table import duration


@click.group("plugins")
def plugins_command() -> None:
    """Write a plugin, check one against the contract, list installed plugins.

    A plugin is code that runs on this machine with your rights: install only what you trust.
    """


@plugins_command.command("list")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_plugins(words: tuple[str, ...], as_json: bool) -> None:
    """List installed plugins and their problems; same as: mjbench list plugins."""
    from mjbench.cli.list_installed import show

    show("plugins", words, as_json)


@plugins_command.command("new")
@click.argument("name")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to create it in."
)
def new_plugin(name: str, into: Path) -> None:
    """Create ./mjbench-NAME: a small task, its tests, and a README."""
    from mjbench.cli.new_plugin import write_plugin
    from mjbench.registry.lookup import Registry

    folder, task_id = write_plugin(name, into, Registry())
    space = task_id.partition("/")[0]
    click.echo(f"Wrote {folder}/ with the task {task_id}. Next:")
    click.echo(f"  pip install -e {folder if folder.is_absolute() else f'./{folder}'}")
    click.echo(f"  mjbench plugins check {space}")
    click.echo(f"  mjbench run --task {task_id} --algo sac --steps 2000")


@plugins_command.command("check")
@click.argument("target", metavar="NAME|PATH")
@click.option("--task", "task_ids", multiple=True, metavar="ID", help="Only these tasks; separate several with commas.")
@click.option("--only", multiple=True, metavar="CHECK", help="Only these checks; separate several with commas.")
@click.option("--quick", is_flag=True, help="Shorter checks, for use while working.")
@click.option("--failures", "failures_only", is_flag=True, help="Print only what failed.")
def check_plugin(
    target: str, task_ids: tuple[str, ...], only: tuple[str, ...], quick: bool, failures_only: bool
) -> None:
    """Check a plugin against the contract: one line for each check and task; exit code 1 if one fails.

    NAME is an installed package (mjbench-demo) or namespace (demo). PATH is a folder with a pyproject.toml; it does not
    have to be installed.
    """
    import time

    from mjbench.cli.check_plugin import check

    begun = time.monotonic()
    counts: Counter[str] = Counter()
    tasks: dict[str, None] = {}
    for outcome in check(target, task_ids, only, quick):
        counts[outcome.status] += 1
        if "/" in outcome.task:
            tasks.setdefault(outcome.task)
        if outcome.status == "failed" or not failures_only:
            status = outcome.status.upper() if outcome.status == "failed" else outcome.status
            reason = f"  {outcome.reason}" if outcome.reason else ""
            click.echo(f"{status:7}  {outcome.check:17}  {outcome.task}{reason}")
    told = ", ".join(f"{counts[status]} {status}" for status in ("passed", "failed", "skipped") if counts[status])
    count = f"{len(tasks)} task{'' if len(tasks) == 1 else 's'}"
    click.echo(f"{count}: {told or 'nothing to check'} in {duration(time.monotonic() - begun)}")
    if counts["failed"]:
        raise SystemExit(1)
