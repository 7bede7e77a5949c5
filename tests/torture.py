"""``make torture``: hundreds of real kills over all combinations, each run compared with an undisturbed one.

    python tests/torture.py --kills 200
    python tests/torture.py --kills 60 --only stateful_envs --algorithms ppo,sac

Workers are forked from a process that has imported everything, so that a kill costs the training, not the imports.
Prints a line a run and one at the end; exits with 1 if anything differs.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

TESTS = str(Path(__file__).resolve().parent)
SURROUNDINGS = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONPATH": os.pathsep.join(
        dict.fromkeys([TESTS, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    ),
}
if any(os.environ.get(name) != value for name, value in SURROUNDINGS.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **SURROUNDINGS})

import mjbench_sb3.train  # noqa: E402, F401  imported before the fork
from killing import content, prepared, resumed, small_run  # noqa: E402

from mjbench.runner.command import STOPPED  # noqa: E402
from mjbench.runner.process import Process  # noqa: E402
from mjbench.runner.worker import main  # noqa: E402
from mjbench.spec.run import RunSpec  # noqa: E402
from mjbench.store.store import ResultStore  # noqa: E402

STRANGE = tuple(f"adhoc/stateful_envs:{name}-v0" for name in ("Numba", "Torch", "Smooth", "Rebuilt"))
"""State in compiled code's arrays, in tensors, behind a bound method; a model that no snapshot holds."""
TASKS = ("gymnasium/Ant-v5", "gymnasium/Humanoid-v5", "dm_control/reacher-easy-v0", *STRANGE)
ALGORITHMS = ("ppo", "sac", "td3", "a2c", "ddpg")
KILLS_A_RUN = 14


def combinations(tasks: list[str], algorithms: list[str], rng: random.Random) -> Iterator[RunSpec]:
    """Every algorithm on every task, over and over with other seeds; long enough for a second episode of each."""
    for seed in count():
        for algorithm in algorithms:
            for task in tasks:
                yield small_run(task, algorithm, seed, steps=rng.randrange(900, 1200), n_envs=rng.choice([1, 2]))


def fork(run: RunSpec, store: ResultStore, every_s: float) -> int:
    """A worker's process number."""
    launcher = Process.this()
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(store.work(run) / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        options = ["--snapshot-every", str(every_s), "--launcher", str(launcher)]
        os._exit(main([str(store.root), run.run_id, *options]))
    finally:
        os._exit(70)


def snapshots(store: ResultStore, run: RunSpec) -> int:
    """Number of the newest snapshot."""
    return max((int(path.stem) for path in store.snapshots(run).glob("*.json")), default=0)


def ended(pid: int) -> int | None:
    """Exit status, or None while it runs."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def torture(run: RunSpec, root: Path, kills: int, rng: random.Random) -> tuple[ResultStore, int]:
    """The run, and how often it was killed."""
    store, done = prepared(run, root), 0
    while not store.has(run):
        before, every_s = snapshots(store, run), rng.choice([0.05, 0.1, 0.3])
        pid, status = fork(run, store, every_s), None
        patient = rng.random() < 0.8  # the others are killed at once, mostly before they have got anywhere
        deadline = time.monotonic() + 300
        while done < kills and status is None and patient and snapshots(store, run) == before:
            assert time.monotonic() < deadline
            time.sleep(0.002)
            status = ended(pid)
        if done < kills and status is None:
            time.sleep(rng.expovariate(3))
            status = ended(pid)
            if status is None:
                os.kill(pid, signal.SIGTERM if rng.random() < 0.1 else signal.SIGKILL)
                done += 1
        if status is None:
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        # SIGTERM itself ends a worker that has not come to its handlers yet
        if status not in (0, STOPPED, -signal.SIGKILL, -signal.SIGTERM):
            raise SystemExit(f"{run.label}: exit status {status}\n{(store.work(run) / 'log.txt').read_text()}")
    return store, done


def command() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200, help="at least so many")
    options.add_argument("--seed", type=int, default=random.randrange(2**32), help="of the instants")
    options.add_argument("--only", default="", help="tasks whose id holds this text")
    options.add_argument("--algorithms", default=",".join(ALGORITHMS), help="names with commas")
    wanted = options.parse_args()
    tasks, algorithms = [task for task in TASKS if wanted.only in task], wanted.algorithms.split(",")
    rng = random.Random(wanted.seed)
    print(f"seed {wanted.seed}", flush=True)
    start, kills, runs, resumptions, different = time.monotonic(), 0, 0, 0, 0
    for run in combinations(tasks, algorithms, rng):
        # every combination gets its turn
        if kills >= wanted.kills and runs >= len(tasks) * len(algorithms):
            break
        with tempfile.TemporaryDirectory() as folder:
            whole, _ = torture(run, Path(folder) / "whole", 0, rng)
            killed, times = torture(run, Path(folder) / "killed", KILLS_A_RUN, rng)
            same = content(whole, run) == content(killed, run)
            again = resumed(killed, run)
        kills, runs, resumptions, different = kills + times, runs + 1, resumptions + again, different + (not same)
        verdict = "same bytes" if same else "DIFFERENT"
        print(f"{run.label}: {times} kills, went on {again} times: {verdict}", flush=True)
    spent = time.monotonic() - start
    print(f"torture: {kills} kills in {runs} runs, {resumptions} resumptions, {different} differ ({spent:.0f} s)")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(command())
