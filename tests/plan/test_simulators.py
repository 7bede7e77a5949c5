"""Algorithms that train in another simulator: a run says so, and tasks without a version for it are refused."""

from dataclasses import replace

import pytest

from mjbench.errors import SpecError
from mjbench.plan.grid import plan
from mjbench.spec.record import RunRecord, TrainingEpisodes
from mjbench.spec.suite import EvalProtocol
from mjbench.spec.task import TaskSpec
from mjbench.store.codec import dump_record, dump_run, load_record, load_run
from mjbench.store.lean import Table

HAS = TaskSpec("a/Has-v0", "m:f", 10, 700, training_entry_point="m:g")
HAS_NOT = TaskSpec("a/HasNot-v0", "m:f", 10, 700)


class Plain:
    """An algorithm as far as a plan needs one."""

    def hyperparameters(self, task):
        return {"rate": 1.0}

    def train(self, session):
        raise NotImplementedError

    def load_policy(self, folder):
        raise NotImplementedError


class Elsewhere(Plain):
    """It trains in a simulator of its own."""

    simulator = "warp"


def planned(task, algorithm):
    return plan([task], {"x": algorithm}, [0], steps=None, protocol=EvalProtocol(), known_tasks=lambda: (HAS, HAS_NOT))[
        0
    ]


def test_a_run_names_its_simulator() -> None:
    run, plain = planned(HAS, Elsewhere()), planned(HAS, Plain())
    assert (run.simulator, run.entry) == ("warp", "x[trained in warp]")
    assert (plain.simulator, plain.entry) == ("", "x")
    assert run.run_id != plain.run_id == replace(run, simulator="").run_id
    assert load_run(dump_run(run)) == run


def test_a_task_without_a_version_is_refused_with_those_that_have_one() -> None:
    text = "x trains in warp, and a/HasNot-v0 has no version for it; those that have one: a/Has-v0"
    with pytest.raises(SpecError) as caught:
        planned(HAS_NOT, Elsewhere())
    assert str(caught.value) == text
    assert planned(HAS_NOT, Plain()).simulator == ""


def test_a_record_keeps_the_simulator_and_the_means() -> None:
    run = planned(HAS, Elsewhere())
    means = TrainingEpisodes([100], [1.5], [9], None, [30])
    record = RunRecord(run, "failed", training=means, error="why")
    data = dump_record(record)
    assert load_record(data) == record
    table = Table()
    row = table.add("here", record, (1, 2, 3, 4, 5), bytes(32))
    assert row is not None
    assert table.found("", row).record.run == run
    plain = dump_record(replace(record, run=planned(HAS, Plain()), training=TrainingEpisodes([1], [1.5], [9])))
    assert b"simulator" not in plain
    assert b'"episodes":[' not in plain
