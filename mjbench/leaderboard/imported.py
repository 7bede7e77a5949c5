"""Imported runs on a board: rows without a rank, and what is not known about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mjbench.leaderboard.board import Board, Ranked
from mjbench.leaderboard.rank import rank
from mjbench.spec.imported import ImportedRun
from mjbench.spec.tier import FROM_A_LOG
from mjbench.stats.bootstrap import Draws
from mjbench.stats.cell import Scores
from mjbench.stats.suite import suite_statistics


@dataclass(frozen=True)
class Logs:
    """Imported runs, for any board."""

    runs: tuple[ImportedRun, ...] = ()
    ranked: bool = False
    """Whether they are ranked and tested with the others."""


NO_LOGS = Logs()


def unranked(
    scores: Scores, tasks: Sequence[str], scored: Sequence[str], head: Board, draws: Draws
) -> tuple[Ranked, ...]:
    """A row for each imported entry, best first, with statistics of its own scores alone.

    Args:
        scores: of the imported entries.
        tasks: all task ids of the board.
        scored: those that are normalised.
        head: with the checkpoints and seeds of the board.
        draws: the board's resamples.
    """
    alone = suite_statistics(scores, scored, head.checkpoints, draws)
    rows = rank(scores, alone, tasks, scored, head.seeds, draws)
    return tuple(replace(row, rank=None, ranks=None, mean_rank=None, verified=FROM_A_LOG) for row in rows)


def imported_notes(board: Board, short: Sequence[ImportedRun]) -> list[str]:
    """What a reader must know about the imported entries of a board, and about the logs that it leaves out."""
    lines: list[str] = []
    by_entry: dict[str, list[ImportedRun]] = {}
    logged = {run.run_id for run in board.imported}
    for run in board.imported:
        by_entry.setdefault(run.entry, []).append(run)
    if by_entry:
        said = (
            "On request they are ranked and tested with the others, although they may not have been scored alike."
            if board.imported_ranked
            else "They have no rank and take no part in tests, bold marks, mean ranks or anyone's aggregates."
        )
        lines.append(
            "Imported entries are logs of other programs; their tier, imported, means that nothing about them was "
            f"checked. {said} At each evaluation point of the board stands the last evaluation, or the mean of the "
            "training returns, in the tenth of the budget before it."
        )
    for entry, runs in sorted(by_entry.items()):
        kinds = ", ".join(sorted({_returns(run) for run in runs}))
        unknown = ", ".join(dict.fromkeys(name for run in runs for name in run.unknown))
        longer = _longer(board, runs)
        lines.append(
            f"{entry}: {kinds}, from {', '.join(sorted({run.format for run in runs}))}; unknown: {unknown}.{longer}"
        )
    bare = {
        cell.entry
        for row in board.tasks
        for cell in row.cells
        if cell and any(not seed.curve and seed.run_id in logged for seed in cell.seeds)
    }
    if bare and board.protocol.checkpoints > 1:
        lines.append(
            f"Learning curves leave out logs of {', '.join(sorted(bare))} without a return near each evaluation point."
        )
    if short:
        listed = ", ".join(f"{run.label} (up to step {run.step[-1]:,})" for run in short[:20])
        more = f", and {len(short) - 20} more" if len(short) > 20 else ""
        lines.append(f"Logs without a return near the end of the board's budget are left out: {listed}{more}.")
    return lines


def _returns(run: ImportedRun) -> str:
    if run.returns == "unknown":
        return "training or evaluation returns"
    if run.returns == "evaluation" and run.episodes:
        return f"evaluation returns, {run.episodes} episodes each"
    return f"{run.returns} returns"


def _longer(board: Board, runs: Sequence[ImportedRun]) -> str:
    """That a log goes on beyond the budget: its training may have been planned for more steps."""
    budgets = {row.task: row.steps for row in board.tasks}
    beyond = [run for run in runs if run.step[-1] > 1.1 * budgets.get(run.task, run.step[-1])]
    if not beyond:
        return ""
    return f" Its logs go on to step {max(run.step[-1] for run in beyond):,}, beyond the budget of the board."
