"""Validates the results that a change touches, as ``mjbench submission validate`` does, without playing them.

python tests/check_results.py [--base REVISION]
python tests/check_results.py --verify SUITE [--seeds N] [--retrain]

Touched is what differs from the merge base with ``--base`` (origin/main or main unless told); everything, where there
is none or it is the checkout itself. Every entry of a suite with a touched record is held to the suite whole, and
beside all other records. Records are never edited: one that changed or is gone is wrong. Ends with 1 where anything is
wrong. Seeds may still be to come where those that are there are the first ones, so that nobody has chosen among them:
long trainings are committed as they finish. That the boards are those of the records is held by
tests/test_committed_boards.py.

With ``--verify``, those entries of one suite that have all of its runs are played again. ``--seeds`` takes the
entries that have its first N seeds on every task. With ``--retrain``, one of these runs of every entry on every task
is trained again, which takes as long as one seed of the whole suite. The verdict is kept as
``submissions/SUITE.json``, and the boards are to be rebuilt. Verdicts give the tiers, so only maintainers keep them,
on the main branch: a change that brings, edits or removes one is wrong.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.io.printable import printable
from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench.spec.suite import Suite
from mjbench.store.membership import members
from mjbench.store.store import Found, ResultStore
from mjbench.submission.about import NAME, About, read_about
from mjbench.submission.folder import RESULTS
from mjbench.submission.report import Report
from mjbench.submission.validate import validate
from mjbench.submission.verdicts import read_verdicts
from mjbench.verify.ladder import replayed, retrained
from mjbench.verify.limits import Limits

BASES = ("origin/main", "main")


def git(root: Path, *arguments: str) -> str | None:
    """What git says; None where it refuses."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def merge_base(root: Path, bases: Iterable[str]) -> str | None:
    """Where the checkout left the first of ``bases`` that exists; None where it has not left it."""
    for base in bases:
        if found := git(root, "merge-base", base, "HEAD"):
            return found if found != git(root, "rev-parse", "HEAD") else None
    return None


def changes(root: Path, base: str | None) -> tuple[set[str], list[str]]:
    """Files under results/ and submissions/ that are new since ``base``, or all, and a line for each record that is no
    longer the same and each verdict that a change may not bring."""
    if base is None:
        found = git(root, "ls-files", "-co", "--exclude-standard", "results", "submissions") or ""
        return set(found.splitlines()), []
    lines = (
        git(root, "diff", "--name-status", "--no-renames", base, "--", "results", "submissions") or ""
    ).splitlines()
    pairs = [line.split("\t", 1) for line in lines]
    untracked = git(root, "ls-files", "-o", "--exclude-standard", "results", "submissions") or ""
    edited = [
        f"{name}: records are never edited or removed"
        for status, name in pairs
        if status != "A" and name.startswith("results/")
    ]
    verdicts = {name for _, name in pairs} | set(untracked.splitlines())
    edited += [
        f"{name}: a verdict is kept by the maintainers, on the main branch; leave it out of this change"
        for name in sorted(verdicts)
        if name.startswith("submissions/") and not name.endswith(".toml")
    ]
    return {name for status, name in pairs if status != "D"} | set(untracked.splitlines()), edited


def problems(root: Path, base: str | None) -> Iterator[str]:
    """A line for each thing that is wrong."""
    touched, edited = changes(root, base)
    yield from edited
    yield from _submissions(root, touched)
    found, unread = ResultStore(root / "results").scan()
    yield from (line.replace(f"{root}/", "") for line in unread)
    fresh = [item for item in found if any(_inside(name, item, root) for name in touched)]
    registry = Registry()
    new = {item.path for item in fresh}
    homeless = set(new)
    of_suites = [(suite, members(found, suite, registry.tasks)) for suite in installed_suites(registry)[0]]
    planned = {item.path for suite, own in of_suites for item in own if item.record.run.seed < suite.seeds}
    for suite, own in of_suites:
        homeless -= {item.path for item in own}
        # a run of a suite with more seeds is no mistake in this one
        own = [item for item in own if item.record.run.seed < suite.seeds or item.path not in planned]
        entries = {item.record.run.entry for item in own if item.path in new}
        if entries:
            print(f"{suite.name}: {', '.join(sorted(entries))}")
            chosen = [item for item in own if item.record.run.entry in entries]
            yield from _validated([*chosen, *_sources(chosen, found)], found, suite, registry)
    sources = {item.record.run.source for item in found}
    homeless -= {item.path for item in found if item.record.run.run_id in sources}  # others start from them
    for name in sorted(touched):
        if name.startswith("results/") and not any(_inside(name, item, root) for item in fresh):
            yield f"{printable(name)}: belongs to no run"
    for path in sorted(homeless):
        yield f"{path.relative_to(root)}: belongs to no installed suite (its tasks, protocol and budget)"


def _inside(name: str, item: Found, root: Path) -> bool:
    return name.startswith(f"{item.path.relative_to(root).as_posix()}/")


def _sources(own: list[Found], found: list[Found]) -> list[Found]:
    """The runs that those of ``own`` start from, of whatever suite, and those that these start from."""
    by_id = {item.record.run.run_id: item for item in found}
    grown = list(own)
    for item in grown:
        source = by_id.get(item.record.run.source)
        if source is not None and source not in grown:
            grown.append(source)
    return grown[len(own) :]


