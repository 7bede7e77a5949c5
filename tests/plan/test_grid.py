import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mjbench.errors import MjbenchError
from mjbench.plan.grid import parse_seeds, plan
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec

TASKS = [TaskSpec(f"a/{name}-v0", "m:f", 10, budget) for name, budget in (("One", 100), ("Two", 200))]


class Plain:
    """An algorithm as far as a plan needs one."""

    def hyperparameters(self, task: TaskSpec) -> dict:
        return {"rate": 1.0, "of": task.id}

    def train(self, session):
        raise NotImplementedError

    def load_policy(self, folder):
        raise NotImplementedError


def test_the_whole_grid_seed_by_seed() -> None:
    runs = plan(TASKS, {"x": Plain(), "y": Plain()}, [0, 7], steps=None, protocol=EvalProtocol())
    assert len({run.run_id for run in runs}) == 8
    assert [run.seed for run in runs] == [0] * 4 + [7] * 4
    assert {run.task: run.steps for run in runs} == {"a/One-v0": 100, "a/Two-v0": 200}
    assert all(run.hyperparameters["of"] == run.task for run in runs)


def test_runs_that_others_start_from_come_first_and_once() -> None:
    walk = TaskSpec("a/Walk-v0", "m:f", 10, 100)
    step = TaskSpec("a/Step-v0", "m:f", 10, 200, warm_start="a/Walk-v0")
    climb = TaskSpec("a/Climb-v0", "m:f", 10, 200, warm_start="a/Step-v0")
    known = {task.id: task for task in (walk, step, climb)}
    options: dict = {"steps": None, "protocol": EvalProtocol(), "find_task": known.__getitem__}
    runs = plan([climb, walk], {"x": Plain()}, [0, 1], **options)
    assert [run.task for run in runs] == ["a/Walk-v0", "a/Step-v0", "a/Climb-v0"] * 2
    by_id = {run.run_id: run for run in runs}
    for run in runs:
        if run.task != walk.id:
            assert (by_id[run.source].task, by_id[run.source].seed) == (known[run.task].warm_start, run.seed)
    assert [run.steps for run in runs[:3]] == [100, 200, 200]
    (alone,) = plan([climb], {"x": Plain()}, [0], **options, from_scratch=True, changes={"rate": 2.0})
    assert (alone.source, alone.entry) == ("", "x[from_scratch,rate=2.0]")
    (plain,) = plan([walk], {"x": Plain()}, [0], **options, from_scratch=True)
    assert plain == runs[0]


def test_tasks_that_start_from_each_other_are_refused() -> None:
    known = {
        f"a/{name}-v0": TaskSpec(f"a/{name}-v0", "m:f", 10, 100, warm_start=f"a/{other}-v0")
        for name, other in (("One", "Two"), ("Two", "One"))
    }
    with pytest.raises(MjbenchError, match="a/One-v0 <- a/Two-v0 <- a/One-v0"):
        plan([known["a/One-v0"]], {"x": Plain()}, [0], steps=5, protocol=EvalProtocol(), find_task=known.__getitem__)


def test_a_source_makes_a_run_of_its_own_and_none_leaves_the_old_id() -> None:
    (run,) = plan(TASKS[:1], {"x": Plain()}, [0], steps=5, protocol=EvalProtocol())
    assert run.run_id == "2670af85826e"
    assert replace(run, source="0123456789ab").run_id != run.run_id


def test_changed_hyperparameters_make_a_variant_of_their_own() -> None:
    (plain,) = plan(TASKS[:1], {"x": Plain()}, [0], steps=5, protocol=EvalProtocol())
    (changed,) = plan(TASKS[:1], {"x": Plain()}, [0], steps=5, protocol=EvalProtocol(), changes={"rate": 2.0})
    assert changed.hyperparameters["rate"] == 2.0
    assert (plain.entry, changed.entry) == ("x", "x[rate=2.0]")


def test_a_hyperparameter_that_does_not_exist_gets_the_nearest() -> None:
    with pytest.raises(MjbenchError, match="rate"):
        plan(TASKS, {"x": Plain()}, [0], steps=5, protocol=EvalProtocol(), changes={"rat": 2.0})


@pytest.mark.parametrize(
    ("text", "seeds"), [("3", [0, 1, 2]), ("3,", [3]), ("0,7", [0, 7]), ("4-6,9", [4, 5, 6, 9]), ("2-2", [2])]
)
def test_seeds_are_a_count_or_a_list(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds


@given(st.text(alphabet="0123456789-, ax.", max_size=12))
def test_seeds_are_numbers_or_a_clear_line(text: str) -> None:
    with contextlib.suppress(MjbenchError):  # anything else is a failure
        seeds = parse_seeds(text)
        assert seeds
        assert len(set(seeds)) == len(seeds)
        assert all(seed >= 0 for seed in seeds)


def test_a_threshold_is_of_the_chosen_tasks_alone_and_makes_runs_of_their_own() -> None:
    walk = TaskSpec("a/Walk-v0", "m:f", 10, 100)
    step = TaskSpec("a/Step-v0", "m:f", 10, 200, warm_start="a/Walk-v0", success="over")
    options: dict = {"steps": None, "protocol": EvalProtocol(), "find_task": {walk.id: walk}.__getitem__}
    source, run = plan([step], {"x": Plain()}, [0], **options, stop_at="success=.90")
    (plain,) = plan([walk], {"x": Plain()}, [0], **options)
    assert source == plain
    assert (run.stop_at, run.entry) == ("success=0.9", "x[stop at success=0.9]")
    (other,) = plan([walk], {"x": Plain()}, [0], **options, stop_at="return=3")
    assert (other.stop_at, other.run_id == plain.run_id) == ("return=3", False)


def test_a_success_that_a_task_does_not_define_is_refused() -> None:
    with pytest.raises(MjbenchError, match=r"a/One-v0 defines no success; use its return: --stop-at return=NUMBER"):
        plan(TASKS, {"x": Plain()}, [0], steps=5, protocol=EvalProtocol(), stop_at="success=0.9")
    with pytest.raises(MjbenchError, match=r"success=0\.95 or return=300"):
        plan(TASKS, {"x": Plain()}, [0], steps=5, protocol=EvalProtocol(), stop_at="win=0.9")
