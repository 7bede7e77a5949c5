"""``mjbench references``: measure the random policy's returns, and show what scores are normalised with."""

import json
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click

from mjbench.cli.terminal.table import duration, table
from mjbench.errors import MjbenchError
from mjbench.launch.local import cores
from mjbench.plan.selection import split
from mjbench.registry.entry_points import Plugin
from mjbench.registry.lookup import Registry
from mjbench.spec.task import Reference, TaskSpec


@click.group("references")
def references_command() -> None:
    """Show and measure the returns that normalise scores: 0 is the random policy's return, 1 the reference return.

    \b
    mjbench references show walker
    mjbench references measure --help
    """


@references_command.command("show")
@click.argument("words", nargs=-1)
@click.option("--markdown", is_flag=True, help="As a Markdown table.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def show_command(words: tuple[str, ...], markdown: bool, as_json: bool) -> None:
    """Show random and reference returns of installed tasks; WORDS filter them.

    \b
    mjbench references show walker
    """
    declared = [task for task in Registry().tasks.values() if task.random_return or task.reference_return]
    tasks = [task for task in declared if all(word.lower() in task.id.lower() for word in words)]
    if as_json:
        click.echo(json.dumps([_row_as_json(task) for task in tasks], indent=1))
        return
    header = ["task", "random", "std. error", "reference", "source of the reference"]
    rows = [
        [
            task.id,
            _number(task.random_return and task.random_return.value),
            _number(task.random_return and task.random_return.stderr),
            _number(task.reference_return and task.reference_return.value),
            task.reference_return.source if task.reference_return else "",
        ]
        for task in tasks
    ]
    if markdown:
        lines = [header, ["---", "---:", "---:", "---:", "---"], *rows]
        click.echo("\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines))
    else:
        click.echo(table(header, rows, right=(1, 2, 3)) if rows else "no tasks match")


@references_command.command("measure")
@click.option(
    "--task",
    "task_ids",
    multiple=True,
    metavar="ID",
    help="Only these tasks, also module:Name-v0; separate several with commas.",
)
@click.option("--plugin", metavar="NAME|PATH", help="Only tasks of this package, namespace or folder.")
@click.option("--tag", help="Only tasks with this tag.")
@click.option("--without-tag", help="Only tasks without this tag.")
@click.option("--episodes", type=click.IntRange(min=2), default=100, show_default=True, help="Episodes per task.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="TOML file to extend.")
@click.option("--jobs", type=click.IntRange(min=1), help="Tasks at once  [default: one per core]")
@click.option("--again", is_flag=True, help="Measure again tasks that are in the file.")
def measure_command(
    task_ids: tuple[str, ...],
    plugin: str | None,
    tag: str | None,
    without_tag: str | None,
    episodes: int,
    out: Path,
    jobs: int | None,
    again: bool,
) -> None:
    """Measure the return of the uniformly random policy.

    Each task is saved as soon as it is measured. The same command continues after a stop. The file keeps its seeds.
    A package reads the file with mjbench.spec.measured.measured_returns.

    \b
    mjbench references measure --plugin ./mjbench-demo --out references.toml
    mjbench references measure --task my_package:MyRobot-v0 --out references.toml
    """
    from mjbench.testing.target import plugins_of

    with ExitStack() as stack:
        registry, own = stack.enter_context(plugins_of(plugin)) if plugin else (Registry(), None)
        chosen = _choose(registry, split(task_ids), own, tag, without_tag)
        _measure(chosen, out, episodes, jobs, again)


def _measure(chosen: Sequence[TaskSpec], out: Path, episodes: int, jobs: int | None, again: bool) -> None:
    from mjbench.evaluation.measuring import measured
    from mjbench.evaluation.references import read_returns, write_returns

    known = read_returns(out)
    todo = [task for task in chosen if again or task.id not in known.rows]
    print(f"{len(todo)} of {len(chosen)} tasks to measure, {episodes} episodes each", flush=True)
    seeds = (known.seed, known.action_seed)
    failed = 0
    with closing(measured(todo, episodes, seeds, min(jobs or cores(), len(todo) or 1))) as results:
        for count, result in enumerate(results, start=1):
            place, row = f"[{count}/{len(todo)}] {result.task}", result.row
            if row is None:
                failed += 1
                print(f"{place}: FAILED: {result.error}", flush=True)
                continue
            known = known.extended({result.task: row}, result.versions)
            write_returns(out, known)
            print(f"{place}: {row.value:,.2f} +- {row.stderr:,.2f} ({duration(result.seconds)})", flush=True)
    if failed:
        raise SystemExit(1)


def _choose(
    registry: Registry, task_ids: Sequence[str], own: Sequence[Plugin] | None, tag: str | None, without_tag: str | None
) -> list[TaskSpec]:
    """Tasks by the options; ``own`` are the plugins of the one package to take them from."""
    from mjbench.envs.find import find_task

    tasks = [find_task(registry, text) for text in task_ids] or list(registry.tasks.values())
    if own is not None:
        spaces = {plugin.name for plugin in own if plugin.kind == "task"}
        tasks = [task for task in tasks if task.namespace in spaces]
    if tag:
        tasks = [task for task in tasks if tag in task.tags]
    if without_tag:
        tasks = [task for task in tasks if without_tag not in task.tags]
    if not tasks:
        raise MjbenchError("no installed task matches these options; see: mjbench list tasks")
    return tasks


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _row_as_json(task: TaskSpec) -> dict[str, object]:
    def cell(reference: Reference | None) -> dict[str, object] | None:
        return reference and {"value": reference.value, "stderr": reference.stderr, "source": reference.source}

    return {"task": task.id, "random": cell(task.random_return), "reference": cell(task.reference_return)}
