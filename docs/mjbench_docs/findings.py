"""The tables of docs/findings.md, each from boards that have enough records for intervals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench.stats.aggregates import iqm
from mjbench.stats.bootstrap import Draws
from mjbench.stats.compare import Comparison, Side, TaskComparison, compare
from mjbench.stats.cost import training_cpu_s
from mjbench.stats.estimate import MIN_SEEDS, Estimate, mean_estimate
from mjbench.text import number, score
from mjbench_docs.committed_scores import SuiteRecords, committed, with_interval
from mjbench_docs.pages import plain, table

FAILS = 0.25
"""A task is failed where the whole interval of the normalised score lies below this."""
AT_A_MILLION = ("locomotion@3", "gymnasium-mujoco@1")
"""The boards on which it is looked for. The second one counts for the tasks that the first one lacks."""
FEWER = (1, 3, 5)
DRAWS = 1000
PRESETS = (("fast-sac", "fast-sac (preset 1)"), ("fast-td3", "fast-td3 (preset 1)"))
ON = "gymnasium-mujoco-100k@1"
"""The board of both presets."""
QUANTILE = 1.959964
"""Of the normal distribution, for a 95 % interval of a share."""


def findings_blocks() -> dict[str, str]:
    """By the name of the mark."""
    return {
        "best": _best(),
        "failures": _failures(),
        "seeds": _fewer_seeds(),
        "presets": _presets(),
        "time": _time(),
        "incomplete": _incomplete(),
    }


@cache
def _boards() -> tuple[list[SuiteRecords], list[SuiteRecords]]:
    """Those with two complete entries and enough seeds for intervals, and the others that have records."""
    suites = installed_suites(Registry())[0]
    found = [committed(f"{suite.name}@{suite.version}") for suite in suites]
    enough = [each for each in found if each.suite.seeds >= MIN_SEEDS and len(each.complete) > 1]
    return enough, [each for each in found if each.records and each not in enough]


def _ranked(found: SuiteRecords) -> list[str]:
    """The complete entries, best first."""
    return sorted(found.complete, key=lambda entry: -iqm(_table(found, entry)))


def _table(found: SuiteRecords, entry: str) -> list[np.ndarray]:
    return list(found.scores.normalised(entry, found.suite.tasks).values())


@cache
def _compared(name: str, a: str, b: str) -> Comparison:
    scores = committed(name).scores
    return compare(Side(a, a, scores), Side(b, b, scores), Draws())


def _name(found: SuiteRecords) -> str:
    return f"{found.suite.name}@{found.suite.version}"


def _best() -> str:
    rows = []
    for found in _boards()[0]:
        a, *others = _ranked(found)
        for b in others:
            result = _compared(_name(found), a, b)
            differ = [_difference(row) for row in result.tasks if row.difference.differs]
            gap, beats = (with_interval(each, score) if each else "-" for each in (result.iqm, result.improvement))
            tasks = f"{len(differ)} of {len(result.tasks)}" + (f": {'; '.join(differ)}" if differ else "")
            rows.append([f"`{found.suite.folder}`", plain(a), plain(b), gap, beats, tasks])
    header = (
        "board",
        "first",
        "other",
        "difference of IQM",
        "probability that it beats the other",
        "tasks that differ, by what",
    )
    return table(header, rows)


def _difference(row: TaskComparison) -> str:
    gap = Estimate(row.difference.value, row.difference.low, row.difference.high)
    return f"{row.task.partition('/')[2]} {with_interval(gap)}"


def _failures() -> str:
    cells = {
        (entry, task): found.scores.cells[entry, task]
        for found in map(committed, reversed(AT_A_MILLION))
        for entry in found.with_seeds(MIN_SEEDS)
        for task in found.suite.tasks
    }
    rows = []
    for (entry, task), cell in sorted(cells.items()):
        scaled = mean_estimate(cell.normalised) if cell.normalised.size else None
        if scaled is not None and scaled.high is not None and scaled.high < FAILS:
            values = with_interval(mean_estimate(cell.values))
            rows.append([plain(entry), f"`{task}`", str(len(cell.values)), values, with_interval(scaled, score)])
    return table(("entry", "task", "seeds", "mean return", "normalised score"), rows)


def _fewer_seeds() -> str:
    """Subsets of the seeds of each entry, drawn apart, the same seeds on all tasks."""
    rows = []
    for found in _boards()[0]:
        ranked = _ranked(found)
        tables = {entry: np.stack([row[: found.suite.seeds] for row in _table(found, entry)]) for entry in ranked}
        for fewer in (count for count in FEWER if count < found.suite.seeds):
            rng = np.random.default_rng(fewer)
            drawn = [_order_of_some(tables, fewer, rng) for _ in range(DRAWS)]
            first = _share(sum(order[0] != ranked[0] for order in drawn))
            whole = _share(sum(order != ranked for order in drawn))
            rows.append([f"`{found.suite.folder}`", str(len(ranked)), f"{fewer} of {found.suite.seeds}", first, whole])
    return table(("board", "entries", "seeds", "another entry is first", "any two entries change places"), rows)


def _order_of_some(tables: dict[str, np.ndarray], fewer: int, rng: np.random.Generator) -> list[str]:
    some = {entry: rng.permutation(scores.shape[1])[:fewer] for entry, scores in tables.items()}
    return sorted(tables, key=lambda entry: -iqm(list(tables[entry][:, some[entry]])))


def _share(hits: int) -> str:
    """Of ``DRAWS``, with Wilson's interval, in per cent."""
    p, z = hits / DRAWS, QUANTILE
    middle = (p + z**2 / (2 * DRAWS)) / (1 + z**2 / DRAWS)
    half = z / (1 + z**2 / DRAWS) * (p * (1 - p) / DRAWS + z**2 / (4 * DRAWS**2)) ** 0.5
    return (
        with_interval(Estimate(100 * p, 100 * max(0.0, middle - half), 100 * (middle + half)), lambda x: f"{x:.1f}")
        + " %"
    )