def _validated(own: list[Found], found: list[Found], suite: Suite, registry: Registry) -> Iterator[str]:
    """The errors of ``own`` as a submission beside the rest of ``found``."""
    with tempfile.TemporaryDirectory() as scratch:
        rest = Path(scratch, "rest")
        _copy([item for item in found if item not in own], rest)
        report = _report(own, Path(scratch, "own"), suite, registry, rest if rest.is_dir() else None)
    for finding in report.findings:
        if finding.check == "seeds" and not finding.place and _first_seeds(own):
            print(f"{suite.name}: to come: {finding.text}")
        elif finding.level == "error":
            yield f"{suite.name}: {finding}"


def _report(own: list[Found], folder: Path, suite: Suite, registry: Registry, rest: Path | None) -> Report:
    """``own`` as a submission in ``folder``, validated."""
    _copy(own, folder / RESULTS)
    address = "https://example.org"
    about = About("committed results", address, address, "Records of this project.", suite.name, suite.version)
    (folder / NAME).write_text(about.to_toml())
    return validate(folder, registry, suite, rest)


def _copy(items: list[Found], results: Path) -> None:
    for item in items:
        run = item.record.run
        try:
            shutil.copytree(item.path, results / run.task / run.algorithm / item.path.name, symlinks=True)
        except (OSError, RecursionError) as error:
            text = "folders inside of each other" if isinstance(error, RecursionError) else f"{error}"
            raise MjbenchError(f"{item.path} cannot be copied: {printable(text)[:200]}") from None


def verify(root: Path, name: str, again: bool, seeds: int | None = None) -> int:
    """Play the policies of the whole entries of a suite again, and keep the verdict; the exit status.

    Args:
        root: of the checkout.
        name: of the suite.
        again: also train one run of every entry on every task again.
        seeds: an entry is whole with its first so many seeds; all of the suite's by default.

    Raises:
        MjbenchError: no such suite; more seeds than it has; runs left out that the kept verdict is about.
    """
    registry = Registry()
    suite = registry.suite(name)
    if seeds and seeds > suite.seeds:
        raise MjbenchError(f"--seeds {seeds}: {suite.name} has {suite.seeds} seeds")
    own = members(ResultStore(root / "results").scan()[0], suite, registry.tasks)
    suite = replace(suite, seeds=seeds or suite.seeds)
    own = [item for item in own if item.record.run.seed < suite.seeds]
    runs: dict[str, set[tuple[str, int]]] = {}
    for item in own:
        runs.setdefault(item.record.run.entry, set()).add((item.record.run.task, item.record.run.seed))
    due = {(task, seed) for task in suite.tasks for seed in range(suite.seeds)}
    whole = {entry for entry, found in runs.items() if found >= due}
    print(f"{name}: {', '.join(sorted(whole)) or 'no entry has all runs'}")
    if not whole:
        return 1
    own = [item for item in own if item.record.run.entry in whole]
    kept = root / "submissions" / f"{suite.folder}.json"
    verdicts = json.loads(kept.read_text())["runs"] if kept.exists() else {}
    if lost := len(verdicts.keys() - {item.record.run.run_id for item in own}):
        raise MjbenchError(f"{kept.name} also has verdicts on {lost} other runs, which would be lost; take more seeds")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "own")
        report = _report(own, folder, suite, registry, None)
        if report.tier == "checked":
            report = replayed(report, None, Limits(), print)
            if again and report.accepted:
                report = retrained(report, root / "results", Limits(), print)
        verdict = {**report.as_json(), "path": "results", "about": None}
    print(*report.findings, *(f"{entry}: {each.text}" for entry, each in report.entries.items()), sep="\n")
    if report.accepted:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(verdict, indent=1) + "\n")
    return 0 if report.accepted else 1


def _first_seeds(own: list[Found]) -> bool:
    """Whether each entry has, on each task, the seeds 0, 1, ... up to some number."""
    seeds: dict[tuple[str, str], set[int]] = {}
    for item in own:
        seeds.setdefault((item.record.run.entry, item.record.run.task), set()).add(item.record.run.seed)
    return all(found == set(range(len(found))) for found in seeds.values())


def _submissions(root: Path, touched: set[str]) -> Iterator[str]:
    for name in sorted(touched):
        if name.startswith("submissions/") and name.endswith(".toml"):
            with tempfile.TemporaryDirectory() as scratch:
                shutil.copy(root / name, Path(scratch, NAME))
                try:
                    read_about(Path(scratch))
                except RecordError as error:
                    yield f"{name}: {error}"
    yield from (line.replace(f"{root}/", "") for line in read_verdicts(root / "submissions")[1])


def main() -> int:
    """Print what is wrong; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="revision that the change is against")
    parser.add_argument("--verify", metavar="SUITE", help="play its complete entries again, and keep the verdict")
    parser.add_argument("--seeds", type=int, metavar="N", help="take the first N seeds of every entry")
    parser.add_argument("--retrain", action="store_true", help="and train one of their runs again")
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    if arguments.seeds is not None and arguments.seeds < 1:
        parser.error("--seeds is at least 1, such as --seeds 5")
    if (arguments.retrain or arguments.seeds) and arguments.verify is None:
        parser.error("--seeds and --retrain go with --verify SUITE")
    if arguments.verify is not None:
        try:
            return verify(root, arguments.verify, arguments.retrain, arguments.seeds)
        except MjbenchError as error:
            parser.error(str(error))
    base = merge_base(root, [arguments.base] if arguments.base else BASES)
    print(f"results since {base[:12]}" if base else "all results")
    wrong: list[str] = []
    try:
        wrong += problems(root, base)
    except MjbenchError as error:
        wrong.append(str(error))
    for line in wrong:
        print(printable(line))
    print(f"{len(wrong)} wrong" if wrong else "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
