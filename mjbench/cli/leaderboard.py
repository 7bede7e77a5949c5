"""``mjbench leaderboard``: records -> tables and pages."""

from pathlib import Path

import click

from mjbench.errors import MjbenchError


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
    help="Folder for the leaderboards, one folder each.",
)
@click.option(
    "--submissions",
    default="submissions",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder with verdicts (JSON from mjbench submission validate); they set the tiers.",
)
@click.option(
    "--paper",
    is_flag=True,
    help="Also write figures, LaTeX tables and a reproducibility checklist for a paper, the plots as PNG and, if "
    "pyarrow is installed, the tables as Parquet.",
)
@click.option("--entries", multiple=True, metavar="NAME", help="With --paper: only these entries, separated by commas.")
@click.option("--tasks", multiple=True, metavar="ID", help="With --paper: only these tasks, separated by commas.")
@click.option(
    "--width", metavar="WIDTH", help="With --paper: width of figures, such as 3.25in, column or text  [default: column]"
)
@click.option("--tiers", is_flag=True, help="With --paper: show in the ranking how far each entry was verified.")
@click.option(
    "--videos",
    is_flag=True,
    help="Also record a video of the first seed of each entry and task, unless one exists.",
)
@click.option("--no-index", is_flag=True, help="Read every record again, and compare them with the index.")
@click.option("--rank-imported", is_flag=True, help="Rank and test imported entries with the others.")
def leaderboard_command(
    suite: str | None,
    results: Path,
    out: Path,
    submissions: Path,
    paper: bool,
    entries: tuple[str, ...],
    tasks: tuple[str, ...],
    width: str | None,
    tiers: bool,
    videos: bool,
    rank_imported: bool,
    no_index: bool,
) -> None:
    """Build leaderboards from run records: tables, pages and plots.

    SUITE is the name of an installed suite or the path of a suite's TOML file. Without it: one board for each installed
    suite with records, and one per budget for all other records. The tables of one suite are printed; of several,
    their rankings.

    \b
    mjbench leaderboard                            # every board
    mjbench leaderboard quickstart
    mjbench leaderboard quickstart --paper         # figures and LaTeX, too
    """
    from shlex import quote
    from shutil import which

    from mjbench.cli.terminal.rankings import short_ranking
    from mjbench.cli.terminal.suggest import to_train
    from mjbench.leaderboard.choose import as_note, choose_boards
    from mjbench.leaderboard.formats.markdown import render
    from mjbench.leaderboard.formats.paper import FOLDER, PaperOptions
    from mjbench.leaderboard.formats.parquet import has_pyarrow
    from mjbench.leaderboard.imported import Logs
    from mjbench.leaderboard.index import write_index
    from mjbench.leaderboard.plots.print_style import in_inches
    from mjbench.leaderboard.publish import has_pages, missing_videos, paper_files, publish
    from mjbench.leaderboard.selection import EVERYTHING, Shown
    from mjbench.plan.ledgers import read_ledgers
    from mjbench.plan.selection import find_suite, split
    from mjbench.registry.lookup import Registry
    from mjbench.store.imported import read_imported
    from mjbench.store.store import ResultStore
    from mjbench.submission.verdicts import read_verdicts
    from mjbench.text import count

    show = Shown(tuple(split(entries)), tuple(split(tasks)))
    if not paper and (entries or tasks or width or tiers):
        raise MjbenchError("--entries, --tasks, --width and --tiers say what a paper shows; add --paper")
    if (entries or tasks) and not suite:
        raise MjbenchError("--entries and --tasks need the name of a board: mjbench leaderboard NAME --paper")
    options = PaperOptions(in_inches(width or "column"), tiers)
    store = ResultStore(results, index=not no_index)
    found, problems = store.current(training=False)
    for folder in store.untraced:
        click.echo(f"{folder}: its record has changed and its file shows no change; it was read again", err=True)
    runs, damaged = read_imported(results)
    logs = Logs(tuple(runs), rank_imported)
    problems = [as_note(problem, results) for problem in (*problems, *damaged)]
    verdicts, unread = read_verdicts(submissions)
    for line in (*problems, *(f"verdict left out: {line}" for line in unread)):
        click.echo(line, err=True)
    if runs and not found and not suite:
        raise MjbenchError(
            f"{results} holds imported runs alone, which belong to the board of any suite; name one: "
            "mjbench leaderboard quickstart; see: mjbench list suites"
        )
    if not found and not (suite and runs):
        unreadable = f" that can be read ({len(problems)} cannot)" if problems else ""
        raise MjbenchError(
            f"no records{unreadable} under {results}; create some with: {to_train(suite or 'quickstart', results)}"
        )
    registry = Registry()
    chosen = find_suite(registry, suite) if suite else None
    ledgers, unreadable = read_ledgers(results, registry, (item.record.run for item in found))
    problems += [as_note(problem, results) for problem in unreadable]
    for line in unreadable:
        click.echo(line, err=True)
    boards, unloaded = choose_boards(registry, chosen, found, problems, verdicts, logs, ledgers=ledgers)
    for line in unloaded:
        click.echo(line, err=True)
    if suite and chosen and not boards:
        raise MjbenchError(
            f"none of the {len(found)} records under {results} belongs to the suite {chosen.name} (its tasks, protocol "
            f"and budget); create some with: {to_train(suite, results)}"
        )
    papers = boards
    if show != EVERYTHING:
        papers, _ = choose_boards(registry, chosen, found, problems, verdicts, logs, show, ledgers)
    for board in boards:
        click.echo(render(board) if suite else short_ranking(board) + "\n")
    if videos:
        from mjbench.evaluation.filming import film_runs

        by_id = {item.record.run.run_id: item for item in found}
        wanted = [(by_id[run_id], path) for board in boards for run_id, path in missing_videos(board, out).items()]
        for item, path, problem in film_runs(wanted, registry):
            label = item.record.run.label
            click.echo(f"no video of {label}: {problem}" if problem else f"wrote {path}: {label}", err=bool(problem))
    for board, shown in zip(boards, papers, strict=True):
        paths = publish(board, out, paper_files(board, shown, options) if paper else None)
        for path in paths if suite or paper else ():
            if path.parent.name not in ("runs", "assets", "figures", "tables"):
                click.echo(f"wrote {path}")
        if suite and has_pages(board):
            click.echo(f"wrote the pages of {count(len(board.runs), 'run')} to {paths[0].parent / 'runs'}")
    page, unread = write_index(out)
    for line in unread:
        click.echo(line, err=True)
    if suite:
        click.echo(f"wrote {page}, an index of all leaderboards in {out}")
    else:
        click.echo(f"wrote {count(len(boards), 'leaderboard')}; open {page}")
        click.echo("The tables of one suite: mjbench leaderboard SUITE")
    if paper:
        for board in boards:
            click.echo(
                f"compile the paper: cd {quote(str(out / board.name / FOLDER))} && pdflatex main && pdflatex main"
            )
        if not which("pdflatex"):
            click.echo(
                "pdflatex is not installed here; on Debian or Ubuntu: apt-get install texlive-latex-base "
                "texlive-latex-recommended texlive-fonts-recommended",
                err=True,
            )
    if paper and not has_pyarrow():
        click.echo("Parquet not written: pyarrow is not installed; pip install pyarrow", err=True)
