"""Validates and replays the runs that a proposal adds, and writes the verdict as Markdown.

python .ci/submitted.py --base CHECKOUT --proposed CHECKOUT --out verdict.md [--episodes N]

Nothing of the proposal is executed: its records, policies and TOML files are read as data. They are held to the suites
of what is installed here and to the records of the base. Ends with 1 where an entry is refused.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.printable import printable
from mjbench.leaderboard.formats.markdown import escape
from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench.spec.suite import Suite
from mjbench.store.membership import members
from mjbench.store.store import Found, ResultStore
from mjbench.submission.about import NAME, About, read_about
from mjbench.submission.folder import RESULTS
from mjbench.submission.report import Report
from mjbench.submission.validate import validate
from mjbench.verify.ladder import verified
from mjbench.verify.limits import Limits

MOST = 40
"""Findings that a comment lists."""
UNKNOWN = "https://example.org"
"""Contact of records that come without a submissions/NAME.toml."""


def added(base: Path, proposed: Path) -> tuple[list[Found], list[str]]:
    """The runs that are in the proposal alone, and a line for each record that cannot be read."""
    found, problems = ResultStore(proposed / RESULTS, index=False).scan()
    new = [item for item in found if not (base / item.path.relative_to(proposed)).exists()]
    return new, [line.replace(f"{proposed}/", "") for line in problems]


def abouts(base: Path, proposed: Path) -> tuple[dict[str, About], list[str]]:
    """The new submissions/*.toml by the suite that they name, and a line for each that cannot be read."""
    found: dict[str, About] = {}
    problems: list[str] = []
    for path in sorted((proposed / "submissions").glob("*.toml")):
        if (base / "submissions" / path.name).exists():
            continue
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copy(path, Path(scratch, NAME), follow_symlinks=False)
            try:
                about = read_about(Path(scratch))
            except RecordError as error:
                problems.append(f"submissions/{printable(path.name)}: {error}")
            else:
                found[about.suite] = about
    return found, problems


def judged(base: Path, proposed: Path, episodes: int | None) -> Iterator[tuple[Suite, Report]]:
    """A report for each suite to which the proposal adds runs."""
    registry = Registry()
    new, known = added(base, proposed)[0], abouts(base, proposed)[0]
    for suite in installed_suites(registry)[0]:
        own = members(new, suite, registry.tasks)
        if not own:
            continue
        text = "Records without a submissions/NAME.toml."
        about = known.get(suite.name) or About("a proposal", UNKNOWN, UNKNOWN, text, suite.name, suite.version)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            for item in own:
                target = folder / item.path.relative_to(proposed)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(item.path, target, symlinks=True)
            (folder / NAME).write_text(about.to_toml())
            report = validate(folder, registry, suite, base / RESULTS)
            if report.tier == "checked":
                report = verified(report, episodes, False, base / RESULTS, Limits(), print)
            yield suite, report


def main() -> int:
    """See the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--proposed", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--episodes", type=int, help="of each policy; all without it")
    chosen = parser.parse_args()
    problems = added(chosen.base, chosen.proposed)[1] + abouts(chosen.base, chosen.proposed)[1]
    lines, refused = ["## What the replay of this proposal gives", ""], bool(problems)
    lines += [f"- {escape(line)}" for line in problems[:MOST]]
    any_runs = False
    for suite, report in judged(chosen.base, chosen.proposed, chosen.episodes):
        any_runs, refused = True, refused or not report.accepted
        lines += ["", f"### {escape(suite.name)} v{suite.version}: {len(report.found)} new runs, {report.tier}", ""]
        lines += ["| entry | tier | still self-reported |", "|---|---|---|"]
        rows = ((name, each.text, each.self_reported) for name, each in report.entries.items())
        lines += [f"| {escape(printable(name))} | {text} | {rest} |" for name, text, rest in rows]
        lines += ["", *(f"- {escape(printable(str(finding)))}" for finding in report.findings[:MOST])]
        if len(report.findings) > MOST:
            lines.append(f"- and {len(report.findings) - MOST} more")
    if not any_runs:
        lines.append("It adds no runs of an installed suite.")
    lines += ["", "A maintainer keeps the verdict after the merge; see docs/submissions.md."]
    text = "\n".join(lines) + "\n"
    chosen.out.write_text(text)
    print(text)
    return 1 if refused else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MjbenchError as error:
        sys.exit(f"submitted: {error}")
