"""Records to scores: floors, coverage, splits, and what may not be mixed."""

import random
from dataclasses import replace

import numpy as np
import pytest

from mjbench.registry.preset_lookup import PresetNumbers
from mjbench.spec.task import Reference, TaskSpec
from mjbench.stats.scores import normalise, score_table

RANDOM, GOOD = Reference(10.0, "measured"), Reference(110.0, "a paper")
TASK = TaskSpec("toy/A-v0", "m:a", 10, 100, random_return=RANDOM, reference_return=GOOD)
TASKS = {TASK.id: TASK}


def test_a_seed_score_is_the_normalised_mean_of_its_final_episodes(found) -> None:
    scores = score_table([found(value=60.0)], TASKS, range(1))
    (seed,) = scores.cells["sac", "toy/A-v0"].seeds
    assert (seed.value, seed.normalised, seed.status) == (60.0, 0.5, "completed")
    assert scores.warnings == ()


@pytest.mark.parametrize("status", ["failed", "diverged"])
def test_a_failed_run_counts_as_the_random_policy(found, status) -> None:
    scores = score_table([found(value=110.0), found(seed=1, status=status)], TASKS, range(3))
    cell = scores.cells["sac", "toy/A-v0"]
    assert cell.values == [110.0, 10.0]
    np.testing.assert_array_equal(cell.normalised, [1.0, 0.0])
    assert cell.coverage == "1/3 seeds, 1 failed"
    assert cell.seeds[1].error == "it broke"


def test_crashing_never_beats_finishing_below_random(found) -> None:
    records = [found(seed=0, status="failed"), found(algorithm="ppo", value=-40.0)]
    assert score_table(records, TASKS).cells["sac", "toy/A-v0"].values == [-40.0]


def test_without_a_random_return_the_floor_is_the_worst_seed_of_the_task(found) -> None:
    records = [found(value=50.0), found(seed=1, status="failed"), found(algorithm="ppo", value=7.0)]
    records.append(found(task="toy/B-v0", value=-99.0))  # another task does not matter
    cell = score_table(records, {}).cells["sac", "toy/A-v0"]
    assert cell.values == [50.0, 7.0]
    assert cell.normalised.size == 0


def test_without_any_number_a_failed_run_has_no_value_but_is_still_seen(found) -> None:
    cell = score_table([found(status="failed")], {}).cells["sac", "toy/A-v0"]
    assert (cell.values, cell.estimate, cell.failed) == ([], None, 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e200, None])
def test_returns_that_are_not_finite_count_at_the_floor(found, value) -> None:
    item = found()
    evaluations = replace(item.record.evaluations, episode_return=[value, value])
    item = replace(item, record=replace(item.record, evaluations=evaluations))
    (seed,) = score_table([item], TASKS).cells["sac", "toy/A-v0"].seeds
    assert (seed.value, seed.normalised, seed.status) == (10.0, 0.0, "diverged")


def test_a_final_evaluation_that_is_not_the_protocols_is_left_out_and_named(found) -> None:
    item = found()
    lucky = replace(item.record.evaluations, seed=[1_000_000, 1_000_000])
    cheat = replace(item, record=replace(item.record, evaluations=lucky))
    scores = score_table([cheat, found(seed=1)], TASKS, range(2))
    assert [seed.seed for seed in scores.cells["sac", "toy/A-v0"].seeds] == [1]
    assert len(scores.warnings) == 1
    assert "sac toy/A-v0 seed 0" in scores.warnings[0]


def test_seeds_beyond_those_asked_for_do_not_fill_the_holes(found) -> None:
    cell = score_table([found(seed=7), found(seed=8), found(seed=9)], TASKS, range(3)).cells["sac", "toy/A-v0"]
    assert (cell.completed, cell.expected) == (3, 6)


def test_other_hyperparameters_on_the_same_task_are_another_entry(found) -> None:
    records = [
        found(hyperparameters={"lr": lr}, seed=seed, value=v) for lr, v in ((1, 20.0), (2, 80.0)) for seed in (0, 1)
    ]
    records.append(found(task="toy/B-v0", hyperparameters={"lr": 1}))
    records.append(found(algorithm="ppo", hyperparameters={"lr": 3}))
    scores = score_table(records, TASKS)
    split = [entry for entry in scores.entries if entry.startswith("sac (")]
    assert len(split) == 2
    assert scores.entries == ["ppo", *split]
    assert sorted(tuple(scores.cells[entry, "toy/A-v0"].values) for entry in split) == [(20.0, 20.0), (80.0, 80.0)]
    (both,) = [entry for entry in split if (entry, "toy/B-v0") in scores.cells]
    assert scores.cells[both, "toy/A-v0"].values == [20.0, 20.0]  # the run with the same hyperparameters joins it
    assert any(line.startswith("Split: sac was run with 2 sets") for line in scores.warnings)


