"""``mjbench plugins``: list what is installed, write a new plugin, check one against the contract."""

from collections import Counter
from pathlib import Path

import click

from mjbench.cli.terminal.table import duration


@click.group("plugins")
def plugins_command() -> None:
    """Write a plugin, check one against the contract, list installed plugins.

    A plugin is code that runs on this machine with your rights: install only what you trust.

    \b
    mjbench plugins new myrobot
    mjbench plugins check myrobot
    """


@plugins_command.command("list")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def list_plugins(words: tuple[str, ...], as_json: bool) -> None:
    """List installed plugins and their problems; same as mjbench list plugins.

    \b
    mjbench plugins list
    """
    from mjbench.cli.list_installed import show

    show("plugins", words, as_json)


@plugins_command.command("new")
@click.argument("name")
@click.option("--algorithm", is_flag=True, help="A package with an algorithm instead of a task.")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to create it in."
)
def new_plugin(name: str, algorithm: bool, into: Path) -> None:
    """Create ./mjbench-NAME with a small task or algorithm, its tests, and a README.

    \b
    mjbench plugins new myrobot
    mjbench plugins new mysearch --algorithm
    """
    from mjbench.registry.lookup import Registry
    from mjbench.testing.new_plugin import write_plugin

    new = write_plugin(name, into, Registry(), "algorithm" if algorithm else "task")
    click.echo(f"Wrote {new.folder}/ with the {new.kind} {new.name}. Next:")
    click.echo(f"  pip install -e {new.folder if new.folder.is_absolute() else f'./{new.folder}'}")
    click.echo(f"  mjbench plugins check {new.target}")
    click.echo(f"  {new.run}")


@plugins_command.command("check")
@click.argument("target", metavar="NAME|PATH")
@click.option("--task", "task_ids", multiple=True, metavar="ID", help="Only these tasks; separate several with commas.")
@click.option("--only", multiple=True, metavar="CHECK", help="Only these checks; separate several with commas.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Hyperparameters with which an algorithm learns within a thousand steps.",
)
@click.option("--quick", is_flag=True, help="Shorter checks, for use while working.")
@click.option("--failures", "failures_only", is_flag=True, help="Print only what failed.")
def check_plugin(
    target: str,
    task_ids: tuple[str, ...],
    only: tuple[str, ...],
    changes: tuple[str, ...],
    quick: bool,
    failures_only: bool,
) -> None:
    """Check a plugin against the contract, a line for each check. Exit code 1 if one fails.

    NAME is an installed package (mjbench-demo), a namespace (demo) or an algorithm (sac). PATH is a folder with a
    pyproject.toml; it does not have to be installed.

    \b
    mjbench plugins check myrobot
    mjbench plugins check ./mjbench-myrobot --quick
    """
    import time

    from mjbench.cli.main import VERBS
    from mjbench.plan.selection import parse_changes, split
    from mjbench.testing.plugin import check

    begun = time.monotonic()
    counts: Counter[str] = Counter()
    subjects: dict[str, None] = {}
    options = {"tasks": split(task_ids), "only": split(only), "changes": parse_changes(changes), "quick": quick}
    for outcome in check(target, **options, verbs=VERBS):
        counts[outcome.status] += 1
        if outcome.check != "loads":
            subjects.setdefault(outcome.task)
        if outcome.status == "failed" or not failures_only:
            status = outcome.status.upper() if outcome.status == "failed" else outcome.status
            reason = f"  {outcome.reason}" if outcome.reason else ""
            click.echo(f"{status:7}  {outcome.check:17}  {outcome.task}{reason}")
    found = ", ".join(f"{counts[status]} {status}" for status in ("passed", "failed", "skipped") if counts[status])
    tasks = sum("/" in subject for subject in subjects)
    count = f"{tasks} task{'' if tasks == 1 else 's'}"
    if algorithms := len(subjects) - tasks:
        own = f"{algorithms} algorithm{'' if algorithms == 1 else 's'}"
        count = f"{count}, {own}" if tasks else own
    click.echo(f"{count}: {found or 'nothing to check'} in {duration(time.monotonic() - begun)}")
    if counts["failed"]:
        raise SystemExit(1)
