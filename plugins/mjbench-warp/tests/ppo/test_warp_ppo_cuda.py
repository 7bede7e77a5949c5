"""What only a GPU can show. CI has none: docs/gpu.md says where these tests passed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from killing import prepared, start
from mjbench_warp.ppo import replayed
from mjbench_warp.ppo.train import train
from point_session import Alone, run_of
from points import install
from points import run_of as recorded_run_of

from mjbench.policies.mlp import MlpPolicy

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")


class OnDevice(Alone):
    """Refuses snapshots in silence."""

    def refuse_snapshots(self, reason: str) -> None:
        assert "GPU" in reason


def trained(**changes: Any) -> MlpPolicy:
    session: Any = OnDevice(run_of(changes.pop("steps", 512 * 12), **changes))
    policy: Any = train(session)
    return policy


def difference(one: MlpPolicy, other: MlpPolicy) -> float:
    pairs = zip([*one.weights, *one.biases], [*other.weights, *other.biases], strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batch_size": 100},  # graphs of two sizes
        {"normalize_observation": True, "normalize_reward": True},
        {"learning_rate_schedule": "adaptive", "target_kl": 0.01},
        {"target_kl": 0.02},
    ],
    ids=str,
)
def test_graphs_compute_what_separate_launches_do(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    graphs = trained(device="cuda", **changes)
    monkeypatch.setattr(replayed, "WARM_UP", 10**9)
    assert difference(graphs, trained(device="cuda", **changes)) < 1e-4


def test_the_first_weights_are_those_of_the_cpu() -> None:
    assert difference(trained(steps=32, device="cuda"), trained(steps=32, device="cpu")) == 0


def test_the_same_run_gives_the_same_policy() -> None:
    assert difference(trained(device="cuda"), trained(device="cuda")) == 0


def test_a_run_says_that_it_has_no_snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch)
    run = recorded_run_of(device="cuda")
    store = prepared(run, tmp_path / "results")
    assert start(run, store, every_s=0.05).wait(300) == 0
    assert store.read(store.folder(run)).provenance["simulator"]["device"] == "cuda"
    assert "no snapshots: a GPU sums in no fixed order" in (store.work(run) / "log.txt").read_text()