def test_other_presets_on_other_tasks_are_one_entry(found) -> None:
    records = [found(hyperparameters={"lr": 1}), found(task="toy/B-v0", hyperparameters={"lr": 2})]
    scores = score_table(records, TASKS)
    assert scores.entries == ["sac"]
    assert scores.warnings == ()


def test_an_algorithm_named_like_a_split_entry_stays_apart(found) -> None:
    records = [found(hyperparameters={"lr": lr}) for lr in (1, 2)]
    name = score_table(records, TASKS).entries[0]
    scores = score_table([*records, found(algorithm=name)], TASKS)
    assert len(scores.entries) == 3
    assert all(len(cell.seeds) == 1 for cell in scores.cells.values())


def test_a_seed_counts_once_whatever_it_scored(found) -> None:
    records = [found(threads=4, value=999.0), found(threads=1, value=20.0)]
    scores = score_table(records, TASKS)
    assert scores.cells["sac", "toy/A-v0"].values == [20.0]
    assert any("1 more run of the same seeds" in line for line in scores.warnings)


def test_of_the_attempts_at_a_run_the_completed_one_counts(found) -> None:
    for records in ([found(status="failed"), found(value=60.0)], [found(value=60.0), found(status="failed")]):
        cell = score_table(records, TASKS).cells["sac", "toy/A-v0"]
        assert (cell.values, cell.failed) == ([60.0], 0)


def test_versions_of_mujoco_and_threads_that_differ_are_told(found) -> None:
    records = [found(), found(seed=1, mujoco="3.2.7"), found(seed=2, mujoco=None), found(seed=3, threads=8)]
    versions, threads = score_table(records, TASKS).warnings
    assert versions.endswith("3.2.7 (1 run), 3.3.0 (2 runs), unknown (1 run).")
    assert threads.endswith("1 thread (3 runs), 8 threads (1 run).")


def test_provenance_of_another_shape_is_no_obstacle(found) -> None:
    item = found()
    odd = replace(item, record=replace(item.record, provenance={"packages": ["mujoco"]}))
    assert score_table([odd], TASKS).warnings == ()


def test_the_order_of_records_does_not_matter(found) -> None:
    records = [
        found(task=task, algorithm=algorithm, seed=seed, value=10.0 * seed, threads=threads, path=f"{seed}")
        for task in ("toy/A-v0", "toy/B-v0")
        for algorithm in ("sac", "ppo")
        for seed in range(3)
        for threads in (1, 2)
    ]
    shuffled = random.Random(0).sample(records, len(records))
    assert shuffled != records
    assert score_table(shuffled, TASKS) == score_table(records, TASKS)


def test_without_a_task_or_a_value_nothing_is_normalised() -> None:
    assert normalise(None, 5.0) is None
    assert normalise(TASK, None) is None
    assert normalise(TASK, 110.0) == 1.0


def numbered(run) -> PresetNumbers:
    """Presets 1, 2 and 3, by a hyperparameter that lists those with which the run agrees."""
    return PresetNumbers(frozenset(run.hyperparameters.get("agrees", ())), newest=3, known=True)


def entries(found, *sets: tuple[int, ...], **fields) -> dict[str, int]:
    """Seeds of each entry where runs agree with these presets, a seed each."""
    records = [found(seed=seed, hyperparameters={"agrees": list(each)}, **fields) for seed, each in enumerate(sets)]
    scores = score_table(records, TASKS, preset_of=numbered)
    return {entry: len(scores.cells[entry, "toy/A-v0"].seeds) for entry in scores.entries}


def test_runs_of_an_older_preset_are_an_entry_of_their_own(found) -> None:
    assert entries(found, (1,), (2,), (3,), (3,)) == {"sac": 2, "sac (preset 1)": 1, "sac (preset 2)": 1}
    assert entries(found, (1,), variant="gamma=0.9") == {"sac (preset 1)[gamma=0.9]": 1}


def test_a_run_on_which_presets_agree_counts_for_each_that_is_on_the_board(found) -> None:
    assert entries(found, (1, 2, 3)) == {"sac": 1}
    assert entries(found, (1,), (1, 2)) == {"sac (preset 1)": 2}
    assert entries(found, (1,), (3,), (1, 3), (1, 2, 3)) == {"sac": 3, "sac (preset 1)": 3}
    assert entries(found, (1, 2), (2, 3)) == {"sac": 1, "sac (preset 2)": 2}


def test_a_run_of_no_published_preset_is_never_mixed_with_those_of_one(found) -> None:
    records = [found(hyperparameters={"agrees": [3]}), found(seed=1, hyperparameters={"gamma": 0.5})]
    plain, other = score_table(records, TASKS, preset_of=numbered).entries
    assert plain == "sac"
    assert other == f"sac ({records[1].record.run.preset_id[:6]})"
