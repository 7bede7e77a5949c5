"""``device``: the CPU is what its absence means, and a GPU that is not here is refused before anything trains."""

from pathlib import Path
from typing import Any

import pytest
import torch
from killing import prepared, small_run, start

from mjbench.errors import SpecError
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/InvertedPendulum-v5"
here = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")


def planned(name: str, **changes: Any) -> RunSpec:
    registry = Registry()
    algorithms = {name: registry.algorithm(name)}
    (run,) = plan([registry.task(TASK)], algorithms, [0], steps=3000, protocol=EvalProtocol(), changes=changes)
    return run


@pytest.mark.parametrize("name", ["ppo", "sac", "td3", "a2c", "ddpg"])
def test_the_cpu_leaves_run_ids_as_they_are(name: str) -> None:
    assert planned(name, device="cpu") == planned(name)
    assert "device" not in planned(name).hyperparameters


@here
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_here_is_refused_by_the_plan(device: str) -> None:
    with pytest.raises(SpecError, match=f"^device={device}.*--set device=cpu$"):
        planned("ppo", device=device)


@pytest.mark.parametrize("device", ["auto", "gpu", 0, None])
def test_what_is_no_device_is_refused(device: Any) -> None:
    with pytest.raises(SpecError, match="ppo: device must be 'cpu', 'cuda', or 'cuda:' and the number of a GPU"):
        planned("ppo", device=device)


@here
def test_a_worker_on_a_machine_without_the_gpu_says_so(tmp_path: Path) -> None:
    record = execute(small_run(TASK, "ppo", device="cuda"), ResultStore(tmp_path), Registry())
    assert record.status == "failed"
    assert "device=cuda needs a torch with CUDA" in record.error or "no GPU" in record.error


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
@pytest.mark.parametrize("name", ["ppo", "sac"])
def test_a_run_on_a_gpu_leaves_a_policy_and_says_that_it_has_no_snapshots(name: str, tmp_path: Path) -> None:
    run = small_run(TASK, name, device="cuda")
    store = prepared(run, tmp_path)
    assert start(run, store, every_s=0.1).wait(120) == 0
    assert store.read(store.folder(run)).status == "completed"
    assert "no snapshots: an exact resume on a GPU" in (store.work(run) / "log.txt").read_text()
