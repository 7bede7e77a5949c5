"""A run that stops at a threshold: where it stops, what its record says, and that killing it changes nothing."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from killing import Interrupted, content, killed_and_resumed, resumed, small_run, undisturbed

from mjbench.cli.terminal.evaluation import recorded
from mjbench.registry.lookup import Registry
from mjbench.report.episodes import final_episodes
from mjbench.spec.run import RunSpec
from mjbench.spec.stop import read_threshold
from mjbench.stats.returns import final_mean
from mjbench.stats.scores import score_table
from mjbench.stats.steps_to import steps_to
from mjbench.store.frame import read_results
from mjbench.store.store import ResultStore
from mjbench.submission.run_checks import check_run
from mjbench.verify.limits import Limits
from mjbench.verify.replay import replay

TASK = "gymnasium/InvertedPendulum-v5"
STEPS = 4000


@pytest.fixture(scope="module", params=["fast-ppo", "ppo", "fast-sac"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunSpec, ResultStore]:
    """A run over its whole budget."""
    changes = {} if "ppo" in request.param else {"learning_starts": 100, "batch_size": 32, "net_arch": [32, 32]}
    run = small_run(TASK, request.param, steps=STEPS if "ppo" in request.param else 1200, **changes)
    return run, undisturbed(run, tmp_path_factory.mktemp("whole"))


def points(store: ResultStore, run: RunSpec) -> dict[int, float]:
    table = store.read(store.folder(run)).evaluations
    returns: dict[int, list[float]] = {}
    for step, value in zip(table.step, table.episode_return, strict=True):
        returns.setdefault(step, []).append(float(value or 0))
    return {step: float(np.mean(values)) for step, values in returns.items()}


def early(run: RunSpec, store: ResultStore) -> tuple[RunSpec, int]:
    """The same run that stops before its budget, and where: at the best of its first three points."""
    means = {step: mean for step, mean in points(store, run).items() if step < run.steps}
    best = max(means.values())
    return replace(run, stop_at=str(read_threshold(f"return={best!r}"))), min(s for s, m in means.items() if m == best)


def test_it_stops_where_the_threshold_is_reached(whole: tuple[RunSpec, ResultStore], tmp_path: Path) -> None:
    run, full = whole
    stopping, step = early(run, full)
    store = undisturbed(stopping, tmp_path)
    record, before = store.read(store.folder(stopping)), full.read(full.folder(run))
    assert record.status == "completed"
    assert record.final_step == step < record.run.steps
    table, other = record.evaluations, before.evaluations
    earlier = sum(at < step for at in other.step)
    assert table.step == [*other.step[:earlier], *[step] * run.protocol.final_episodes]
    assert table.episode_return[: earlier + 2] == pytest.approx(other.episode_return[: earlier + 2], rel=1e-6)
    assert table.seed[earlier:] == [1_000_000 + i for i in range(run.protocol.final_episodes)]
    assert max(record.training.step) <= step
    assert record.training.episode_return == before.training.episode_return[: len(record.training.step)]
    assert record.final_returns == table.episode_return[earlier:]
    assert final_mean(record) == pytest.approx(np.mean(record.final_returns))
    assert steps_to([record], read_threshold(stopping.stop_at)).steps == (step,)
    rate = record.resources.steps_per_s * record.resources.train_s
    assert rate == pytest.approx(step, rel=0.01)


def test_every_reader_takes_the_last_policy_for_the_final_one(
    whole: tuple[RunSpec, ResultStore], tmp_path: Path
) -> None:
    run, full = whole
    stopping, step = early(run, full)
    store = undisturbed(stopping, tmp_path)
    record, registry = store.read(store.folder(stopping)), Registry()
    frame = read_results(tmp_path).query("final")
    assert frame.step.tolist() == [step] * run.protocol.final_episodes
    assert set(frame.algorithm) == {f"{run.algorithm}[stop at {stopping.stop_at}]"}
    assert recorded(record)["return"] == record.final_returns
    episodes = final_episodes(record)
    assert episodes is not None
    assert episodes.rows[0][1].episodes == run.protocol.final_episodes
    (found,), problems = store.current()
    assert not problems
    scores = score_table([found, *full.current()[0]], registry.tasks)
    assert len(scores.entries) == 2  # never mixed with runs of the whole budget
    mine = [cell for cell in scores.cells.values() if "stop at" in cell.entry]
    assert [seed.value for cell in mine for seed in cell.seeds] == [final_mean(record)]
    assert not [finding for finding in check_run(record, "here", None, registry.task(TASK)) if finding.level == "error"]
    (again,) = replay([found], None, Limits())
    assert (again.problem, again.same) == ("", run.protocol.final_episodes)


def test_a_threshold_that_is_not_reached_changes_no_number(whole: tuple[RunSpec, ResultStore], tmp_path: Path) -> None:
    run, full = whole
    stopping = replace(run, stop_at="return=1000000")
    store = undisturbed(stopping, tmp_path)
    record, before = store.read(store.folder(stopping)), full.read(full.folder(run))
    assert (record.final_step, record.evaluations, record.training) == (
        run.steps,
        before.evaluations,
        before.training,
    )
    assert record.policy_sha256 == before.policy_sha256


def test_interrupted_before_the_threshold_it_stops_in_the_same_bytes(
    whole: tuple[RunSpec, ResultStore], tmp_path: Path
) -> None:
    run, full = whole
    stopping, step = early(run, full)
    expected = content(undisturbed(stopping, tmp_path / "whole"), stopping)
    parts = Interrupted(stopping, tmp_path / "parts", step // 2)
    parts.first()
    assert parts.second() == expected


@pytest.mark.slow
def test_killed_before_the_threshold_it_stops_in_the_same_bytes(tmp_path: Path) -> None:
    run = small_run(TASK, "fast-ppo", steps=40_000)
    means = points(undisturbed(run, tmp_path / "all"), run)
    stopping = replace(run, stop_at=str(read_threshold(f"return={means[30_000]!r}")))
    expected = content(undisturbed(stopping, tmp_path / "whole"), stopping)
    store = killed_and_resumed(stopping, tmp_path / "killed", 2, random.Random(0), every_s=0.3)
    assert resumed(store, stopping) >= 1
    assert content(store, stopping) == expected