def _presets() -> str:
    rows, lacking = [], []
    found = committed(ON)
    for new, old in PRESETS:
        compared = _compared(ON, new, old).tasks if new in found.scores.entries else ()
        sound = [row for row in compared if row.difference.low is not None]
        few = [task.partition("/")[2] for task in found.suite.tasks if task not in {row.task for row in sound}]
        lacking += [f"{new} on {', '.join(few)}"] if few else []
        for row in sound:
            gap = _difference(row).partition(" ")[2]
            sure = "yes" if row.difference.differs else "no"
            rows.append([new, f"`{row.task}`", *map(_mean, (row.b.values, row.a.values)), gap, sure])
    header = "entry", "task", "preset 1", "default preset", "difference", "differs"
    text = table(header, rows)
    if lacking:
        text += f"Too few seeds of the default preset for an interval: {'; '.join(lacking)}.\n"
    return text


def _mean(values: Sequence[float]) -> str:
    return with_interval(mean_estimate(values))


def _time() -> str:
    rows = []
    for found in _boards()[0]:
        for entry in _ranked(found):
            cells = [found.scores.cells[entry, task] for task in found.suite.tasks]
            seconds = np.array(list(_seconds(found, entry)), dtype=float)  # (seeds, tasks)
            steps = np.mean([found.records[cell.seeds[0].run_id].run.steps for cell in cells])
            processors = Counter(str(record.provenance.get("processor")) for cell in cells for record in found.of(cell))
            rows.append(
                [
                    f"`{found.suite.folder}`", plain(entry), f"{steps:,.0f}", score(iqm(_table(found, entry))),
                    with_interval(mean_estimate(seconds.mean(axis=1)), number), str(len(processors)),
                ]
            )  # fmt: skip
    header = "board", "entry", "steps of a run", "IQM", "processor seconds of a training", "kinds of processors"
    return table(header, rows)


def _seconds(found: SuiteRecords, entry: str) -> Iterator[list[float]]:
    """Of each seed that all tasks have: the processor seconds of its training on each task."""
    by_task = []
    for task in found.suite.tasks:
        cell = found.scores.cells[entry, task]
        by_task.append({record.run.seed: training_cpu_s(record.resources) for record in found.of(cell)})
    for seed in range(found.suite.seeds):
        row = [seconds.get(seed) for seconds in by_task]
        if all(value is not None for value in row):
            yield [float(value) for value in row if value is not None]


def _incomplete() -> str:
    return "".join(f"- `{found.suite.folder}`: {_lacks(found)}\n" for found in _boards()[1])


def _lacks(found: SuiteRecords) -> str:
    if found.suite.seeds < MIN_SEEDS:
        return f"{found.suite.seeds} seeds by design, too few for intervals."
    if found.complete:
        return f"one complete entry, {plain(found.complete[0])}; it is compared with no other."
    enough = found.with_seeds(MIN_SEEDS)
    if enough:
        return f"at least {MIN_SEEDS} of {found.suite.seeds} seeds on every task: {', '.join(map(plain, enough))}."
    return "no entry has all of its runs."
