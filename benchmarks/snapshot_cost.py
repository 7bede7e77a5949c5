"""Measure the cost of snapshots: their share of the time of a SAC run with default settings.

    python benchmarks/snapshot_cost.py [--task gymnasium/Humanoid-v5] [--rows 100000] [--snapshots 5]

Trains SAC with the task's preset for some steps to measure its rate. Then fills the replay buffer up to ``--rows`` and
takes snapshots. Their distance in steps is the default period at that rate. Fails if the share is 2 % or more.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from mjbench_sb3 import snapshot
from mjbench_sb3.model import build

from mjbench.registry.lookup import Registry
from mjbench.runner.command import SNAPSHOT_EVERY_S
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.runner.snapshotter import Keeper
from mjbench.snapshot.files import Snapshots
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

LIMIT = 0.02


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--task", default="gymnasium/Humanoid-v5", help="the largest observation by default")
    options.add_argument("--rows", type=int, default=100_000, help="transitions in the buffer at the first snapshot")
    options.add_argument("--snapshots", type=int, default=5)
    options.add_argument("--steps", type=int, default=600, help="to measure the rate over, after learning has begun")
    wanted = options.parse_args()
    torch.set_num_threads(1)
    registry = Registry()
    task = registry.task(wanted.task)
    run = RunSpec(task.id, "sac", registry.algorithm("sac").hyperparameters(task), 0, task.budget, EvalProtocol())
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Snapshots(Path(folder) / "snapshots", {}))
        session = RunSession(run, task, ProgressWriter(Path(folder) / "progress.json", run.steps), keeper)
        model: Any = build("sac", session)
        begin = run.hyperparameters["learning_starts"]
        model.learn(begin, log_interval=None)
        start = time.perf_counter()
        model.learn(wanted.steps, reset_num_timesteps=False, log_interval=None)
        rate = wanted.steps / (time.perf_counter() - start)
        apart = round(rate * SNAPSHOT_EVERY_S)
        print(f"{task.id}: {rate:,.0f} steps/s, so {apart:,} steps between snapshots {SNAPSHOT_EVERY_S:.0f} s apart")
        _fill(model, wanted.rows)
        spent = []
        for i in range(wanted.snapshots):
            before = keeper.spent_s
            session.save(model.num_timesteps, snapshot.capture(model), snapshot.rows(model))
            if i:  # the first one writes rows that earlier ones would have written
                spent.append(keeper.spent_s - before)
            _fill(model, model.num_timesteps + apart)
        size = sum(path.stat().st_size for path in (Path(folder) / "snapshots").iterdir())
    share = statistics.fmean(spent) / SNAPSHOT_EVERY_S
    each = ", ".join(f"{seconds:.2f}" for seconds in spent)
    print(f"{model.num_timesteps:,} transitions, {size / 2**20:,.0f} MiB on the disk; seconds each: {each}")
    print(f"snapshots take {share:.3%} of the run")
    return 0 if share < LIMIT else 1


def _fill(model: Any, rows: int) -> None:
    """Fill the buffer as if the model had taken ``rows`` steps: size and time of a snapshot do not depend on values."""
    buffer, have = model.replay_buffer, model.num_timesteps
    places = [row % buffer.buffer_size for row in range(have, rows)]
    source = [row % have for row in range(have, rows)]
    for name in snapshot.BUFFER:
        array = getattr(buffer, name)
        array[places] = array[source]
    model.num_timesteps = max(rows, have)
    buffer.pos, buffer.full = model.num_timesteps % buffer.buffer_size, model.num_timesteps >= buffer.buffer_size


if __name__ == "__main__":
    sys.exit(main())
