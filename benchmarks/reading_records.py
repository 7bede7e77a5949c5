"""Measure how long it takes to read and rank many records: 100 entries on 100 tasks over 10 seeds.

    python benchmarks/reading_records.py [--records 100000] [--folder FOLDER]

The records are synthetic, about 10 kB each, with the standard protocol. They have the columns that a run of a million
steps leaves: 140 evaluation episodes and 200 training episodes. They are written without syncing to disk. The benchmark
prints wall time, processor time and peak memory.
"""

import argparse
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mjbench.io.collection import no_collection
from mjbench.leaderboard.build import suite_board
from mjbench.spec.record import Evaluations, Resources, RunRecord, TrainingEpisodes
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.spec.task import Reference, TaskSpec
from mjbench.store.codec import dump_record
from mjbench.store.store import RECORD, ResultStore

PROTOCOL = EvalProtocol()
STEPS = 1_000_000
HYPERPARAMETERS = {
    **dict.fromkeys(("learning_rate", "tau", "gamma", "target_policy_noise", "action_noise_std"), 0.001),
    **dict.fromkeys(("buffer_size", "learning_starts", "batch_size", "train_freq", "gradient_steps"), 256),
    "net_arch": [400, 300],
    "activation": "relu",
}
PROVENANCE = {
    "finished": "2026-01-01T00:00:00+00:00",
    "packages": {"mjbench": "0.1.0", "gymnasium": "1.4.0", "mujoco": "3.17.0", "numpy": "2.4.6", "torch": "2.13.0"},
    "task": {"entry_point": "made:up", "kwargs": {}, "episode_limit": 1000},
    "processor": "a processor",
    "threads": 1,
    "git_revision": "0" * 40,
}
Result = TypeVar("Result")


def tasks(count: int) -> list[TaskSpec]:
    low, high = Reference(0.0, "made up"), Reference(1000.0, "made up")
    return [
        TaskSpec(f"made/Up{i}-v0", "made:up", 1000, STEPS, random_return=low, reference_return=high)
        for i in range(count)
    ]


def record(run: RunSpec, rng: random.Random, skill: float) -> RunRecord:
    schedule = PROTOCOL.schedule(run.steps)
    step = [at for at, episodes in schedule.items() for _ in range(episodes)]
    seed = [PROTOCOL.seed + i for episodes in schedule.values() for i in range(episodes)]
    returns: list[float | None] = [rng.gauss(skill * at / run.steps, 50) for at in step]
    training: list[float | None] = [round(rng.gauss(skill, 50), 4) for _ in range(200)]
    return RunRecord(
        run=run,
        status="completed",
        evaluations=Evaluations(step, seed, returns, [1000] * len(step)),
        training=TrainingEpisodes([(i + 1) * 1000 for i in range(200)], training, [1000] * 200),
        resources=Resources(1000.0, 1000.0, 900.0, 100.0, 1100.0, 500.0),
        policy_sha256={"policy.json": "0" * 64, "policy.safetensors": "1" * 64},
        provenance=PROVENANCE,
    )


def write(root: Path, specs: list[TaskSpec], count: int) -> None:
    store, rng, seeds = ResultStore(root), random.Random(0), 10
    for number in range(count):
        seed, rest = number % seeds, number // seeds
        task, algorithm = specs[rest % len(specs)], rest // len(specs)
        run = RunSpec(task.id, f"algorithm-{algorithm:03}", HYPERPARAMETERS, seed, STEPS, PROTOCOL)
        folder = store.folder(run)
        folder.mkdir(parents=True)
        (folder / RECORD).write_bytes(dump_record(record(run, rng, 5.0 * algorithm)))


def timed(what: str, act: Callable[[], Result]) -> Result:
    wall, processor = time.perf_counter(), time.process_time()
    result = act()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what:24} {wall:7.1f} s wall  {processor:7.1f} s processor  {peak:5.2f} GiB peak", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keep the records here and use them again")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="mjbench-reading-"))
    specs = tasks(max(1, min(100, arguments.records // 100)))
    try:
        if not arguments.folder or not folder.exists():
            timed("written", lambda: write(folder, specs, arguments.records))
        found, problems = timed("read", lambda: ResultStore(folder).current(training=False))
        assert len(found) == arguments.records, problems[:3]
        assert not problems, problems[:3]
        suite = Suite("made-up", tuple(spec.id for spec in specs), seeds=10, steps=STEPS)
        known = {spec.id: spec for spec in specs}
        with no_collection():  # as in the commands
            board = timed("ranked", lambda: suite_board(suite, found, known, resamples=2000))
        expected = sorted((row.entry for row in board.ranking), reverse=True)
        assert [replace(row, points=()).entry for row in board.ranking] == expected, "the known order was not found"
    finally:
        if not arguments.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
