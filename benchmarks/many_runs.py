"""Measure what a run costs beside its training: many trivial runs through the local launcher, and many racing workers.

    python benchmarks/many_runs.py [--runs 1000] [--jobs 2] [--racers 64] [--raced 200]

The algorithm takes 10 steps and learns nothing. The first part prints the processor time of the launcher itself and of
the workers for each run: forked, and, for a tenth of the runs, as processes of their own. In the second part, so many
processes try to do the same runs at the same time, each in an order of its own. Every run must leave one record.
"""

import argparse
import contextlib
import io
import math
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from mjbench.cli.terminal.display import Display
from mjbench.launch import forked
from mjbench.launch.estimate import Estimator
from mjbench.launch.local import LocalLauncher
from mjbench.launch.queue import Queue
from mjbench.registry.lookup import Registry
from mjbench.runner import worker
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

TASK, STEPS = "gymnasium/InvertedPendulum-v5", 10
MODULE = """
import numpy as np
from mjbench.policies.mlp import MlpPolicy
class Trivial:
    typical_steps_per_s = 1000.0
    def hyperparameters(self, task): return {}
    def load_policy(self, folder): return MlpPolicy.load(folder)
    def train(self, session):
        env = session.make_env()
        env.reset(seed=session.run.seed)
        low, high = env.action_space.low, env.action_space.high
        weights = np.zeros((*low.shape, *env.observation_space.shape), np.float32)
        policy = MlpPolicy((weights,), (np.zeros(low.shape, np.float32),), low, high)
        for step in range(1, session.run.steps + 1):
            _, _, terminated, truncated, _ = env.step(low)
            if terminated or truncated:
                env.reset()
            session.on_step(step, lambda: policy)
        return policy
TRIVIAL = Trivial()
"""


def install(site: Path) -> None:
    """The algorithm as if installed, for this process and its workers."""
    info = site / "trivial-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trivial\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[mjbench.algorithms]\ntrivial = trivial:TRIVIAL\n")
    (site / "trivial.py").write_text(MODULE)
    sys.path.insert(0, str(site))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))


def planned(count: int) -> list[RunSpec]:
    """Trivial runs, a seed each."""
    return [RunSpec(TASK, "trivial", {}, seed, STEPS, EvalProtocol(1, 1, 1)) for seed in range(count)]


def check(store: ResultStore, runs: list[RunSpec]) -> None:
    """Every run has left exactly one record."""
    found, problems = store.scan(training=False)
    assert not problems, problems[:3]
    assert Counter(item.record.run.run_id for item in found) == Counter(run.run_id for run in runs)
    assert all(item.record.status == "completed" for item in found), found[0].record.error


def launched(root: Path, runs: list[RunSpec], jobs: int, short_s: float, name: str) -> None:
    """Work off ``runs`` with the display of ``mjbench run``, and print what each took."""
    forked.SHORT_S = short_s
    store, launcher, registry = ResultStore(root), LocalLauncher(), Registry()
    estimator = Estimator(registry)
    queue = Queue(launcher, store, estimator, jobs)
    display = Display(runs, store, estimator, queue)
    wall, own, workers = time.perf_counter(), time.process_time(), children_s()
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in queue.work(runs):
            display.update()
    own = time.process_time() - own
    for server in launcher.servers.values():
        if server is not None:
            server.close()
    wall, workers = (time.perf_counter() - wall) / len(runs), (children_s() - workers) / len(runs)
    check(store, runs)
    each = f"{own / len(runs):.3f} s of the launcher, {workers:.2f} s of workers, {wall:.2f} s wall"
    print(f"{len(runs)} runs, {name}: a run takes {each}", flush=True)


def children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def raced(root: Path, runs: list[RunSpec], racers: int) -> None:
    """Let ``racers`` processes do the same runs at once."""
    import mjbench.runner.execute
    import mjbench.runner.trackers  # noqa: F401  once for all

    store = ResultStore(root)
    store.prepare(runs)
    for run in runs:
        store.work(run).mkdir()
        (store.work(run) / "run.json").write_bytes(dump_run(run))
    started = time.perf_counter()
    processes = [pid for seed in range(racers) if (pid := _racer(store, runs, seed))]
    assert all(os.waitpid(pid, 0)[1] == 0 for pid in processes)
    check(store, runs)
    print(f"{racers} workers raced for {len(runs)} runs in {time.perf_counter() - started:.0f} s: one record each")


def _racer(store: ResultStore, runs: list[RunSpec], seed: int) -> int:
    if pid := os.fork():
        return pid
    for run in random.Random(seed).sample(runs, len(runs)):
        if not (pid := os.fork()):
            with open(os.devnull, "wb") as nothing:
                os.dup2(nothing.fileno(), 2)
            os._exit(worker.main([str(store.root), run.run_id]))
        os.waitpid(pid, 0)
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="0 for none")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--racers", type=int, default=64)
    parser.add_argument("--raced", type=int, default=200)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mjbench-many-"))
    try:
        install(folder / "site")
        runs = planned(arguments.runs)
        if runs:
            launched(folder / "forked", runs, arguments.jobs, math.inf, "forked")
            launched(folder / "alone", runs[: max(1, len(runs) // 10)], arguments.jobs, -1.0, "a process each")
        raced(folder / "raced", planned(arguments.raced), arguments.racers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
