"""``mjbench submission``: pack results for a pull request, and check what others have packed."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.errors import MjbenchError
from mjbench.spec.tier import TIERS

if TYPE_CHECKING:
    from mjbench.submission.report import Report

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("submission")
def submission_command() -> None:
    """Pack results for others to check, and check what others have packed."""


@submission_command.command("pack")
@click.argument("results", type=_FOLDER)
@click.option("--suite", required=True, help="A suite by name, or a TOML file that describes one.")
@click.option("--out", required=True, type=_FOLDER, help="The folder to make.")
@click.option("--name", required=True, help="Of the method or the team, as the leaderboard will show it.")
@click.option("--contact", required=True, metavar="URL", help="https://... or mailto:... of somebody who answers.")
@click.option("--code", required=True, metavar="URL", help="The code that made the results.")
@click.option("--description", required=True, help="What was done, in a sentence or a few.")
@click.option("--algo", "entries", multiple=True, metavar="NAME", help="Only these entries, with commas.")
def pack_command(
    results: Path,
    suite: str,
    out: Path,
    name: str,
    contact: str,
    code: str,
    description: str,
    entries: tuple[str, ...],
) -> None:
    """Copy the records and policies of one suite from RESULTS into a new folder."""
    from mjbench.plan.selection import find_suite, split
    from mjbench.registry.lookup import Registry
    from mjbench.submission.about import About
    from mjbench.submission.pack import pack

    registry = Registry()
    found = find_suite(registry, suite)
    about = About(name, contact, code, description, found.name, found.version)
    packed = pack(results, found, registry, about, out, split(entries))
    for problem in packed.problems:
        click.echo(f"left out: {problem}", err=True)
    others = f"; {packed.left_out} of other suites or entries left out" if packed.left_out else ""
    click.echo(f"packed {packed.runs} runs of {', '.join(packed.entries)} into {out}{others}")
    given = f" --suite {suite}" if suite != found.name else ""
    click.echo(f"Check it: mjbench submission validate {out}{given} --replay all")


class _Episodes(click.ParamType):
    name = "N|all"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """A count from 1, or ``all``."""
        if value == "all" or (str(value).isdecimal() and int(str(value)) >= 1):
            return "all" if value == "all" else int(str(value))
        return self.fail(f"{value!r} is neither a number of episodes from 1 nor 'all'", param, ctx)


_POSITIVE = click.FloatRange(min=0, min_open=True)


@submission_command.command("validate")
@click.argument("path", type=_FOLDER)
@click.option("--suite", help="Hold it to this suite (a name or a TOML file) rather than to the one it tells.")
@click.option("--against", type=_FOLDER, help="A results folder that must not hold the same runs.")
@click.option("--replay", "episodes", type=_Episodes(), help="Play so many episodes of each final policy again.")
@click.option(
    "--retrain",
    "again",
    is_flag=True,
    help="Train one run of every entry on every task again, drawn at random; implies --replay all.",
)
@click.option("--minutes", type=_POSITIVE, default=30, show_default=True, help="Most for one policy that is played.")
@click.option("--hours", type=_POSITIVE, default=48, show_default=True, help="Most for one run that is trained.")
@click.option("--memory", type=_POSITIVE, default=8, show_default=True, help="Most GiB for a policy or a run.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def validate_command(
    path: Path,
    suite: str | None,
    against: Path | None,
    episodes: int | str | None,
    again: bool,
    minutes: float,
    hours: float,
    memory: float,
    as_json: bool,
) -> None:
    """Check the submission in PATH: 0 if nothing is wrong, 1 if something is.

    Without --replay and --retrain nothing is played and no simulator imported.
    """
    from mjbench.plan.selection import find_suite
    from mjbench.registry.lookup import Registry
    from mjbench.submission.validate import validate

    if against is not None and not against.is_dir():
        raise MjbenchError(f"--against {against} is not a folder")
    registry = Registry()
    report = validate(path, registry, find_suite(registry, suite) if suite else None, against)
    if episodes is not None or again:
        from mjbench.verify.ladder import verified
        from mjbench.verify.limits import Limits

        if report.tier == "checked":
            count = None if again or episodes == "all" else int(str(episodes))
            tell = partial(click.echo, err=True)
            report = verified(report, count, again, against, Limits(minutes, hours, memory), tell)
        else:
            click.echo(f"nothing is played: it is {report.tier}", err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1))
    else:
        _print(report)
    sys.exit(0 if report.accepted else 1)


def _print(report: "Report", most: int = 50) -> None:
    for finding in report.findings[:most]:
        click.echo(str(finding))
    if len(report.findings) > most:
        click.echo(f"... and {len(report.findings) - most} more; see them all with --json")
    about = f" of {report.about.name} for {report.about.suite}" if report.about else ""
    click.echo(f"{len(report.found)} runs{about}: {report.tier} ({TIERS[report.tier]})")
    for entry, verified in report.entries.items():
        click.echo(f"  {entry}: {verified.text}; self-reported: {verified.self_reported}")
