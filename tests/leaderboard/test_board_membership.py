"""Which records stand on which board."""

from dataclasses import replace

import pytest

from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.spec.suite import EvalProtocol
from mjbench.store.membership import belongs, custom_groups, custom_name


def test_a_run_belongs_by_task_protocol_and_budget(found, suite, tasks) -> None:
    def belonging(**changes) -> bool:
        return belongs(found(**changes).record.run, suite, tasks)

    assert belonging()
    assert not belonging(task="toy/C-v0")
    assert not belonging(steps=101)
    assert not belonging(protocol=EvalProtocol())


def test_without_a_budget_of_its_own_a_suite_takes_each_tasks(found, suite, tasks) -> None:
    own = replace(suite, steps=None)
    assert belongs(found(steps=100).record.run, own, tasks)
    assert belongs(found("toy/B-v0", steps=200).record.run, own, tasks)
    assert not belongs(found("toy/B-v0", steps=100).record.run, own, tasks)
    assert not belongs(found(steps=100).record.run, own, {})
    board = suite_board(own, [found(), found("toy/B-v0", steps=200)], tasks, resamples=10)
    assert [(row.task, row.steps) for row in board.tasks] == [
        ("toy/A-v0", 100),
        ("toy/B-v0", 200),
        ("toy/Bare-v0", 100),
    ]
    assert board.steps is None
    missing = suite_board(own, [found()], {"toy/A-v0": tasks["toy/A-v0"]}, resamples=10)
    assert any("toy/B-v0 is not installed: its budget is unknown" in note for note in missing.notes)


def test_what_belongs_to_no_suite_is_grouped_by_budget_and_protocol(found, suite, tasks) -> None:
    standard, other = EvalProtocol(), EvalProtocol(final_episodes=3)
    mine = [found(steps=steps, protocol=p) for steps in (1000, 70) for p in (standard, other)]
    groups = custom_groups([found(), *mine], [suite], tasks)
    assert list(groups) == sorted(groups, key=lambda name: int(name.split("-")[1]))
    assert {name: len(group) for name, group in groups.items()} == {
        "custom-70-steps": 1,
        custom_name(70, other): 1,
        "custom-1000-steps": 1,
        custom_name(1000, other): 1,
    }
    boards = custom_boards([found(), *mine], [suite], tasks, resamples=10)
    assert [board.name for board in boards] == list(groups)
    assert all(len(board.entries) == 1 for board in boards)


def test_a_custom_board_takes_all_seeds_that_it_finds_as_due(found, tasks) -> None:
    records = [found(seed=seed, protocol=EvalProtocol()) for seed in (3, 5)]
    records.append(found(algorithm="ppo", seed=3, protocol=EvalProtocol()))
    (board,) = custom_boards(records, [], tasks, resamples=10)
    assert board.name == "custom-100-steps"
    assert {row.entry: row.coverage for row in board.ranking} == {"sac": "2/2 runs", "ppo": "1/2 runs"}


@pytest.mark.parametrize("records", [[], "others"])
def test_a_suite_without_records_has_tasks_but_no_entries(found, suite, tasks, records) -> None:
    others = [found(steps=7)] if records else []
    board = suite_board(suite, others, tasks)
    assert (board.entries, board.ranking, len(board.tasks)) == ((), (), 3)
    assert "There are no runs yet." in board.notes
