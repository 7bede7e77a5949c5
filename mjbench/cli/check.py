"""``mjbench check``: our numbers against published ones."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from mjbench.errors import MjbenchError


@click.command("check")
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option(
    "--published", type=click.Path(path_type=Path), help="JSON table of published scores (default: the one in mjbench)."
)
@click.option("--task", "tasks", multiple=True, metavar="ID")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME")
@click.option("--any-version", is_flag=True, help="Also compare across versions of an environment, with a mark.")
@click.option("--all", "every", is_flag=True, help="Also show the scores that are not comparable, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def check_command(
    results: Path,
    published: Path | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    any_version: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Compare our scores with published ones: consistent, differs, or not comparable, and why.

    Our scores use the metric of the published score, at its number of steps. Differences are tested by Welch's test
    with Holm's correction over all of them. Consistent means that no difference was detected, not that there is none.

    \b
    mjbench check --task gymnasium/Hopper-v5
    mjbench check --all
    """
    from mjbench.cli.terminal.published import beside_published
    from mjbench.cli.terminal.suggest import to_train
    from mjbench.literature.compare import check
    from mjbench.literature.ours import ours
    from mjbench.literature.scores import read_published
    from mjbench.plan.selection import split
    from mjbench.registry.lookup import Registry
    from mjbench.registry.preset_lookup import preset_numbers
    from mjbench.store.store import ResultStore

    rows = read_published(published)
    found, problems = ResultStore(results).current(training=any(row.metric == "training" for row in rows))
    registry = Registry()
    own = ours(found, preset_numbers(registry), split(tasks), split(algorithms))
    for line in (*(f"left out: {problem}" for problem in problems), *own.left_out):
        click.echo(line, err=True)
    checks = check(own.records, rows, any_version, registry.tasks, own.names)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in checks], indent=1))
        return
    if not found:
        raise MjbenchError(f"no records under {results}; create some with: {to_train('gymnasium-mujoco', results)}")
    if not checks:
        raise MjbenchError(
            f"no published score for the tasks and algorithms of the {len(own.records)} records under {results}; "
            "give a table with --published"
        )
    click.echo(beside_published(checks, every))
