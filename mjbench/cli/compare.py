"""``mjbench compare``: which of two entries, or two results folders, differ."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mjbench.cli.terminal.table import table
from mjbench.errors import MjbenchError, nearest_names

if TYPE_CHECKING:
    from mjbench.registry.lookup import Registry
    from mjbench.spec.suite import Suite
    from mjbench.stats.cell import Scores
    from mjbench.stats.compare import Comparison, Side, TaskComparison
    from mjbench.store.store import Found


@click.command("compare")
@click.argument("a")
@click.argument("b")
@click.option("--suite", help="Only the records of this suite; otherwise all, by budget and protocol.")
@click.option("--algo", "algorithms", multiple=True, metavar="NAME", help="Of two folders: only these algorithms.")
@click.option("--results", type=click.Path(path_type=Path), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def compare_command(
    a: str, b: str, suite: str | None, algorithms: tuple[str, ...], results: Path, as_json: bool
) -> None:
    """Compare A with B: on which tasks they differ, by how much, how sure.

    A and B are two algorithms in one results folder, or two results folders, of which every algorithm that both hold
    is compared with itself. Differences are tested by Welch's test with Holm's correction over the tasks.
    """
    from mjbench.registry.lookup import Registry
    from mjbench.stats.bootstrap import Draws
    from mjbench.stats.compare import compare

    registry = Registry()
    bodies = []
    for head, left, right in _sides(registry, a, b, suite, algorithms, results):
        found = compare(left, right, Draws())
        if not found.tasks:
            continue
        bodies.append(
            {"group": head, "a": left.label, "b": right.label, "correction": correction(found), **asdict(found)}
        )
        if not as_json:
            click.echo(_text(head, left, right, found))
    if as_json:
        click.echo(json.dumps(bodies, indent=1, default=str))
    elif not bodies:
        raise MjbenchError(f"{a} and {b} have no task with the same budget and protocol; see: mjbench status")


def _sides(
    registry: "Registry", a: str, b: str, suite: str | None, algorithms: tuple[str, ...], results: Path
) -> "list[tuple[str, Side, Side]]":
    """What to compare with what: a heading and both sides, each with the records of one budget and protocol."""
    from mjbench.plan.selection import installed_suites
    from mjbench.registry.preset_lookup import preset_numbers
    from mjbench.stats.compare import Side
    from mjbench.stats.scores import score_table

    folders = [Path(name) for name in (a, b)] if Path(a).is_dir() and Path(b).is_dir() else [results]
    grouped = [_groups(registry, _read(folder), suite) for folder in folders]
    sides: list[tuple[str, Side, Side]] = []
    known: set[str] = set()
    preset_of = preset_numbers(registry)
    suites, problems = installed_suites(registry)
    for line in problems:
        click.echo(line, err=True)
    for key in sorted(set.intersection(*(set(groups) for groups in grouped))):
        found = [groups[key] for groups in grouped]
        tables = [score_table(items, registry.tasks, preset_of=preset_of) for items in found]
        known |= {entry for scores in tables for entry in scores.entries}
        if len(tables) == 2:
            names = [n for n in tables[0].entries if n in tables[1].entries and (not algorithms or n in algorithms)]
            for name in names:
                compared = [item for pair in zip(found, tables, strict=True) for item in _of(*pair, {name})]
                head = suite or _heading(key, compared, suites, registry)
                left, right = (Side(f"{name} in {side}", name, t) for side, t in zip((a, b), tables, strict=True))
                sides.append((f"{head}: {name}", left, right))
        elif a in tables[0].entries and b in tables[0].entries:
            head = suite or _heading(key, _of(found[0], tables[0], {a, b}), suites, registry)
            sides.append((head, Side(a, a, tables[0]), Side(b, b, tables[0])))
    for name in (a, b) if len(folders) == 1 else algorithms:
        if name not in known:
            near = nearest_names(name, known)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
            raise MjbenchError(f"no records of {name} under {', '.join(map(str, folders))}; {hint}")
    return sides


def _read(folder: Path) -> "list[Found]":
    from mjbench.store.store import ResultStore

    found, problems = ResultStore(folder).current(training=False)
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)
    return found


def _groups(registry: "Registry", found: "list[Found]", suite: str | None) -> "dict[str, list[Found]]":
    from mjbench.plan.selection import find_suite
    from mjbench.store.membership import custom_groups, members

    if suite:
        chosen = find_suite(registry, suite)
        return {chosen.name: members(found, chosen, registry.tasks)}
    return custom_groups(found, [], registry.tasks)


def _of(found: "list[Found]", scores: "Scores", entries: set[str]) -> "list[Found]":
    """The records behind the scores of ``entries``."""
    ids = {seed.run_id for (entry, _), cell in scores.cells.items() if entry in entries for seed in cell.seeds}
    return [item for item in found if item.record.run.run_id in ids]


def _heading(board: str, found: "list[Found]", suites: "list[Suite]", registry: "Registry") -> str:
    """What runs of one budget and protocol are called: the smallest suite that holds all of them, else their board."""
    from mjbench.store.membership import members

    whole = [suite for suite in suites if len(members(found, suite, registry.tasks)) == len(found)]
    if not whole:
        return board
    suite = min(whole, key=lambda suite: (len(suite.tasks), suite.name))
    return suite.name if suite.steps else f"{suite.name}, tasks of {found[0].record.run.steps:,} steps"


def _text(head: str, a: "Side", b: "Side", found: "Comparison") -> str:
    from mjbench.leaderboard import cell_text
    from mjbench.text import count

    rows = [
        [
            row.task,
            cell_text.mean(row.a),
            cell_text.mean(row.b),
            _difference(row),
            _p(row),
            _verdict(row, a.label, b.label),
        ]
        for row in found.tasks
    ]
    lines = [head, table(["task", a.label, b.label, "difference", "p (Holm)", ""], rows, right=range(1, 5))]
    tested = [row for row in found.tasks if row.difference.adjusted is not None]
    higher = [sum(row.difference.differs and sign * row.difference.value > 0 for row in tested) for sign in (1, -1)]
    if tested:
        lines.append(
            f"{a.label} is higher on {higher[0]}, {b.label} on {higher[1]} of {count(len(tested), 'tested task')}; "
            f"no difference shows on {len(tested) - sum(higher)}."
        )
        lines.append(correction(found))
    if found.iqm is not None and found.improvement is not None:
        lines.append(
            f"IQM of normalised scores, difference: {cell_text.value(found.iqm)} {cell_text.bounds(found.iqm)}".rstrip()
        )
        lines.append(
            f"A run of {a.label} beats a run of {b.label} with probability {cell_text.value(found.improvement)} "
            f"{cell_text.bounds(found.improvement)}".rstrip()
        )
    for side, rest in ((a, found.only_a), (b, found.only_b)):
        if rest:
            lines.append(f"Only {side.label} has: {', '.join(rest)}")
    return "\n".join(lines) + "\n"


def correction(found: "Comparison") -> str:
    """What the p-values are corrected for, and how a board's differ."""
    tested = sum(row.difference.adjusted is not None for row in found.tasks)
    tasks = "the 1 tested task" if tested == 1 else f"the {tested} tested tasks"
    return (
        f"p is corrected by Holm's method over {tasks} of this comparison. A board corrects over all pairs of its "
        "entries, so it can show fewer differences."
    )


def _difference(row: "TaskComparison") -> str:
    from mjbench.text import number

    found = row.difference
    if found.low is None or found.high is None:
        return number(found.value)
    return f"{number(found.value)} [{number(found.low)}, {number(found.high)}]"


def _p(row: "TaskComparison") -> str:
    adjusted = row.difference.adjusted
    return "" if adjusted is None else "< 0.001" if adjusted < 0.001 else f"{adjusted:.3f}"


def _verdict(row: "TaskComparison", a: str, b: str) -> str:
    from mjbench.stats.estimate import MIN_SEEDS

    if row.difference.adjusted is None:
        return f"fewer than {MIN_SEEDS} seeds"
    if not row.difference.differs:
        return "no difference shown"
    return f"{a if row.difference.value > 0 else b} is higher"
