"""Measure what a run costs beside its training: many trivial runs through a launcher, and many racing workers.

    python benchmarks/many_runs.py [--launcher local,ray,slurm] [--runs 1000] [--racers 64] [--raced 200]

The algorithm takes 10 steps and learns nothing. ``mjbench run`` and all that it starts are measured: the engine's
daemons, the shell around a worker, the workers. Each worker notes its own times when it ends. What is left is the
launcher's own cost. It holds the start and the end of the engine too, and the end of Python in each worker.

Ray is one of this machine, and Slurm the small one of the plugin's tests, which needs root and Debian's packages.

In the second part, so many processes try to do the same runs at the same time, each in an order of its own. Every run
must leave one record.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from mjbench.runner import worker
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

TASK, STEPS = "gymnasium/InvertedPendulum-v5", 10
SUITE = """name = "many"
tasks = ["{task}"]
seeds = {seeds}
steps = {steps}
[protocol]
checkpoints = 1
episodes = 1
final_episodes = 1
"""
MODULE = """
import atexit, os, time
import numpy as np
from mjbench.policies.mlp import MlpPolicy
def note():
    now, ticks = time.clock_gettime(time.CLOCK_BOOTTIME), os.sysconf("SC_CLK_TCK")
    with open("/proc/self/stat") as file:
        started = int(file.read().rpartition(")")[2].split()[19]) / ticks
    with open({tally!r}, "a") as file:
        file.write(f"{{started}} {{now}} {{time.process_time()}}\\n")
class Trivial:
    typical_steps_per_s = 1000.0
    def hyperparameters(self, task): return {{}}
    def load_policy(self, folder): return MlpPolicy.load(folder)
    def train(self, session):
        atexit.register(note)
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
SMALL_SLURM = Path(__file__).parent.parent / "plugins/mjbench-slurm/tests/small_slurm.py"
GROUPS = (("/sys/fs/cgroup/cpuacct", "cpuacct.usage", 1e-9), ("/sys/fs/cgroup", "cpu.stat", 1e-6))
"""Where Linux counts the processor time of a group of processes, in which file, and its unit in seconds."""


def install(site: Path, tally: Path) -> None:
    """The algorithm as if installed, for this process and its workers, which add a line each to ``tally``."""
    info = site / "trivial-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trivial\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[mjbench.algorithms]\ntrivial = trivial:TRIVIAL\n")
    (site / "trivial.py").write_text(MODULE.format(tally=str(tally)))
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


def launched(folder: Path, launcher: str, count: int, tally: Path) -> None:
    """Do ``count`` runs by ``mjbench run``, and print what each took."""
    tally.write_text("")
    suite, results = folder / "many.toml", folder / launcher
    suite.write_text(SUITE.format(task=TASK, seeds=count, steps=STEPS))
    command = [sys.executable, "-m", "mjbench", "run", "--suite", str(suite), "--algo", "trivial"]
    command += ["--launcher", launcher, "--results", str(results)]
    if launcher == "slurm":
        command = [sys.executable, str(SMALL_SLURM), *command]
    began = time.perf_counter()
    done, total = measured(command)
    wall = time.perf_counter() - began
    assert done.returncode == 0, done.stdout[-2000:]
    check(ResultStore(results), planned(count))
    notes = [tuple(map(float, line.split())) for line in tally.read_text().splitlines()]
    assert len(notes) == count, f"{len(notes)} workers have trained"
    workers = sum(note[2] for note in notes)
    starts, ends, own = [note[0] for note in notes], [note[1] for note in notes], (total - workers) / count
    slots = max(sum(start <= at < end for start, end, _ in notes) for at in starts)
    idle = (slots * (max(ends) - min(starts)) - sum(ends) + sum(starts)) / count
    print(
        f"{launcher}: {count} runs in {wall:.0f} s, {slots} at once, none lost or doubled. For each: {own:.3f} s of "
        f"processor beside {workers / count:.2f} s of its worker; a place was empty for {idle:.2f} s",
        flush=True,
    )


def measured(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """Execute ``command``; also the processor time of it and of all that it started, in seconds. Needs root."""
    home, file, unit = next(group for group in GROUPS if Path(group[0], "cgroup.procs").exists())
    group = Path(home, f"mjbench-many-{os.getpid()}")
    group.mkdir()
    try:
        inside = ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group), *command]
        done = subprocess.run(inside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while (group / "cgroup.procs").read_text():  # daemons that are ending
            time.sleep(0.1)
        return done, int(re.findall(r"\d+", (group / file).read_text())[0]) * unit
    finally:
        group.rmdir()


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
    parser.add_argument("--launcher", default="local", help="names, separated by commas")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--racers", type=int, default=64)
    parser.add_argument("--raced", type=int, default=200, help="0 for no race")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mjbench-many-"))
    try:
        install(folder / "site", folder / "tally.txt")
        for launcher in filter(None, arguments.launcher.split(",")):
            launched(folder, launcher, arguments.runs, folder / "tally.txt")
        if arguments.raced:
            raced(folder / "raced", planned(arguments.raced), arguments.racers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
