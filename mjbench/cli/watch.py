"""``mjbench watch``: learning curves of runs that are finished or under way."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from mjbench.cli.terminal.curves import curves_table
from mjbench.cli.terminal.number import Number
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.io.local_server import Answer, LocalServer, Routes
from mjbench.launch.wanted import wanted_runs
from mjbench.launch.watch_page import watch_page
from mjbench.launch.watching import Curve, Watch
from mjbench.store.store import ResultStore

PORT = 8643
LINES = 4
"""Of the terminal that are no run: the head of the table, and what is left out."""


@click.command("watch")
@click.option("--suite", help="Only runs of this suite.")
@click.option("--task", "tasks", multiple=True, metavar="ID", help="Only these tasks; separate several with commas.")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME", help="Only these algorithms.")
@click.option("--seeds", metavar="N|LIST", help="Only these seeds.")
@click.option("--steps", type=click.IntRange(min=1), help="Only runs of this budget.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option("--every", type=Number(min=0.5), default=3.0, show_default=True, help="Seconds between updates.")
@click.option("--once", is_flag=True, help="Print once and end.")
@click.option("--page", type=click.Path(path_type=Path, dir_okay=False), help="Also write the curves as FILE.html.")
@click.option("--serve", is_flag=True, help="Also serve the page on this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port of the page.")
def watch_command(
    suite: str | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    seeds: str | None,
    steps: int | None,
    results: Path,
    every: float,
    once: bool,
    page: Path | None,
    serve: bool,
    port: int,
) -> None:
    """Show learning curves of runs that are finished or under way, a line for each run.

    Without names: all runs in the results folder, those under way first. Ctrl-C ends. In a pipe it prints once.

    \b
    mjbench watch --task gymnasium/Hopper-v5
    mjbench watch --serve
    """
    if once and serve:
        raise MjbenchError("--once ends at once, so --serve would serve nothing; leave out one")
    if page is not None and page.suffix != ".html":
        raise MjbenchError(f"--page {page} must end in .html")
    if page is not None and not page.parent.is_dir():
        raise MjbenchError(f"the folder {page.parent} does not exist")
    if not results.is_dir():
        raise MjbenchError(f"the folder {results} does not exist; start with: mjbench run --suite quickstart")
    watch = Watch(ResultStore(results), wanted_runs(suite, tasks, algorithms, seeds, steps))
    title = f"Learning curves in {results}"
    curves = watch.look()
    if once or (not serve and not sys.stdout.isatty()):
        _write(page, watch_page(curves, title, None))
        _print(curves, results, watch)
        _wrote(page)
        return

    def answer() -> Answer:
        return Answer(watch_page(curves, title, every).encode())

    def look() -> list[Curve]:
        nonlocal curves
        curves = watch.look()
        _write(page, watch_page(curves, title, every))
        return curves

    server = LocalServer(Routes(get={"/": answer}), port) if serve else None
    try:
        if server is not None:
            click.echo(f"learning curves at {server.url} (Ctrl-C ends)")
        _follow(look, every)
    except KeyboardInterrupt as stop:
        if stop.args:  # a signal other than Ctrl-C, which is how this command ends
            raise
        click.echo()
    finally:
        if server is not None:
            server.close()
        _write(page, watch_page(curves, title, None))
        _wrote(page)


def _wrote(page: Path | None) -> None:
    if page is not None:
        click.echo(f"wrote {page}")


def _follow(look: Callable[[], list[Curve]], every: float) -> None:
    """Draw the table again and again, where there is a terminal."""
    if not sys.stdout.isatty():
        while True:
            look()
            time.sleep(every)
    from rich.live import Live
    from rich.text import Text

    with Live(auto_refresh=False) as live:
        while True:
            curves = look()
            columns, lines = shutil.get_terminal_size()
            room = max(1, lines - LINES)
            hidden = len(curves) - room
            body = curves_table(curves[:room], sys.stdout.encoding, columns) if curves else "no runs yet"
            more = f"\n{hidden} more; mjbench watch --once prints all" if hidden > 0 else ""
            live.update(Text(body + more, no_wrap=True, overflow="crop"), refresh=True)
            time.sleep(every)


def _print(curves: list[Curve], results: Path, watch: Watch) -> None:
    click.echo(
        curves_table(curves, sys.stdout.encoding) if curves else f"no such runs in {results}; see: mjbench status"
    )
    for problem in watch.problems:
        click.echo(f"left out: {problem}", err=True)


def _write(page: Path | None, text: str) -> None:
    if page is None:
        return
    try:
        write_atomic(page, text.encode())
    except OSError as error:
        raise MjbenchError(f"cannot write {page}: {error.strerror or error}; choose another --page") from error
