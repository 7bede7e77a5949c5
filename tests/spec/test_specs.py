import dataclasses

import pytest

from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol, Suite
from mjbench.spec.task import Reference, TaskSpec

RUN = RunSpec("a/B-v0", "sac", {"gamma": 0.99}, 0, 1000, EvalProtocol())


def test_run_id_is_a_fixed_function_of_the_content() -> None:
    # Records out in the world are found by this hash: a change of it is a change of the format.
    assert RUN.run_id == "cfa3dd5cdda1"


@pytest.mark.parametrize(
    "change",
    [
        {"task": "a/B-v1"},
        {"algorithm": "td3"},
        {"hyperparameters": {"gamma": 0.98}},
        {"seed": 1},
        {"steps": 1001},
        {"protocol": EvalProtocol(episodes=11)},
        {"threads": 2},
        {"variant": "gamma=0.98"},
    ],
)
def test_every_part_of_a_run_is_part_of_its_identity(change: dict) -> None:
    assert dataclasses.replace(RUN, **change).run_id != RUN.run_id


def test_identity_ignores_the_order_of_hyperparameters() -> None:
    one = dataclasses.replace(RUN, hyperparameters={"a": 1, "b": 2})
    two = dataclasses.replace(RUN, hyperparameters={"b": 2, "a": 1})
    assert one.run_id == two.run_id


@pytest.mark.parametrize("seed", [-1, EVALUATION_SEED])
def test_training_never_uses_an_evaluation_seed(seed: int) -> None:
    with pytest.raises(SpecError, match="outside"):
        dataclasses.replace(RUN, seed=seed)


def test_evaluation_seeds_stay_out_of_reach_of_training() -> None:
    with pytest.raises(SpecError, match="evaluation seeds"):
        EvalProtocol(seed=EVALUATION_SEED - 1)


@pytest.mark.parametrize("task", ["NoSlash-v0", "a/NoVersion", "a/b/../../c-v0", "../x-v0", ""])
def test_task_ids_have_one_form(task: str) -> None:
    with pytest.raises(SpecError, match="namespace/Name-vN"):
        dataclasses.replace(RUN, task=task)


def test_schedule_spreads_checkpoints_and_ends_with_the_final_policy() -> None:
    schedule = EvalProtocol(checkpoints=4, episodes=3, final_episodes=9).schedule(1000)
    assert schedule == {250: 3, 500: 3, 750: 3, 1000: 9}


def test_schedule_with_fewer_steps_than_checkpoints_still_ends_at_the_budget() -> None:
    schedule = EvalProtocol(checkpoints=10, episodes=3, final_episodes=9).schedule(4)
    assert list(schedule) == sorted(schedule)
    assert schedule[4] == 9
    assert min(schedule) >= 1


def test_normalise_maps_random_to_zero_and_the_reference_to_one() -> None:
    task = TaskSpec("a/B-v0", "m:f", 10, 10, random_return=Reference(-5, "x"), reference_return=Reference(15, "y"))
    assert [task.normalise(value) for value in (-5, 15, 5)] == [0, 1, 0.5]
    assert dataclasses.replace(task, reference_return=None).normalise(5) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tasks": ()}, "no tasks"),
        ({"tasks": ("a/B-v0", "a/B-v0")}, "listed twice"),
        ({"seeds": 0}, "seeds"),
        ({"steps": 0}, "steps"),
        ({"name": "../up"}, "name"),
    ],
)
def test_suites_refuse_nonsense(change: dict, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        dataclasses.replace(Suite("s", ("a/B-v0",)), **change)


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (1.0, 0.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_a_reward_range_is_two_finite_numbers_that_ascend(bounds: tuple[float, float]) -> None:
    assert TaskSpec("a/B-v0", "m:f", 10, 10, reward_range=(-0.5, 1.0)).reward_range == (-0.5, 1.0)
    with pytest.raises(SpecError, match="reward_range"):
        TaskSpec("a/B-v0", "m:f", 10, 10, reward_range=bounds)
