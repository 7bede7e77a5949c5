"""Records -> boards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mjbench.leaderboard.board import Board, TaskRow
from mjbench.leaderboard.imported import NO_LOGS, Logs, imported_notes, unranked
from mjbench.leaderboard.notes import notes
from mjbench.leaderboard.rank import rank
from mjbench.leaderboard.runs import run_views, used_records
from mjbench.leaderboard.selection import EVERYTHING, Shown
from mjbench.leaderboard.tuning import entry_tunings
from mjbench.plan.ledgers import NO_LEDGERS, Ledgers
from mjbench.registry.preset_lookup import PresetOf, unknown_presets
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import Suite
from mjbench.spec.task import Reference, TaskSpec
from mjbench.spec.tier import FROM_A_LOG, UNVERIFIED, Verified, weakest
from mjbench.stats.board_robustness import board_robustness
from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Scores
from mjbench.stats.counts import resamples_for
from mjbench.stats.energy import KEY, Energy, mean_energy
from mjbench.stats.imported import imported_scores, together
from mjbench.stats.measures import Measured, measure, measure_names
from mjbench.stats.scores import normalise, score_table
from mjbench.stats.suite import suite_statistics
from mjbench.stats.tasks import TaskStatistics, task_statistics
from mjbench.store.membership import custom_groups, members
from mjbench.store.robustness import read_beside
from mjbench.store.store import Found
from mjbench.submission.verdicts import Verdicts
from mjbench.text import shown

Tasks = Mapping[str, TaskSpec]
NO_VERDICTS = Verdicts({})
"""Every record is self-reported."""


def suite_board(
    suite: Suite,
    found: Iterable[Found],
    tasks: Tasks,
    problems: Sequence[str] = (),
    resamples: int | None = None,
    verdicts: Verdicts = NO_VERDICTS,
    preset_of: PresetOf = unknown_presets,
    logs: Logs = NO_LOGS,
    show: Shown = EVERYTHING,
    ledgers: Ledgers = NO_LEDGERS,
) -> Board:
    """The board of a suite; without matching records it has tasks but no entries.

    Args:
        suite: decides which records count, which tasks are shown and which seeds are expected.
        found: records, in any order.
        tasks: the installed tasks by id; one that is missing here is shown but not normalised.
        problems: a line for each record that could not be read.
        resamples: of the bootstrap; None for as many as a board of its size has.
        verdicts: give the entries their tiers.
        preset_of: returns which published presets a run has; entries of older ones have it in their name.
        logs: imported runs, and whether they are ranked.
        show: the entries and tasks that are shown and enter the statistics.
        ledgers: say what was spent on tuned presets.
    """
    suite = show.of_suite(suite)
    budgets = {task: steps for task in suite.tasks if (steps := suite.budget(task, tasks.get(task)))}
    own = members(found, suite, tasks)
    scores = score_table(own, tasks, range(suite.seeds), preset_of)
    unknown = [task for task in suite.tasks if task not in budgets]
    extra = [f"{task} is not installed: its budget is unknown, so its records are left out." for task in unknown]
    head = Board(
        name=shown(suite.folder),
        title=shown(f"{suite.name} v{suite.version}"),
        description=shown(suite.description, 400),
        protocol=suite.protocol,
        seeds=suite.seeds,
    )
    lines = [*extra, *problems]
    return _fill(head, budgets, scores, own, tasks, lines, resamples, verdicts, logs, show, ledgers)


def custom_boards(
    found: Iterable[Found],
    suites: Sequence[Suite],
    tasks: Tasks,
    problems: Sequence[str] = (),
    resamples: int | None = None,
    verdicts: Verdicts = NO_VERDICTS,
    preset_of: PresetOf = unknown_presets,
    logs: Logs = NO_LOGS,
    ledgers: Ledgers = NO_LEDGERS,
) -> list[Board]:
    """A board for each protocol and budget of the records that belong to none of ``suites``; see ``suite_board``."""
    boards: list[Board] = []
    for name, own in custom_groups(found, suites, tasks).items():
        run = own[0].record.run
        head = Board(
            name=name,
            title=f"Custom runs of {run.steps:,} steps",
            description="Runs that belong to no installed suite, together by budget and evaluation protocol.",
            protocol=run.protocol,
            seeds=len({item.record.run.seed for item in own}),
        )
        budgets = dict.fromkeys(sorted({item.record.run.task for item in own}), run.steps)
        scores = score_table(own, tasks, preset_of=preset_of)
        options = (resamples, verdicts, logs, EVERYTHING, ledgers)
        boards.append(_fill(head, budgets, scores, own, tasks, problems, *options))
    return boards


def _fill(
    head: Board,
    budgets: Mapping[str, int],
    scores: Scores,
    found: Sequence[Found],
    tasks: Tasks,
    extra: Iterable[str],
    resamples: int | None,
    verdicts: Verdicts,
    logs: Logs,
    show: Shown,
    ledgers: Ledgers,
) -> Board:
    """``head`` with its ranking, its tasks (those of ``budgets``), its runs and its notes."""
    scores = _printable(scores)
    logged = imported_scores(logs.runs, budgets, head.protocol.checkpoints, tasks, head.seeds, scores.entries)
    names = scores.entries
    scores = show.of_scores(scores, logged.scores.entries)
    logged = replace(logged, scores=show.of_scores(logged.scores, names))
    if logs.ranked:
        scores = together(scores, logged.scores)
    scored = [task for task in budgets if normalise(tasks.get(task), 0.0) is not None]
    resamples = resamples or resamples_for(sum(len(cell.seeds) for cell in scores.cells.values()))
    draws = Draws(resamples)
    files, unusable = read_beside(found)
    kept = board_robustness(scores, files, tasks, draws)
    statistics = suite_statistics(scores, scored, head.checkpoints, draws)
    tiers = {**_tiers(scores, found, verdicts), **dict.fromkeys(logged.runs, FROM_A_LOG)}
    lowest = _lowest(scores, tiers)
    used = used_records(item.record for item in found)
    tuned = entry_tunings(scores, used, ledgers)
    energies = entry_energies(scores, used)
    ranking = tuple(
        replace(
            row,
            verified=lowest[row.entry],
            robustness=kept.entries.get(row.entry),
            tuning=tuned.get(row.entry),
            energy=energies.get(row.entry),
        )
        for row in rank(scores, statistics, list(budgets), scored, head.seeds, draws)
    )
    if not logs.ranked:  # beside the others: they decide no rank, no test and no aggregate
        ranking += unranked(logged.scores, list(budgets), scored, head, draws)
    shown_scores = together(scores, logged.scores)
    entries = tuple(row.entry for row in ranking)
    tested = task_statistics(scores, budgets, draws)
    rows = [
        _row(task, steps, entries, shown_scores, tasks.get(task), task in scored, tested[task], used, kept.cells)
        for task, steps in budgets.items()
    ]
    board = replace(
        head,
        resamples=resamples,
        ranking=ranking,
        entries=entries,
        statistics=statistics,
        tasks=tuple(rows),
        runs=run_views(scores, used, tiers, kept.runs),
        disturbance_set=kept.label,
        imported=tuple(run for run_id, run in logged.runs.items() if run_id in _ids(logged.scores)),
        imported_ranked=logs.ranked,
    )
    left_out = [f"Left out: robustness of {line}" for line in unusable]
    lines = (*notes(board, resamples), *imported_notes(board, logged.short), *scores.warnings, *left_out, *extra)
    return replace(board, notes=tuple(shown(line, 2000) for line in lines))


def entry_energies(scores: Scores, records: Mapping[str, RunRecord]) -> dict[str, Energy]:
    """By entry, the mean energy of its runs; empty where it was measured for none, as all of it would be estimated."""
    own: dict[str, list[RunRecord]] = {}
    for (entry, _), cell in sorted(scores.cells.items()):
        own.setdefault(entry, []).extend(records[seed.run_id] for seed in cell.seeds if seed.run_id in records)
    if not any(KEY in record.provenance for rows in own.values() for record in rows):
        return {}
    return {entry: energy for entry, rows in own.items() if (energy := mean_energy(rows))}


def _tiers(scores: Scores, found: Iterable[Found], verdicts: Verdicts) -> dict[str, Verified]:
    """By run id, what was verified about every record that the scores are made of."""
    used = _ids(scores)
    if not verdicts.tiers:
        return dict.fromkeys(used, UNVERIFIED)
    own: dict[str, list[Found]] = {}
    for item in found:
        if item.record.run.run_id in used:
            own.setdefault(item.record.run.run_id, []).append(item)
    return {run_id: verdicts.lowest(items) for run_id, items in own.items()}


def _ids(scores: Scores) -> set[str]:
    return {seed.run_id for cell in scores.cells.values() for seed in cell.seeds}


def _lowest(scores: Scores, tiers: Mapping[str, Verified]) -> dict[str, Verified]:
    """By entry, what was verified about the weakest of its records."""
    records: dict[str, list[tuple[str, Verified]]] = {}
    for (entry, task), cell in scores.cells.items():
        records.setdefault(entry, []).extend((task, tiers[seed.run_id]) for seed in cell.seeds)
    return {entry: weakest(found) for entry, found in records.items()}


def _row(
    task: str,
    steps: int,
    entries: tuple[str, ...],
    scores: Scores,
    spec: TaskSpec | None,
    scored: bool,
    statistics: TaskStatistics,
    records: Mapping[str, RunRecord],
    kept: Mapping[tuple[str, str], Measured],
) -> TaskRow:
    cells = tuple(scores.cells.get((entry, task)) for entry in entries)
    own = [cell is not None and all(seed.run_id in records for seed in cell.seeds) for cell in cells]
    known = [records[s.run_id] for cell in cells if cell for s in cell.seeds if s.run_id in records]
    names = measure_names(spec, known)
    found = [measure(cell, names, records) if cell and has else {} for cell, has in zip(cells, own, strict=True)]
    return TaskRow(
        task=shown(task),
        steps=steps,
        cells=cells,
        measures=tuple(map(shown, names)),
        measured=tuple({shown(name): item for name, item in measured.items()} for measured in found),
        robustness=tuple(kept.get((entry, task)) for entry in entries) if kept else (),
        statistics=statistics,
        random=_sourced(spec.random_return if spec else None),
        reference=_sourced(spec.reference_return if spec else None),
        scored=scored,
        installed=spec is not None,
    )


def _sourced(reference: Reference | None) -> Reference | None:
    return replace(reference, source=shown(reference.source, 300)) if reference else None


def _printable(scores: Scores) -> Scores:
    """``scores`` with entry names that may be shown, still one name an entry."""
    names: dict[str, str] = {}
    for entry in scores.entries:
        name = shown(entry)
        while name in names.values():
            name += "'"
        names[entry] = name
    cells = {(names[entry], task): replace(cell, entry=names[entry]) for (entry, task), cell in scores.cells.items()}
    return replace(scores, cells=cells)
