"""``mjbench check``: our numbers against published ones."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.cli.terminal.table import table
from mjbench.errors import MjbenchError

if TYPE_CHECKING:
    from mjbench.literature.compare import Check
    from mjbench.spec.record import RunRecord
    from mjbench.spec.suite import EvalProtocol
    from mjbench.stats.welch import SeedSummary

METRICS = {
    "final": "policy at that step",
    "last_3_checkpoints": "last 3 evaluations",
    "best": "best evaluation",
    "training": "last 100 training episodes",
}


@click.command("check")
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--published", type=click.Path(path_type=Path), help="JSON table; instead of the one that mjbench has.")
@click.option("--task", "tasks", multiple=True, metavar="ID")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME")
@click.option("--any-version", is_flag=True, help="Compare across versions of an environment, marked as such.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check_command(
    results: Path,
    published: Path | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    any_version: bool,
    as_json: bool,
) -> None:
    """Our numbers against published ones: consistent, differs, or not comparable, and why.

    Ours are computed by the metric of the published score, at its number of steps. Differences are tested by Welch's
    test with Holm's correction over all of them. Consistent means that no difference shows, not that there is none.
    """
    from mjbench.literature.compare import check
    from mjbench.literature.scores import read_published
    from mjbench.registry.lookup import Registry
    from mjbench.stats.entries import one_per_seed
    from mjbench.store.store import ResultStore

    rows = read_published(published)
    found, problems = ResultStore(results).current(training=any(row.metric == "training" for row in rows))
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)
    budgets: dict[tuple[int, EvalProtocol], list[RunRecord]] = {}
    for item in found:
        run = item.record.run
        if (not tasks or run.task in tasks) and (not algorithms or run.entry in algorithms):
            budgets.setdefault((run.steps, run.protocol), []).append(item.record)
    records: list[RunRecord] = []
    for group in budgets.values():
        kept, left_out = one_per_seed(group)
        records += kept
        for line in left_out:
            click.echo(line, err=True)
    checks = check(records, rows, any_version, Registry().tasks)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in checks], indent=1))
        return
    if not checks:
        raise MjbenchError(
            f"nothing is published for the tasks and algorithms of the {len(records)} records under {results}; give a "
            "table of your own with --published"
        )
    click.echo(_text(checks))


def _text(checks: "list[Check]") -> str:
    from mjbench.text import number

    sources = list(dict.fromkeys(row.published.source for row in checks))
    rows = []
    for row in checks:
        theirs, found = row.published, row.difference
        gap = "" if found is None else number(found.value)
        if found is not None and found.low is not None and found.high is not None:
            gap += f" [{number(found.low)}, {number(found.high)}]"
        spread = "" if theirs.std is None else f" (std {number(theirs.std)}, n {theirs.seeds})"
        rows.append(
            [
                row.task,
                row.entry,
                f"{theirs.steps:,}",
                METRICS[theirs.metric],
                _summary(row.ours),
                number(theirs.mean) + spread,
                gap,
                f"{row.verdict}: {row.why}" if row.why else row.verdict,
                f"[{sources.index(theirs.source) + 1}]",
            ]
        )
    head = ["task", "algorithm", "steps", "metric", "ours", "published", "difference", "", "source"]
    count = Counter(row.verdict for row in checks)
    lines = [table(head, rows, right=(2, 4, 5, 6)), ""]
    lines += [f"[{index}] {source}" for index, source in enumerate(sources, start=1)]
    lines.append(", ".join(f"{amount} {verdict}" for verdict, amount in sorted(count.items())))
    return "\n".join(lines)


def _summary(ours: "SeedSummary | None") -> str:
    from mjbench.text import number

    return "" if ours is None else f"{number(ours.mean)} (std {number(ours.std)}, n {ours.seeds})"
