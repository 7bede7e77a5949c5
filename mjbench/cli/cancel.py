"""``mjbench cancel``: stop what a cluster holds."""

from pathlib import Path

import click


@click.command("cancel")
@click.argument("names", nargs=-1)
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
def cancel_command(names: tuple[str, ...], results: Path) -> None:
    """Stop runs that wait or run on a cluster.

    NAMES are tasks, algorithms or run ids. Without any, all runs are stopped. Running ones save a snapshot first, and
    the same mjbench run continues them.

    \b
    mjbench cancel                   # everything
    mjbench cancel gymnasium/Ant-v5  # runs on this task
    """
    from mjbench.launch.cancel import cancel
    from mjbench.registry.lookup import Registry
    from mjbench.store.store import ResultStore
    from mjbench.text import count

    found = cancel(ResultStore(results), Registry(), names, lambda line: click.echo(f"mjbench: {line}", err=True))
    for run in found.stopped:
        click.echo(f"cancelled: {run.label}")
    for run in found.elsewhere:
        click.echo(f"not cancelled: {run.label} belongs to an mjbench run that is under way; stop that with Ctrl-C")
    click.echo(f"{count(len(found.stopped), 'job')} cancelled")
