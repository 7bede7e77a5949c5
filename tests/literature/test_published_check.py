"""Our numbers against published ones."""

import json
from dataclasses import replace

import pytest

from mjbench.errors import MjbenchError
from mjbench.literature.compare import check, our_value
from mjbench.literature.scores import Published, read_published
from mjbench.spec.record import Evaluations, TrainingEpisodes
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TASK_ID

THEIRS = Published("a paper, table 1", "sac", "final", "toy/A", 0, 100, 52.0, 3.0, 10)


def ours(found, count: int = 8, centre: float = 50.0, **changes) -> list:
    return [found(seed=seed, value=centre + seed - count / 2, **changes).record for seed in range(count)]


def test_the_table_that_comes_with_mjbench_is_sound() -> None:
    rows = read_published()
    assert len(rows) == 1173
    assert all(row.source and row.seeds >= 1 and row.steps >= 100_000 for row in rows)
    assert all(TASK_ID.fullmatch(f"{row.task}-v{row.version or 0}") for row in rows)
    assert {row.algorithm for row in rows} >= {"sac", "td3", "ppo", "ddpg"}
    (walker,) = [row for row in rows if row.source.startswith("denisyarats") and row.task == "dm_control/walker-walk"
                 and row.steps == 1_000_000]  # fmt: skip
    assert (walker.mean, walker.seeds) == (905.2, 3)
    assert walker.std == pytest.approx(78.0 * (3 / 2) ** 0.5, abs=0.01)


def test_close_numbers_are_consistent_and_distant_ones_differ(found) -> None:
    (close,) = check(ours(found), [THEIRS])
    assert (close.verdict, close.why) == ("consistent", "")
    assert close.difference is not None
    assert close.difference.value == pytest.approx(-2.5)
    (distant,) = check(ours(found, centre=20.0), [THEIRS])
    assert distant.verdict == "differs"
    (few,) = check(ours(found), [replace(THEIRS, seeds=3)])
    assert (few.verdict, few.why) == ("consistent", "published from 3 seeds only")


@pytest.mark.parametrize(
    ("theirs", "count", "why"),
    [
        (replace(THEIRS, version=2), 8, "published for v2 of the environment, ours is v0"),
        (replace(THEIRS, steps=500), 8, "we have no evaluation at 500 steps; our budgets: 100"),
        (replace(THEIRS, action_repeat=2), 8, "published with action repeat 2, ours is 1"),
        (replace(THEIRS, action_repeat=None), 8, "published with an unknown action repeat, ours is 1"),
        (THEIRS, 4, "4 of our seeds have one, fewer than 5"),
        (replace(THEIRS, std=None, seeds=1), 8, "published without a spread over seeds"),
    ],
)
def test_what_cannot_be_compared_says_why(found, theirs, count, why) -> None:
    (row,) = check(ours(found, count), [theirs])
    assert (row.verdict, row.why) == ("not comparable", why)


def test_versions_are_compared_on_request_and_marked(found) -> None:
    (row,) = check(ours(found), [replace(THEIRS, version=2)], any_version=True)
    assert (row.verdict, row.why) == ("consistent", "across versions: v2")


def test_other_algorithms_and_tasks_do_not_matter(found) -> None:
    records = [*ours(found), *ours(found, algorithm="ppo")]
    (row,) = check(records, [THEIRS, replace(THEIRS, task="toy/B"), replace(THEIRS, algorithm="td3")])
    assert row.ours is not None
    assert row.ours.seeds == 8


def test_of_several_budgets_the_nearest_is_compared_and_said(found) -> None:
    records = [*ours(found), *ours(found, 6, 90.0, steps=400), *ours(found, 5, 70.0, steps=130)]
    (row,) = check(records, [THEIRS])
    assert row.ours is not None
    assert (row.ours.seeds, row.budget, row.other_budgets) == (8, 100, (130, 400))
    assert row.why == "our runs of 100 steps, the nearest budget; not used: 130, 400"
    (later,) = check(records, [replace(THEIRS, steps=400)])
    assert (later.ours, later.budget) == (check(records[8:14], [replace(THEIRS, steps=400)])[0].ours, 400)
    (between,) = check(records, [replace(THEIRS, steps=120)])
    assert (between.ours, between.why) == (None, "we have no evaluation at 120 steps; our budgets: 100, 130, 400")


def test_a_longer_run_that_was_evaluated_there_comes_before_a_nearer_one_that_was_not(found) -> None:
    protocol = EvalProtocol(checkpoints=2, episodes=1, final_episodes=1)
    table = Evaluations([50, 100], [protocol.seed] * 2, [7.0, 9.0], [5, 5])
    whole = [replace(record, evaluations=table) for record in ours(found, 5, protocol=protocol)]
    (row,) = check([*whole, *ours(found, 5, steps=60)], [replace(THEIRS, steps=50)])
    assert row.ours is not None
    assert (row.ours.mean, row.budget, row.other_budgets) == (7.0, 100, (60,))


def test_other_implementations_are_compared_and_named_as_such(found) -> None:
    (row,) = check(ours(found, algorithm="fast-SAC"), [THEIRS, replace(THEIRS, algorithm="fast")])
    assert (row.entry, row.alias, row.verdict, row.why) == (
        "fast-SAC", True, "consistent", "as an implementation of sac",
    )  # fmt: skip
    assert not check(ours(found, algorithm="fastsac"), [THEIRS])
    assert not check(ours(found, variant="tau=1"), [THEIRS])


