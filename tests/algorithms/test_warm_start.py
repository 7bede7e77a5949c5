"""A policy to start from, as a real run leaves it in the store."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from records import make_record, make_run

from mjbench.algorithms.warm_start import read_start
from mjbench.errors import RecordError, SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore


def policy(sizes: tuple[int, ...] = (3, 8, 2), **changes: Any) -> MlpPolicy:
    draws = np.random.default_rng(len(sizes))
    return MlpPolicy(
        weights=tuple(draws.normal(size=(b, a)) for a, b in pairwise(sizes)),
        biases=tuple(draws.normal(size=b) for b in sizes[1:]),
        action_low=-np.ones(sizes[-1]),
        action_high=np.ones(sizes[-1]),
        **changes,
    )


NORMALISED: dict[str, Any] = {
    "observation_mean": np.array([1.0, -2.0, 0.0]),
    "observation_std": np.array([2.0, 1e-4, 3.0]),
}


@pytest.mark.parametrize("normalised", [True, False])
def test_weights_statistics_and_step_count_are_those_of_the_run(normalised: bool, tmp_path: Path) -> None:
    there = policy(**(NORMALISED if normalised else {}))
    folder = ResultStore(tmp_path).write(make_record(make_run(steps=120)), there)
    start = read_start(folder, replace(there, weights=tuple(0 * weight for weight in there.weights)))
    assert start.steps == 120
    assert all((a == b.astype(np.float32)).all() for a, b in zip(start.policy.weights, there.weights, strict=True))
    statistics = start.statistics(1e-8)
    if not normalised:
        assert statistics is None
        return
    assert statistics is not None
    assert statistics.count == 120.0
    assert statistics.mean.tolist() == [1.0, -2.0, 0.0]
    assert statistics.var == pytest.approx([4.0 - 1e-8, 0.0, 9.0 - 1e-8], abs=1e-12)  # never below zero
    assert statistics.mean.dtype == statistics.var.dtype == np.float64


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (policy((3, 8, 8, 2)), "it is 3-8-2 with tanh, a clipped output, raw observations, this run needs 3-8-8-2"),
        (policy((4, 8, 2)), "this run needs 4-8-2"),
        (policy(activation="relu"), "this run needs 3-8-2 with relu"),
        (policy(squash="tanh"), "a squashed output"),
        (policy(**NORMALISED), "normalised observations"),
    ],
)
def test_a_policy_of_another_form_is_refused(own: MlpPolicy, message: str, tmp_path: Path) -> None:
    folder = ResultStore(tmp_path).write(make_record(make_run()), policy())
    with pytest.raises(SpecError, match=f"the policy of the warm start \\({folder.name}\\) does not fit") as refused:
        read_start(folder, own)
    assert message in str(refused.value)


def test_a_damaged_record_or_policy_is_named(tmp_path: Path) -> None:
    folder = ResultStore(tmp_path).write(make_record(make_run()), policy())
    (folder / "record.json").write_bytes(b"{")
    with pytest.raises(RecordError, match=r"record\.json"):
        read_start(folder, policy())
    (folder / "policy.safetensors").unlink()
    with pytest.raises(RecordError, match="cannot read the policy"):
        read_start(folder, policy())
