"""``mjbench import``: logs of other programs, to be shown beside our runs."""

import shlex
from pathlib import Path

import click

from mjbench.errors import MjbenchError

SHOWN = 20
"""Lines about single logs that are printed."""


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE_OR_FOLDER...", type=click.Path(path_type=Path))
@click.option(
    "--task", default="", metavar="ID", help="Task of the logs  [default: what they name, where that is clear]"
)
@click.option(
    "--algo", "algorithm", default="", metavar="NAME", help="Name of the entry  [default: what the logs name]"
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Seed of the first run, where the logs name none; the next runs get the next numbers.",
)
@click.option("--format", "form", default="", metavar="NAME", help="Read as this format instead of recognising it.")
@click.option("--metric", default="", metavar="NAME", help="Column or tag of the returns, where a log has several.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Of a CSV file, only rows with this value.")
@click.option(
    "--returns", type=click.Choice(["training", "evaluation"]), help="What the returns are, where the logs do not say."
)
@click.option(
    "--results",
    "--out",
    "out",
    default="results",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Results folder.",
)
def import_command(
    paths: tuple[Path, ...],
    task: str,
    algorithm: str,
    seed: int | None,
    form: str,
    metric: str,
    where: tuple[str, ...],
    returns: str | None,
    out: Path,
) -> None:
    """Import logs of other programs, to show them beside our runs.

    It reads logs of stable-baselines3, rl-baselines3-zoo, CleanRL and Weights & Biases, and published CSV files.

    Leaderboards show them as NAME (imported), unranked. What a log does not say stays unknown.

    \b
    mjbench import logs/
    mjbench import progress.csv --task gymnasium/Hopper-v5 --algo their-sac
    """
    from mjbench.envs.find import find_task
    from mjbench.imports.importing import Request, import_logs
    from mjbench.registry.lookup import Registry
    from mjbench.store.store import ResultStore
    from mjbench.text import count

    chosen: dict[str, str] = {}
    for text in where:
        column, _, chosen[column] = text.partition("=")
    if any(not column or not value for column, value in chosen.items()):
        raise MjbenchError("--where is not of the form COLUMN=VALUE, such as --where env_name=Hopper-v4")
    registry = Registry()
    request = Request(
        paths=paths,
        task=find_task(registry, task).id if task else "",
        algorithm=algorithm,
        seed=seed,
        format=form,
        returns=returns,  # pyright: ignore[reportArgumentType]
        metric=metric,
        where=chosen,
    )

    def task_of(environment: str) -> str:
        fits = [name for name in registry.tasks if environment in (name, name.partition("/")[2])]
        own = f"gymnasium/{environment}"  # an id without a namespace is Gymnasium's
        return own if own in fits else fits[0] if len(fits) == 1 else ""

    found = import_logs(request, out, task_of)
    for line in _some(found.lines):
        click.echo(line, err=True)
    lines = [
        f"{run.label}: {count(len(run.step), 'point')} up to step {run.step[-1]:,}, "
        f"returns of {run.returns if run.returns != 'unknown' else 'training or evaluation'}; "
        f"unknown: {', '.join(run.unknown)}"
        for run in found.runs
    ]
    for line in _some(lines):
        click.echo(line)
    already = f", {len(found.same)} were there before" if found.same else ""
    # Imported runs are no board of their own: they need the name of one where the folder has no run of ours.
    board = "mjbench leaderboard" if ResultStore(out).current(training=False)[0] else "mjbench leaderboard SUITE"
    place = "" if str(out) == "results" else f" --results {shlex.quote(str(out))}"
    click.echo(
        f"wrote {count(len(found.written), 'run')} to {out / 'imported'}{already}; see them with: {board}{place}"
    )


def _some(lines: list[str]) -> list[str]:
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"... and {len(lines) - SHOWN:,} more"]
