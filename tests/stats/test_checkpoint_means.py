"""Learning curves out of records."""

from dataclasses import replace

import pytest

from mjbench.spec.record import Evaluations, RunRecord, Status
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import Reference, TaskSpec
from mjbench.stats.returns import checkpoint_means
from mjbench.stats.scores import score_table
from mjbench.store.store import Found

PROTOCOL = EvalProtocol(checkpoints=4, episodes=2, final_episodes=2)
TASK = TaskSpec("toy/A-v0", "m:a", 10, 100, random_return=Reference(0.0, "x"), reference_return=Reference(10.0, "y"))
NAN = float("nan")


def record(returns: list[float | None], status: Status = "completed", seed: int = 0) -> RunRecord:
    """Two episodes at each of 25, 50, 75, 100 steps, as far as ``returns`` goes; each episode returns its entry."""
    run = RunSpec(TASK.id, "sac", {}, seed, 100, PROTOCOL)
    steps = [step for step in (25, 50, 75, 100)[: len(returns)] for _ in range(2)]
    values = [value for value in returns for _ in range(2)]
    table = Evaluations(steps, [1_000_000, 1_000_001] * len(returns), values, [5] * len(steps))
    return RunRecord(run, status, table)


@pytest.mark.parametrize(
    ("made", "final", "curve"),
    [
        (record([1.0, 2.0, 3.0, 4.0]), 4.0, (1.0, 2.0, 3.0, 4.0)),
        (record([1.0, None, NAN, 4.0]), 4.0, (1.0, -7.0, -7.0, 4.0)),
        (record([1.0, 2.0], "failed"), -7.0, (1.0, 2.0, -7.0, -7.0)),
        (record([], "failed"), -7.0, (-7.0,) * 4),
        (record([1.0, 2.0]), 4.0, ()),  # completed, but not evaluated at every checkpoint
        (record([1.0], "failed"), None, ()),
    ],
)
def test_a_curve_has_a_number_for_every_checkpoint_or_none_at_all(made, final, curve) -> None:
    assert checkpoint_means(made, final, None if final is None else -7.0) == curve


def test_curves_end_in_the_score_and_are_normalised_like_it() -> None:
    runs = [record([1.0, 2.0, 3.0, 4.0]), record([0.0, 5.0, 5.0, 8.0], seed=1), record([1.0], "diverged", 2)]
    cell = score_table([_found(run) for run in runs], {TASK.id: TASK}).cells["sac", TASK.id]
    assert cell.curves().tolist() == [[1.0, 0.0, 1.0], [2.0, 5.0, 0.0], [3.0, 5.0, 0.0], [4.0, 8.0, 0.0]]
    assert cell.curves()[-1].tolist() == cell.values
    assert cell.curves(normalised=True)[-1].tolist() == cell.normalised.tolist()
    assert score_table([_found(runs[0])], {}).cells["sac", TASK.id].curves(normalised=True).shape == (0, 0)


def test_a_run_that_lacks_a_checkpoint_is_left_out_of_curves_alone_and_named() -> None:
    whole = record([1.0, 2.0, 3.0, 4.0])
    table = whole.evaluations
    holed = Evaluations(table.step[2:], table.seed[2:], table.episode_return[2:], table.episode_length[2:])
    holed = replace(whole, run=replace(whole.run, seed=1), evaluations=holed)
    scores = score_table([_found(whole), _found(holed)], {TASK.id: TASK})
    cell = scores.cells["sac", TASK.id]
    assert (cell.values, cell.curves().shape) == ([4.0, 4.0], (4, 1))
    (line,) = [line for line in scores.warnings if line.startswith("Learning curves")]
    assert "leave out 1 run that was not evaluated at every checkpoint" in line


def _found(run: RunRecord) -> Found:
    from pathlib import Path

    return Found(Path("x"), run)
