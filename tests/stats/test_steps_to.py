"""Steps to a threshold: the first evaluation point, and the median over seeds."""

from collections.abc import Sequence

from records import make_run

from mjbench.spec.record import Evaluations, RunRecord, Status
from mjbench.spec.stop import read_threshold
from mjbench.stats.steps_to import StepsTo, steps_to


def record(returns: Sequence[float], success: Sequence[bool] | None = None, status: Status = "completed") -> RunRecord:
    """Two episodes at each of the steps 10, 20, ..."""
    steps = [10 * (i // 2 + 1) for i in range(len(returns))]
    seeds = [1_000_000 + i % 2 for i in range(len(returns))]
    table = Evaluations(steps, seeds, list(returns), [5] * len(steps), list(success) if success else None)
    return RunRecord(make_run(), status, table)


def test_the_first_point_counts_also_where_it_is_lost_again() -> None:
    threshold = read_threshold("return=5")
    found = steps_to([record([0, 0, 4, 6, 0, 0]), record([0, 9, 4, 4]), record([5, 5])], threshold)
    assert found.steps == (20, None, 10)
    assert (found.reached, found.median) == (2, 20)


def test_successes() -> None:
    won, half = record([0, 0, 0, 0], [False, True, True, True]), record([0, 0], [False, True])
    assert steps_to([won, half], read_threshold("success=1")).steps == (20, None)
    assert steps_to([won, half], read_threshold("success=0.5")).steps == (10, 10)
    assert steps_to([record([1, 1])], read_threshold("success=0.5")).steps == (None,)


def test_those_that_never_got_there_count_as_infinite() -> None:
    assert StepsTo((10, 20, None)).median == 20
    assert StepsTo((10, 20, None, None)).median is None
    assert StepsTo((10, 20, 40, None)).median == 30
    assert StepsTo((None,)).median is None
    assert StepsTo(()).median is None


def test_a_failed_run_counts_where_it_was_evaluated() -> None:
    assert steps_to(
        [record([9, 9], status="failed"), record([], status="failed")], read_threshold("return=9")
    ).steps == (
        10,
        None,
    )
