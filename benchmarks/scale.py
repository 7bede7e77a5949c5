"""Measure what many small records cost: ``mjbench leaderboard``, ``status`` and ``run --dry-run``, a process each.

    python benchmarks/scale.py [--records 20000] [--tasks 20] [--episodes 76] [--folder FOLDER] [--only VERBS]
    python benchmarks/scale.py --records 100000 --tasks 100 --episodes 400

The records are copies of one committed record, under other tasks, algorithms and seeds, with other returns. They pass
every check of the reader. They are written without syncing to disk. 76 training episodes make 4 kB, 400 make 10 kB.

Each verb runs as a process of its own, first without an index of the records, then with the one that the verb before
it has left. The table holds processor time, wall time and peak memory of the process.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import load_record
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "results/gymnasium/InvertedPendulum-v5/sac/0-a7eac0e95aa3" / RECORD
SEEDS = 10
STEPS = 8000
PROTOCOL = EvalProtocol(8, 5, 20)


def write(root: Path, count: int, tasks_of: int, episodes: int) -> list[str]:
    """``count`` records: ``SEEDS`` seeds of each algorithm on each of ``tasks_of`` tasks; the tasks.

    Args:
        root: results folder.
        count: records.
        tasks_of: how many of the installed tasks.
        episodes: training episodes of each record, which most of its bytes are.
    """
    body = json.loads(TEMPLATE.read_bytes())
    tasks = [name for name in Registry().tasks if name.startswith(("gymnasium/", "dm_control/"))][:tasks_of]
    store, rng, template = ResultStore(root), random.Random(0), ""
    returns = body["evaluations"]["episode_return"]
    training = [round(rng.uniform(0, 1000), 3) for _ in range(episodes)]
    body["training"] = {
        "step": [(number + 1) * 1000 for number in range(episodes)],
        "episode_return": training,
        "episode_length": [1000] * episodes,
    }
    noisy = [[value * rng.uniform(0.5, 1.5) for value in returns] for _ in range(500)]
    for number in range(count):
        seed, rest = number % SEEDS, number // SEEDS
        task, algorithm = tasks[rest % len(tasks)], f"algorithm-{rest // len(tasks):04}"
        run = RunSpec(**{**body["run"], "protocol": PROTOCOL, "task": task, "algorithm": algorithm, "seed": seed})
        if number % 500 == 0:
            body["evaluations"]["episode_return"] = noisy[number // 500 % len(noisy)]
            body["run"] |= {"task": "TASK", "algorithm": "ALGORITHM", "seed": -1}
            body["run_id"] = "RUN_ID"
            template = json.dumps(body, separators=(",", ":")) + "\n"
        text = template.replace("TASK", task, 1).replace("ALGORITHM", algorithm, 1).replace("RUN_ID", run.run_id, 1)
        data = text.replace('"seed":-1', f'"seed":{seed}', 1).encode()
        if number % 1000 == 0:
            load_record(data)
        folder = store.folder(run)
        folder.mkdir(parents=True)
        (folder / RECORD).write_bytes(data)
    return tasks


def measured(what: str, arguments: list[str]) -> None:
    """Run ``mjbench`` with ``arguments`` and print a row."""
    command = [sys.executable, "-m", "mjbench", *arguments]
    start = time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, processor = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    failed = f"  exit status {process.returncode}" if process.returncode else ""
    print(f"{what:28} {processor:8.1f} {wall:8.1f} {usage.ru_maxrss / 2**10:10.0f}{failed}", flush=True)


def suite_file(folder: Path, tasks: list[str]) -> Path:
    """A suite of all records, for the verbs that plan."""
    path = folder / "scale.toml"
    path.write_text(
        f'name = "scale"\ntasks = {json.dumps(tasks)}\nseeds = {SEEDS}\nsteps = {STEPS}\n'
        "[protocol]\ncheckpoints = 8\nepisodes = 5\nfinal_episodes = 20\n"
    )
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--episodes", type=int, default=76, help="training episodes of a record")
    parser.add_argument("--folder", type=Path, help="keep the records here and use them again")
    parser.add_argument("--only", default="status,dry-run,leaderboard", help="verbs, separated by commas")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="mjbench-scale-"))
    results, names = folder / "results", folder / "tasks.json"
    try:
        if not names.exists():
            tasks = write(results, arguments.records, arguments.tasks, arguments.episodes)
            names.write_text(json.dumps(tasks))
        tasks = json.loads(names.read_text())
        suite = str(suite_file(folder, tasks))
        at = ["--results", str(results)]
        verbs = {
            "status": ["status", *at],
            "dry-run": ["run", "--suite", suite, "--algo", "ppo,sac", *at, "--dry-run"],
            "leaderboard": ["leaderboard", suite, *at, "--out", str(folder / "boards")],
        }
        print(f"{arguments.records:,} records\n{'':28} {'cpu s':>8} {'wall s':>8} {'peak MiB':>10}")
        for verb in arguments.only.split(","):
            shutil.rmtree(results / ".index", ignore_errors=True)
            measured(f"{verb}, no index", verbs[verb])
            if verb == "leaderboard":
                shutil.rmtree(folder / "boards", ignore_errors=True)
            measured(f"{verb}, with index", verbs[verb])
    finally:
        if not arguments.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
