"""``mjbench leaderboard``: records -> tables and pages."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.errors import MjbenchError

if TYPE_CHECKING:
    from mjbench.leaderboard.board import Board
    from mjbench.registry.lookup import Registry
    from mjbench.store.store import Found
    from mjbench.submission.verdicts import Verdicts


@click.command("leaderboard")
@click.argument("suite", required=False)
@click.option(
    "--results", default="results", show_default=True, type=click.Path(path_type=Path), help="Folder with run records."
)
@click.option(
    "--out",
    default="leaderboards",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder to write the leaderboards to, one folder each.",
)
@click.option(
    "--submissions",
    default="submissions",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder with kept verdicts (JSON of mjbench submission validate), which give the entries their tiers.",
)
@click.option(
    "--paper", is_flag=True, help="Also write the plots as PNG and, where pyarrow is installed, tables as Parquet."
)
@click.option(
    "--videos", is_flag=True, help="Also film the first seed of each entry on each task, where there is no video yet."
)
def leaderboard_command(
    suite: str | None, results: Path, out: Path, submissions: Path, paper: bool, videos: bool
) -> None:
    """Build leaderboards from run records.

    SUITE is the name of an installed suite or the path of a suite's TOML file. Without it, every installed suite that
    has records is built, and a board for each budget among the records that belong to none.
    """
    from mjbench.leaderboard.formats.markdown import render
    from mjbench.leaderboard.formats.parquet import has_pyarrow
    from mjbench.leaderboard.index import write_index
    from mjbench.leaderboard.publish import paper_files, publish
    from mjbench.registry.lookup import Registry
    from mjbench.store.store import ResultStore
    from mjbench.submission.verdicts import read_verdicts
    from mjbench.text import count

    found, problems = ResultStore(results).current(training=False)
    problems = [_left_out(problem, results) for problem in problems]
    for problem in problems:
        click.echo(problem, err=True)
    verdicts, unread = read_verdicts(submissions)
    for line in unread:
        click.echo(f"verdict left out: {line}", err=True)
    registry = Registry()
    if not found:
        unreadable = f" that can be read ({len(problems)} cannot)" if problems else ""
        raise MjbenchError(
            f"no records{unreadable} under {results}; make some with: {_make(suite or 'quickstart', results)}"
        )
    if suite:
        boards = _one(registry, suite, found, problems, results, verdicts)
    else:
        boards = _all(registry, found, problems, verdicts)
    for board in boards:
        click.echo(render(board))
    if videos:
        from mjbench.cli.video import film_boards

        film_boards(boards, registry, found, out)
    for board in boards:
        paths = publish(board, out, paper_files(board) if paper else None)
        for path in paths:
            if path.parent.name not in ("runs", "assets"):
                click.echo(f"wrote {path}")
        if board.runs:
            click.echo(f"wrote the pages of {count(len(board.runs), 'run')} to {paths[0].parent / 'runs'}")
    page, unread = write_index(out)
    for line in unread:
        click.echo(line, err=True)
    click.echo(f"wrote {page}, over all leaderboards in {out}")
    if paper and not has_pyarrow():
        click.echo("no Parquet, as pyarrow is not installed; add it with: pip install pyarrow", err=True)


def _one(
    registry: "Registry", text: str, found: "list[Found]", problems: list[str], results: Path, verdicts: "Verdicts"
) -> "list[Board]":
    from mjbench.leaderboard.build import suite_board
    from mjbench.plan.selection import find_suite
    from mjbench.registry.preset_lookup import preset_numbers
    from mjbench.store.membership import members

    suite = find_suite(registry, text)
    if not members(found, suite, registry.tasks):
        raise MjbenchError(
            f"none of the {len(found)} records under {results} belongs to the suite {suite.name} (its tasks, protocol "
            f"and budget); make some with: {_make(text, results)}"
        )
    return [suite_board(suite, found, registry.tasks, problems, verdicts=verdicts, preset_of=preset_numbers(registry))]


def _all(registry: "Registry", found: "list[Found]", problems: list[str], verdicts: "Verdicts") -> "list[Board]":
    from mjbench.leaderboard.build import custom_boards, suite_board
    from mjbench.plan.selection import installed_suites
    from mjbench.registry.preset_lookup import preset_numbers
    from mjbench.store.membership import members

    suites, problems_of_suites = installed_suites(registry)
    for line in problems_of_suites:
        click.echo(line, err=True)
    shown = [suite for suite in suites if members(found, suite, registry.tasks)]
    options = {"verdicts": verdicts, "preset_of": preset_numbers(registry)}
    boards = [suite_board(suite, found, registry.tasks, problems, **options) for suite in shown]
    return boards + custom_boards(found, suites, registry.tasks, problems, **options)


def _left_out(problem: str, results: Path) -> str:
    """A problem as boards show it: without the path of the results folder, which differs between machines."""
    return f"Left out: {problem.replace(f'{results}/', '')}"


def _make(suite: str, results: Path) -> str:
    where = [] if results == Path("results") else ["--results", str(results)]
    return shlex.join(["mjbench", "run", "--suite", suite, *where])


leaderboard = leaderboard_command
