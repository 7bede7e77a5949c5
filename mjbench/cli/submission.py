"""``mjbench submission``: pack results for a pull request, and check submissions."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.cli.terminal.number import Number
from mjbench.errors import MjbenchError
from mjbench.io.strict import clean
from mjbench.spec.tier import TIERS

if TYPE_CHECKING:
    from mjbench.submission.report import Report

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("submission")
def submission_command() -> None:
    """Pack results for others to check, and check submissions.

    \b
    mjbench submission pack --help
    mjbench submission validate my-submission/ --replay all
    """


@submission_command.command("pack")
@click.argument("results", type=_FOLDER)
@click.option("--suite", required=True, help="A suite by name, or a TOML file that describes one.")
@click.option("--out", required=True, type=_FOLDER, help="Folder to create.")
@click.option("--name", required=True, help="Name of the method or the team.")
@click.option("--contact", required=True, metavar="URL", help="Contact: https://... or mailto:...")
@click.option("--code", required=True, metavar="URL", help="Address of the code that produced the results.")
@click.option("--description", required=True, help="One or a few sentences on the method.")
@click.option(
    "--algo", "entries", multiple=True, metavar="NAME", help="Only these entries; separate several with commas."
)
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
    """Copy the records and policies of one suite from RESULTS into a new folder.

    \b
    mjbench submission pack results/ --suite quickstart --out my-submission \\
      --name "Our lab" --contact mailto:us@lab.org --code https://lab.org/code \\
      --description "SAC with a larger network."
    """
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
        return self.fail(f"{value!r} is neither a number of episodes, at least 1, nor 'all'", param, ctx)


_POSITIVE = Number(min=0, min_open=True)


@submission_command.command("validate")
@click.argument("path", type=_FOLDER)
@click.option("--suite", help="Check against this suite instead of the one that the submission names.")
@click.option("--against", type=_FOLDER, help="Results folder; runs that are already in it are an error.")
@click.option("--replay", "episodes", type=_Episodes(), help="Replay this many episodes of each final policy.")
@click.option(
    "--retrain",
    "again",
    is_flag=True,
    help="Train one random run of each entry and task again; implies --replay all.",
)
@click.option(
    "--minutes", type=_POSITIVE, default=30, show_default=True, help="Time limit of one policy that is replayed."
)
@click.option("--hours", type=_POSITIVE, default=48, show_default=True, help="Time limit of one run that is trained.")
@click.option(
    "--memory", type=_POSITIVE, default=8, show_default=True, help="Memory limit of a policy or a run, in GiB."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
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
    """Check the submission in PATH. Exit code 0 without errors, else 1.

    Without --replay and --retrain no policy is replayed and no simulator is imported.

    \b
    mjbench submission validate my-submission/ --replay all
    mjbench submission validate my-submission/ --retrain
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
            click.echo(f"no policy is replayed: the submission is {report.tier}", err=True)
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
        click.echo(f"  {clean(entry)}: {verified.text}; self-reported: {verified.self_reported}")
