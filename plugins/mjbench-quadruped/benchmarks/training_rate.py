"""Environment steps a second of a whole training, acting, rewards and updates included, beside bare physics.

    python plugins/mjbench-quadruped/benchmarks/training_rate.py [--steps 131072] [--turns 3]

PPO trains Go1Walk with the preset and without evaluation; the sides take turns in one process, and each figure is the
median over the turns. Bare physics is ``mujoco.rollout`` of as many of the same robots. One thread computes; one or two
step the robots.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy reads it

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from throughput import STEPS, Bare  # pyright: ignore[reportMissingImports]  # beside this file

from mjbench.registry.lookup import Registry
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

TASK = "quadruped/Go1Walk-v0"
ENVS = 64


def train(name: str, threads: int, steps: int) -> None:
    """A run's training in its session."""
    registry = Registry()
    algorithm = registry.algorithm(name)
    task = registry.task(TASK)
    settings = dict(algorithm.hyperparameters(task))
    task = replace(task, kwargs={**task.kwargs, "threads": threads})
    run = RunSpec(TASK, name, settings, 0, steps, EvalProtocol(checkpoints=1, episodes=1, final_episodes=1))
    with tempfile.TemporaryDirectory() as folder:
        algorithm.train(RunSession(run, task, ProgressWriter(Path(folder) / "progress.json", steps)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=131_072, help="of one training, a multiple of 4,096")
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sides: dict[str, tuple[int, Callable[[], None]]] = {}
    for threads in (1, 2):
        where = f"{threads} stepping thread{'s'[: threads - 1]}"
        sides[f"bare physics, {where}"] = STEPS * ENVS, Bare("Go1Walk", ENVS, threads).play
        for name in ("ppo", "fast-ppo"):
            sides[f"{name}, {where}"] = arguments.steps, lambda n=name, t=threads: train(n, t, arguments.steps)
    wall: dict[str, list[float]] = {name: [] for name in sides}
    processor: dict[str, list[float]] = {name: [] for name in sides}
    for _, play in sides.values():
        play()  # imports, compiles the model
    for _ in range(arguments.turns):
        for name, (steps, play) in sides.items():
            began, spent = time.perf_counter(), time.process_time()
            play()
            wall[name].append(steps / (time.perf_counter() - began))
            processor[name].append(steps / (time.process_time() - spent))
    for name in sides:
        bare = "bare physics," + name.partition(",")[2]
        rate, share = statistics.median(wall[name]), statistics.median(wall[name]) / statistics.median(wall[bare])
        print(
            f"{name:36} {rate:7,.0f} steps/s of wall time, {statistics.median(processor[name]):7,.0f} of processor"
            f" time{'' if name == bare else f', {share:.0%} of bare'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
