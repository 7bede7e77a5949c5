"""``mjbench compare``: which of two entries, or two results folders, differ."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from mjbench.errors import MjbenchError


@click.command("compare")
@click.argument("a")
@click.argument("b")
@click.option("--suite", help="Only the records of this suite; otherwise all, by budget and protocol.")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME", help="Of two folders: only these algorithms.")
@click.option(
    "--steps-to",
    metavar="MEASURE=VALUE",
    help="Also the training steps to success=0.95, or return=300, and which runs reached it.",
)
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def compare_command(
    a: str,
    b: str,
    suite: str | None,
    algorithms: tuple[str, ...],
    steps_to: str | None,
    results: Path,
    as_json: bool,
) -> None:
    """Compare A with B: which tasks differ, by how much, and how certain that is.

    A and B are two algorithms in one results folder, or two results folders. Between two folders, each algorithm is
    compared with itself. Differences are tested by Welch's test with Holm's correction over the tasks.

    \b
    mjbench compare sac td3
    mjbench compare results/ their-results/ --algo sac
    """
    from mjbench.cli.terminal.comparison import comparison, correction, thresholds
    from mjbench.leaderboard.reaching import reaching
    from mjbench.leaderboard.sides import pairs
    from mjbench.registry.lookup import Registry
    from mjbench.spec.stop import read_threshold
    from mjbench.stats.bootstrap import Draws
    from mjbench.stats.compare import compare

    threshold = read_threshold(steps_to) if steps_to else None
    tell = partial(click.echo, err=True)
    bodies = []
    for pair in pairs(Registry(), a, b, results, suite=suite, algorithms=algorithms, tell=tell):
        found = compare(pair.a, pair.b, Draws())
        if not found.tasks:
            continue
        head = {"group": pair.heading, "a": pair.a.label, "b": pair.b.label, "correction": correction(found)}
        rows = reaching(pair, found, threshold) if threshold else []
        more = {"steps_to": {str(threshold): [asdict(row) for row in rows]}} if threshold else {}
        bodies.append({**head, **asdict(found), **more})
        if not as_json:
            click.echo(comparison(pair, found))
            if threshold:
                click.echo(thresholds(pair, rows, threshold))
    if as_json:
        click.echo(json.dumps(bodies, indent=1, default=str))
    elif not bodies:
        raise MjbenchError(f"{a} and {b} have no task with the same budget and protocol; see: mjbench status")
