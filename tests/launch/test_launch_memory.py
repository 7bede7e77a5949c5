"""What runs take of the memory, and what there is of it."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mjbench.launch.estimate import WORKER_BYTES, Estimator
from mjbench.launch.memory import available, needs
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.spec.record import Evaluations, Resources, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import Found, ResultStore

GIB = 2**30
TASK = "gymnasium/Humanoid-v5"
SIZES = (348, 17)


def run(algorithm: str, **changes: int) -> RunSpec:
    registry = Registry()
    task = registry.task(TASK)
    (spec,) = plan(
        [task], {algorithm: registry.algorithm(algorithm)}, [0], steps=None, protocol=EvalProtocol(), changes=changes
    )
    return spec


@pytest.fixture
def estimator() -> Estimator:
    return Estimator(Registry())


def test_a_replay_buffer_counts_as_full_as_it_gets(estimator: Estimator) -> None:
    from mjbench_fast.off_policy.replay import ReplayBuffer

    row = ReplayBuffer(1, 1, *SIZES).rows().arrays["transitions"].nbytes
    for steps in (1000, 5_000_000):
        spec = replace(run("fast-sac"), steps=steps)
        assert estimator.memory(spec, SIZES) == WORKER_BYTES + row * min(steps, 1_000_000)
    assert estimator.memory(run("ppo"), SIZES) == WORKER_BYTES


def test_stable_baselines3_takes_what_the_estimate_says(estimator: Estimator) -> None:
    from gymnasium.spaces import Box
    from stable_baselines3.common.buffers import ReplayBuffer

    observations, actions = Box(-np.inf, np.inf, SIZES[:1], np.float64), Box(-1, 1, SIZES[1:], np.float32)
    buffer = ReplayBuffer(100, observations, actions)
    arrays = [value for value in vars(buffer).values() if isinstance(value, np.ndarray)]
    needed = estimator.memory(run("sac", buffer_size=100), SIZES) - WORKER_BYTES
    assert needed == sum(array.nbytes for array in arrays)


def test_a_record_of_the_same_kind_knows_better(estimator: Estimator) -> None:
    known = run("sac")
    record = RunRecord(known, "completed", Evaluations(), resources=Resources(steps_per_s=1.0, peak_memory_mib=3000.0))
    estimator.learn([Found(Path(__file__).parent, record)])
    assert estimator.memory(replace(known, seed=7), SIZES) == 3000 * 2**20
    assert estimator.memory(replace(known, steps=10), SIZES) != 3000 * 2**20


def test_hyperparameters_that_the_algorithm_refuses_do_not_stop_the_launcher(estimator: Estimator) -> None:
    spec = run("sac")
    spec = replace(spec, hyperparameters={**spec.hyperparameters, "buffer_size": "large"})
    assert estimator.memory(spec, SIZES) == WORKER_BYTES


def test_the_environments_tell_their_sizes_where_it_matters(estimator: Estimator) -> None:
    spec, short = run("sac"), replace(run("sac"), steps=1000)
    needed = needs([spec, short], 2, 4 * GIB, estimator)
    assert needed == {item.run_id: estimator.memory(item, SIZES) for item in (spec, short)}
    assert needs([short], 1, 4 * GIB, estimator)[short.run_id] > estimator.memory(short, SIZES), "made for nothing"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


MEMINFO = {"proc/meminfo": f"MemTotal: {32 * 2**20} kB\nMemFree: 1 kB\nMemAvailable: {24 * 2**20} kB\n"}


def test_memory_is_what_the_kernel_holds_available(tmp_path: Path) -> None:
    assert available(tmp_path) == math.inf
    assert available(write(tmp_path, MEMINFO)) == 24 * GIB
    assert 0 < available() <= 2**50


@pytest.mark.parametrize("group", ["user/job", ""])
def test_control_groups_leave_less(tmp_path: Path, group: str) -> None:
    home = f"sys/fs/cgroup/{group}"
    files = {
        "proc/self/cgroup": "0::/user/job\n",
        f"{home}/memory.max": f"{8 * GIB}\n",
        f"{home}/memory.current": f"{5 * GIB}\n",
        f"{home}/memory.stat": f"anon {3 * GIB}\ninactive_file {2 * GIB}\n",
    }
    assert available(write(tmp_path, {**MEMINFO, **files})) == 5 * GIB
    (tmp_path / home / "memory.max").write_text("max\n")
    assert available(tmp_path) == 24 * GIB


def test_the_first_version_of_control_groups(tmp_path: Path) -> None:
    home = "sys/fs/cgroup/memory/job"
    files = {
        "proc/self/cgroup": "4:cpu:/\n3:memory,hugetlb:/job\n",
        f"{home}/memory.limit_in_bytes": f"{6 * GIB}",
        f"{home}/memory.usage_in_bytes": f"{5 * GIB}",
        f"{home}/memory.stat": "total_inactive_file 0\n",
    }
    assert available(write(tmp_path, {**MEMINFO, **files})) == GIB


def test_a_results_folder_teaches_the_estimate(tmp_path: Path, estimator: Estimator) -> None:
    assert estimator.memory(run("ppo"), SIZES) == WORKER_BYTES
    store, spec = ResultStore(tmp_path), run("ppo")
    table = Evaluations([spec.steps], [1_000_000], [1.0], [1])
    store.write(RunRecord(spec, "completed", table, resources=Resources(steps_per_s=1.0, peak_memory_mib=700.0)))
    estimator.learn(store.current()[0])
    assert estimator.memory(spec, SIZES) == 700 * 2**20