def test_failed_runs_count_at_the_floor(found, tasks) -> None:
    records = [*ours(found, 7), found(seed=98, status="failed").record, found(seed=99, status="diverged").record]
    (row,) = check(records, [THEIRS], tasks=tasks)
    assert row.ours is not None
    assert (row.ours.seeds, row.floored) == (9, 2)
    assert row.ours.mean == pytest.approx(sum(50 + seed - 3.5 for seed in range(7)) / 9)
    assert row.why == "2 of our runs failed and count at the floor"
    (unknown,) = check(records, [THEIRS])
    assert unknown.ours is not None
    assert unknown.ours.mean == pytest.approx((sum(46.5 + seed for seed in range(7)) + 2 * 46.5) / 9)
    (lower,) = check([*records, found("toy/A-v0", "ppo", 0, -9.0).record], [THEIRS], tasks=tasks)
    assert lower.ours is not None
    assert lower.ours.mean == pytest.approx((sum(46.5 + seed for seed in range(7)) - 2 * 9) / 9)


def test_returns_that_are_not_finite_count_at_the_floor(found, tasks) -> None:
    record = found(seed=99).record
    record = replace(record, evaluations=replace(record.evaluations, episode_return=[1.0, None]))
    (row,) = check([*ours(found), record], [THEIRS], tasks=tasks)
    assert row.ours is not None
    assert (row.ours.seeds, row.floored) == (9, 1)


def test_failed_runs_count_only_where_they_were_due(found, tasks) -> None:
    failed = [found(seed=seed, status="failed", steps=200).record for seed in range(90, 96)]
    (row,) = check([*ours(found), *failed], [THEIRS], tasks=tasks)
    assert row.ours is not None
    assert (row.ours.seeds, row.floored) == (8, 0)
    (row,) = check([*ours(found), *failed], [replace(THEIRS, metric="last_3_checkpoints")], tasks=tasks)
    assert (row.ours, row.floored) == (None, 0)


def test_what_a_failed_run_had_reached_counts_as_it_is(found, tasks) -> None:
    protocol = EvalProtocol(checkpoints=2, episodes=1, final_episodes=1)
    record = found(protocol=protocol, status="failed").record
    table = Evaluations([50], [protocol.seed], [7.0], [5])
    training = TrainingEpisodes([10, 60], [1.0, 3.0], [1, 1])
    record = replace(record, evaluations=table, training=training)
    assert our_value(record, replace(THEIRS, steps=50)) == 7.0
    assert our_value(record, THEIRS) is None
    assert our_value(record, replace(THEIRS, metric="training", steps=60)) == 2.0
    assert our_value(record, replace(THEIRS, metric="training")) is None
    (row,) = check([record], [replace(THEIRS, metric="training")], tasks=tasks)
    assert row.ours is not None
    assert (row.ours.mean, row.floored) == (0.0, 1)


def test_ours_are_computed_by_their_metric(found) -> None:
    record = found().record
    table = replace(
        record.evaluations,
        step=[25, 50, 75, 100],
        seed=[1_000_000] * 4,
        episode_return=[1.0, 9.0, 5.0, 4.0],
        episode_length=[5] * 4,
    )
    training = TrainingEpisodes(list(range(1, 121)), [float(i) for i in range(120)], [1] * 120)
    record = replace(record, evaluations=table, training=training)

    def value(**changes) -> float | None:
        return our_value(record, replace(THEIRS, **changes))

    assert (value(), value(steps=50)) == (4.0, 9.0)
    assert (value(metric="best"), value(metric="best", steps=25)) == (9.0, 1.0)
    assert (value(metric="last_3_checkpoints"), value(metric="last_3_checkpoints", steps=50)) == (6.0, None)
    assert value(metric="training") == pytest.approx(sum(range(100)) / 100)
    assert value(metric="training", steps=1000) is None
    assert value(steps=60) is None


@pytest.mark.parametrize(
    "body",
    ["[", "[]", "{}", '{"blocks": [{}]}',
     '{"blocks": [{"source": "x", "algorithm": "a", "metric": "odd", "rows": []}]}',
     '{"blocks": [{"source": "x", "algorithm": "a", "metric": "final", "rows": [["t", 1, 5, NaN, 1, 2]]}]}',
     '{"blocks": [{"source": "x", "algorithm": "a", "metric": "final", "rows": [["t", 1, 5]]}]}', "[" * 100_000],
)  # fmt: skip
def test_tables_of_another_form_are_refused_with_the_form(tmp_path, body) -> None:
    path = tmp_path / "mine.json"
    path.write_text(body)
    with pytest.raises(MjbenchError, match="not a table of published scores"):
        read_published(path)


def test_a_table_of_the_users_own_is_read(tmp_path) -> None:
    path = tmp_path / "mine.json"
    row = ["gymnasium/Hopper", 5, 1_000_000, 3412.0, 87.0, 10]
    path.write_text(json.dumps({"blocks": [{"source": "me", "algorithm": "SAC", "metric": "best", "rows": [row]}]}))
    (read,) = read_published(path)
    assert read == Published("me", "sac", "best", "gymnasium/Hopper", 5, 1_000_000, 3412.0, 87.0, 10)
