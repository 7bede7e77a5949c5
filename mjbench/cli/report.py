"""``mjbench report``: a page on one run."""

from pathlib import Path

import click


@click.command("report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="FILE.html, or a folder for several runs  [default: report-RUN.html here]",
)
@click.option(
    "--episode", type=click.IntRange(min=0), default=0, show_default=True, help="Episode of the final evaluation."
)
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option(
    "--submissions",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("submissions"),
    show_default=True,
    help="Verdicts of mjbench submission validate, which give the tier.",
)
def report_command(runs: tuple[str, ...], out: Path | None, episode: int, results: Path, submissions: Path) -> None:
    """Write a page on a run: curves, episodes, gait, joints, energy, pictures, provenance.

    RUN is the folder of a run, or the first digits of its run id. Each run gets a page of its own, which needs no
    other file and no network. An episode of the final policy is played again for it.

    \b
    mjbench report 282807
    mjbench report 282807 74e74e --out reports/
    """
    from mjbench.report.write import find_reported, page_paths, write_report
    from mjbench.submission.verdicts import read_verdicts

    found = list({item.path: item for item in (find_reported(run, results) for run in runs)}.values())
    paths = page_paths(found, out)
    verdicts, problems = read_verdicts(submissions)
    for line in problems:
        click.echo(f"verdict left out: {line}", err=True)
    for item, path in zip(found, paths, strict=True):
        problem = write_report(item, path, results, verdicts, episode)
        click.echo(f"wrote {path}: {item.record.run.label}")
        if problem:
            click.echo(f"mjbench: {item.record.run.label}: the policy was not played: {problem}", err=True)
