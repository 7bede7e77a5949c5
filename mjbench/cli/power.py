"""``mjbench power``: seeds needed for an effect size, and the detectable effect of given seeds."""

import json
from pathlib import Path
from typing import Any

import click

from mjbench.cli.terminal.number import Number
from mjbench.cli.terminal.table import table
from mjbench.errors import MjbenchError
from mjbench.text import number

POWER = 0.8
Row = tuple[str, str, int, float | None, float]
"""Task, entry, seeds, mean and standard deviation of the return."""


@click.command("power")
@click.option("--effect", type=Number(), help="Effect size: difference of the means, in units of the return.")
@click.option("--percent", type=Number(), default=20.0, show_default=True, help="Effect size in percent of the mean.")
@click.option("--std", type=Number(), help="Standard deviation over seeds, instead of records.")
@click.option("--seeds", type=click.IntRange(min=2), default=10, show_default=True, help="With --std: seeds per side.")
@click.option(
    "--power",
    "chance",
    type=Number(0.05, 0.999),
    default=POWER,
    show_default=True,
    help="Probability to detect it.",
)
@click.option(
    "--tests",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Number of comparisons, for the correction.",
)
@click.option("--task", "tasks", multiple=True, metavar="ID")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME")
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
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
    """Compute how many seeds a difference needs, and which difference given seeds detect.

    The standard deviation over seeds comes from the records of a results folder, task by task, or from --std.

    \b
    mjbench power --percent 10           # a tenth of the mean, from records
    mjbench power --std 100 --effect 200 # without records
    """
    from mjbench.stats.power import seeds_needed, smallest_effect

    given = _given(std, seeds) if std is not None else _measured(results, tasks, algorithms)
    rows: list[dict[str, Any]] = []
    for task, entry, number_of_seeds, mean, spread in given:
        wanted = effect if effect is not None else None if mean is None else abs(mean) * percent / 100
        rows.append(
            {
                "task": task,
                "algorithm": entry,
                "seeds": number_of_seeds,
                "mean": mean,
                "std": spread,
                "smallest_effect": smallest_effect(spread, number_of_seeds, chance, tests),
                "effect": wanted,
                "seeds_needed": None if wanted is None else seeds_needed(wanted, spread, chance, tests),
            }
        )
    click.echo(json.dumps(rows, indent=1) if as_json else _text(rows, chance, tests))


def _given(std: float, seeds: int) -> list[Row]:
    if std <= 0:
        raise MjbenchError(f"--std must be positive, not {std}")
    return [("", "", seeds, None, std)]


def _measured(results: Path, tasks: tuple[str, ...], algorithms: tuple[str, ...]) -> list[Row]:
    """From the records of a results folder."""
    from mjbench.plan.selection import split
    from mjbench.registry.lookup import Registry
    from mjbench.registry.preset_lookup import preset_numbers
    from mjbench.stats.spreads import spreads
    from mjbench.store.store import ResultStore

    found, problems = ResultStore(results).current(training=False)
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)
    registry = Registry()
    only, entries = split(tasks), split(algorithms)
    rows: list[Row] = [
        (f"{row.task} at {row.steps:,} steps", row.entry, row.summary.seeds, row.summary.mean, row.summary.std)
        for row in spreads(found, registry.tasks, preset_numbers(registry))
        if (not only or row.task in only) and (not entries or row.entry in entries)
    ]
    if not rows:
        raise MjbenchError(
            f"no task under {results} has two seeds of one algorithm, so the standard deviation is unknown; give "
            "one: mjbench power --std 100 --effect 200"
        )
    return rows


def _text(rows: list[dict[str, Any]], chance: float, tests: int) -> str:
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
    head = ["task", "algorithm", "seeds", "mean", "std", "detectable effect", "effect size", "seeds needed"]
    said = f"Welch's test detects the effect with probability {100 * chance:g} %, with equally many seeds on both sides"
    few = min(row["seeds"] for row in rows)
    note = f"\nWith {few} seeds the spread itself is a rough estimate." if few < 10 and rows[0]["task"] else ""
    corrected = f", corrected for {tests} comparisons" if tests > 1 else ""
    return f"{table(head, body, right=range(2, 8))}\n{said}{corrected}.{note}"
