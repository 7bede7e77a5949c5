"""``mjbench power``: how many seeds show an effect, and which effect these seeds show."""

import json
from pathlib import Path
from typing import Any

import click

from mjbench.cli.terminal.table import table
from mjbench.errors import MjbenchError

POWER = 0.8


@click.command("power")
@click.option("--effect", type=float, help="Difference of the means to see, in units of the return.")
@click.option("--percent", type=float, default=20.0, show_default=True, help="The same, in percent of the mean.")
@click.option("--std", type=float, help="Spread over seeds; instead of records.")
@click.option("--seeds", type=click.IntRange(min=2), default=10, show_default=True, help="With --std: seeds a side.")
@click.option("--power", "chance", type=click.FloatRange(0.05, 0.999), default=POWER, show_default=True)
@click.option("--tests", type=click.IntRange(min=1), default=1, show_default=True, help="Comparisons made at once.")
@click.option("--task", "tasks", multiple=True, metavar="ID")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME")
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def power_command(
    effect: float | None,
    percent: float,
    std: float | None,
    seeds: int,
    chance: float,
    tests: int,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    results: Path,
    as_json: bool,
) -> None:
    """Seeds needed to see an effect, and the smallest effect that the seeds at hand show.

    Takes the spread over seeds from the records of a results folder, task by task, or from --std.
    """
    from mjbench.stats.power import seeds_needed, smallest_effect

    if std is not None:
        if std <= 0:
            raise MjbenchError(f"--std must be positive, not {std}")
        spreads: list[tuple[str, str, int, float | None, float]] = [("", "", seeds, None, std)]
    else:
        spreads = _spreads(results, tasks, algorithms)
    rows: list[dict[str, Any]] = []
    for task, entry, count, mean, spread in spreads:
        wanted = effect if effect is not None else None if mean is None else abs(mean) * percent / 100
        rows.append(
            {
                "task": task,
                "algorithm": entry,
                "seeds": count,
                "mean": mean,
                "std": spread,
                "smallest_effect": smallest_effect(spread, count, chance, tests),
                "effect": wanted,
                "seeds_needed": None if wanted is None else seeds_needed(wanted, spread, chance, tests),
            }
        )
    click.echo(json.dumps(rows, indent=1) if as_json else _text(rows, chance, tests))


def _spreads(
    results: Path, tasks: tuple[str, ...], algorithms: tuple[str, ...]
) -> list[tuple[str, str, int, float | None, float]]:
    """Task, entry, seeds, mean and spread of every cell with at least two seeds."""
    from mjbench.registry.lookup import Registry
    from mjbench.stats.scores import score_table
    from mjbench.stats.welch import SeedSummary
    from mjbench.store.membership import custom_groups
    from mjbench.store.store import ResultStore

    known = Registry().tasks
    found, problems = ResultStore(results).current(training=False)
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)
    rows: list[tuple[str, str, int, float | None, float]] = []
    for group in custom_groups(found, [], known).values():
        steps = group[0].record.run.steps
        for (entry, task), cell in score_table(group, known).cells.items():
            wanted = (not tasks or task in tasks) and (not algorithms or entry in algorithms)
            if wanted and len(cell.values) > 1:
                summary = SeedSummary.of(cell.values)
                rows.append((f"{task} at {steps:,} steps", entry, summary.seeds, summary.mean, summary.std))
    if not rows:
        raise MjbenchError(
            f"no task under {results} has two seeds of one algorithm, so there is no spread to go by; give one: "
            "mjbench power --std 100 --effect 200"
        )
    return rows


def _text(rows: list[dict[str, Any]], chance: float, tests: int) -> str:
    from mjbench.text import count, number

    def cell(value: float | None) -> str:
        return "" if value is None else number(value)

    body = [
        [
            row["task"],
            row["algorithm"],
            row["seeds"],
            cell(row["mean"]),
            cell(row["std"]),
            cell(row["smallest_effect"]),
            cell(row["effect"]),
            "" if row["effect"] is None else row["seeds_needed"] or "too many",
        ]
        for row in rows
    ]
    head = ["task", "algorithm", "seeds", "mean", "std", "these seeds show", "to show", "needs seeds"]
    said = f"Differences of two means that Welch's test shows with a chance of {chance:.0%}, as many seeds on each side"
    few = min(row["seeds"] for row in rows)
    note = f"\nSpreads from {count(few, 'seed')} are rough themselves." if few < 10 and rows[0]["task"] else ""
    return (
        f"{table(head, body, right=range(2, 8))}\n{said}{f', {tests} comparisons at once' if tests > 1 else ''}.{note}"
    )
