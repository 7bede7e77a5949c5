"""What a replay holds a record to: the actions of the task, and metrics on another processor too."""

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pendulums import SINGLE
from records import make_run

from mjbench.errors import RecordError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import Evaluations, RunRecord
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import Found
from mjbench.verify.episodes import play
from mjbench.verify.private import copy_policy

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=10)
RUN = dataclasses.replace(make_run(), task=SINGLE.id, steps=640, protocol=PROTOCOL, hyperparameters={})
ELSEWHERE = {"processor": "another one"}


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    found = Evaluator(SINGLE)
    yield found
    found.close()


def swinging(strength: float = 1.0, bound: float = 1.0) -> MlpPolicy:
    """Pushes the way it moves."""
    weight = np.array([[0.0, 0.0, strength]], np.float32)
    return MlpPolicy((weight,), (np.zeros(1, np.float32),), np.array([-bound]), np.array([bound]))


def recorded(policy: MlpPolicy, evaluator: Evaluator, **provenance: str) -> RunRecord:
    """What is true about the policy."""
    played = evaluator.evaluate(policy, 10, PROTOCOL.seed)
    table = Evaluations(
        step=[RUN.steps] * 10,
        seed=played.seed,
        episode_return=list(played.episode_return),
        episode_length=played.episode_length,
        success=played.success,
        metrics={name: list(values) for name, values in played.metrics.items()},
    )
    return RunRecord(run=RUN, status="completed", evaluations=table, provenance=provenance)


def test_what_is_true_is_found_again(evaluator: Evaluator) -> None:
    record = recorded(swinging(), evaluator, **ELSEWHERE)
    outcome = play(record, swinging(), evaluator, None)
    assert (outcome.problem, outcome.played, outcome.exact) == ("", 10, 10)


def test_actions_that_the_task_does_not_have_are_refused(evaluator: Evaluator) -> None:
    beyond = swinging(strength=50.0, bound=5.0)
    with pytest.raises(RecordError, match="as action 0, which the task does not have"):
        play(recorded(beyond, evaluator), beyond, evaluator, None)
    at_the_bound = swinging(strength=50.0)
    assert play(recorded(at_the_bound, evaluator), at_the_bound, evaluator, None).problem == ""


@pytest.mark.parametrize("change", [lambda value: value + 5.0, lambda value: -3.0, lambda value: None])
def test_invented_metrics_are_found_on_another_processor_too(evaluator: Evaluator, change) -> None:
    record = recorded(swinging(), evaluator, **ELSEWHERE)
    table = record.evaluations
    metrics = {**table.metrics, "height_mean": [change(value) for value in table.metrics["height_mean"]]}
    # Returns that differ in the last bits, as of an episode that was played elsewhere.
    returns = [(value or 0.0) * (1 + 1e-9) for value in table.episode_return]
    forged = dataclasses.replace(table, metrics=metrics, episode_return=returns)
    outcome = play(dataclasses.replace(record, evaluations=forged), swinging(), evaluator, None)
    assert "height_mean by more than chance explains" in outcome.problem
    missing = dataclasses.replace(table, metrics={}, episode_return=returns)
    outcome = play(dataclasses.replace(record, evaluations=missing), swinging(), evaluator, None)
    assert "something is not recorded" in outcome.problem


def test_a_metric_that_rounds_otherwise_in_every_episode_is_chance(evaluator: Evaluator) -> None:
    record = recorded(swinging(), evaluator, **ELSEWHERE)
    metrics = {name: [(v or 0.0) * (1 + 1e-9) for v in values] for name, values in record.evaluations.metrics.items()}
    metrics["height_last"] = [(metrics["height_last"][0] or 0.0) + 1e-4, *metrics["height_last"][1:]]
    returns = [(value or 0.0) * (1 + 1e-9) for value in record.evaluations.episode_return]
    forged = dataclasses.replace(record.evaluations, metrics=metrics, episode_return=returns)
    outcome = play(dataclasses.replace(record, evaluations=forged), swinging(), evaluator, None)
    assert (outcome.problem, outcome.other_metrics) == ("", 1)


def saved(folder: Path, policy: MlpPolicy) -> Found:
    folder.mkdir()
    policy.save(folder)
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    return Found(folder, RunRecord(run=RUN, status="completed", policy_sha256=sums))


def test_a_policy_is_played_as_it_was_checked(tmp_path: Path) -> None:
    found = saved(tmp_path / "run", swinging())
    copy_policy(found, tmp_path / "one")
    assert {path.name for path in (tmp_path / "one").iterdir()} == {"policy.json", "policy.safetensors"}
    swinging(2.0).save(tmp_path / "run")
    with pytest.raises(RecordError, match="has changed since it was checked: its checksum"):
        copy_policy(found, tmp_path / "two")
    (tmp_path / "run" / "policy.json").unlink()
    (tmp_path / "run" / "policy.json").symlink_to("/etc/passwd")
    with pytest.raises(RecordError, match="has changed since it was checked: it is a link"):
        copy_policy(found, tmp_path / "three")
