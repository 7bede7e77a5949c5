"""Which boards are built of the records at hand."""

from collections.abc import Sequence
from pathlib import Path

from mjbench.io.collection import no_collection
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.imported import NO_LOGS, Logs
from mjbench.leaderboard.selection import EVERYTHING, Shown
from mjbench.plan.ledgers import NO_LEDGERS, Ledgers, without_tuning_runs
from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers
from mjbench.spec.suite import Suite
from mjbench.store.membership import members
from mjbench.store.store import Found
from mjbench.submission.verdicts import Verdicts


@no_collection()
def choose_boards(
    registry: Registry,
    suite: Suite | None,
    found: Sequence[Found],
    problems: Sequence[str],
    verdicts: Verdicts,
    logs: Logs = NO_LOGS,
    show: Shown = EVERYTHING,
    ledgers: Ledgers = NO_LEDGERS,
) -> tuple[list[Board], list[str]]:
    """The board of ``suite``, or all boards: of each installed suite with records, and of each budget beside them.

    Args:
        registry: what is installed.
        suite: None for all boards.
        found: records, in any order.
        problems: a line for each record that could not be read, as boards show it.
        verdicts: give the entries their tiers.
        logs: imported runs, shown on the boards whose budget they reach.
        show: of the board of ``suite``, the entries and tasks that are shown.
        ledgers: say what was spent on tuned presets, and with which seeds.

    Returns:
        The boards, none where no record belongs to ``suite``, and a line for each suite that does not load.
    """
    suites, unloaded = ([suite], []) if suite else installed_suites(registry)
    found, overlapping = without_tuning_runs(found, ledgers)
    problems = [*problems, *overlapping]
    options = {"verdicts": verdicts, "preset_of": preset_numbers(registry), "logs": logs, "ledgers": ledgers}
    logged = {run.task for run in logs.runs}
    shown = [each for each in suites if members(found, each, registry.tasks) or (suite and logged & set(each.tasks))]
    boards = [suite_board(each, found, registry.tasks, problems, **options, show=show) for each in shown]
    if not suite:
        boards += custom_boards(found, suites, registry.tasks, problems, **options)
    return boards, unloaded


def as_note(problem: str, results: Path) -> str:
    """A problem as boards show it: without the path of the results folder, which differs between machines."""
    return f"Left out: {problem.replace(f'{results}/', '')}"
