"""Compare the training speed of mjbench-fast with mjbench-sb3 and with the bare simulator.

    python benchmarks/fast_vs_sb3.py            # about an hour
    python benchmarks/fast_vs_sb3.py --short    # a minute or two: fewer steps, one repetition
    python benchmarks/fast_vs_sb3.py --updates  # the update of SAC and TD3, and its matrix products alone
    python benchmarks/fast_vs_sb3.py --short --check  # fails if a ratio is below its floor

All sides take turns in one process, without evaluation and on one thread. The table shows medians, by wall time and by
processor time. The first turn of each side is not counted, because it imports and compiles.

The floors apply to ratios of processor time of two sides in one run. They are lower than the measured ratios
(docs/fast.md), so that they detect a slow kernel but not a busy machine.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy reads it

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium
import numpy as np
import torch
from mjbench_fast.nn.products import large

from mjbench.errors import SpecError
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import find_preset
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol


class Case(NamedTuple):
    """A line of the table."""

    algorithm: str
    task: str
    steps: int
    floor: float
    """Of ``--check``."""
    changes: Mapping[str, Any] = {}
    """Hyperparameters of mjbench-fast alone."""


BFLOAT16 = {"matmul_precision": "bfloat16"}
CASES = (
    Case("ppo", "gymnasium/HalfCheetah-v5", 20_480, 4.5),
    Case("ppo", "gymnasium/Hopper-v5", 20_480, 3.0),
    Case("ppo", "gymnasium/Humanoid-v5", 20_480, 2.2),
    Case("sac", "gymnasium/HalfCheetah-v5", 2_000, 1.4),
    Case("td3", "gymnasium/HalfCheetah-v5", 2_000, 1.2),
    Case("sac", "gymnasium/HalfCheetah-v5", 2_000, 1.4, BFLOAT16),
    Case("td3", "gymnasium/HalfCheetah-v5", 2_000, 1.2, BFLOAT16),
)
WARM_UP = {"ppo": 2_048, "sac": 200, "td3": 200}
"""Steps after which each algorithm has learned once, and so compiled all that it uses."""
Spent = tuple[float, float]
"""Wall and processor seconds."""


def timed(work: Callable[[], Any]) -> Spent:
    """Seconds that ``work`` takes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def train(name: str, task: str, steps: int, changes: Mapping[str, Any] | None = None) -> None:
    """Train a run in its session, with preset 1 of the task, which learns from the 100th step on, and ``changes``."""
    registry = Registry()
    algorithm = registry.algorithm(name)
    protocol = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)  # the final policy's is not part of this
    settings = {**find_preset("1", name, algorithm, registry.task(task)), **(changes or {})}
    run = RunSpec(task, name, settings, 0, steps, protocol)
    with tempfile.TemporaryDirectory() as folder:
        algorithm.train(RunSession(run, registry.task(task), ProgressWriter(Path(folder) / "progress.json", steps)))


def step_alone(task: str, steps: int) -> None:
    """Step Gymnasium's environment with random actions, drawn in advance."""
    env = gymnasium.make(task.partition("/")[2])
    space: Any = env.action_space
    actions = np.random.default_rng(0).uniform(space.low, space.high, (steps, *space.shape)).astype(np.float32)
    env.reset(seed=0)
    for action in actions:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    env.close()


def compare(case: Case, steps: int, repeats: int) -> float:
    """Print one line of the table; return how many times as fast as mjbench-sb3, by processor time."""
    name, task = case.algorithm, case.task
    sides: dict[str, Callable[[int], None]] = {
        "bare": lambda count: step_alone(task, count),
        "fast": lambda count: train(f"fast-{name}", task, count, case.changes),
        "sb3": lambda count: train(name, task, count),
    }
    for side in sides.values():
        side(WARM_UP[name])
    taken: dict[str, list[Spent]] = {side: [] for side in sides}
    for _ in range(repeats):
        for side, work in sides.items():
            taken[side].append(timed(lambda work=work: work(steps)))
    line, ratio = " ".join((f"{name:4} {task:27}", *case.changes.values())), 0.0
    for kind, label in enumerate(("wall", "processor")):
        rate = {side: steps / statistics.median(turn[kind] for turn in turns) for side, turns in taken.items()}
        times = [b[kind] / a[kind] for a, b in zip(taken["fast"], taken["sb3"], strict=True)]
        ratio = statistics.median(times)
        line += (
            f" | {label}: bare {rate['bare']:6.0f}/s, sb3 {rate['sb3']:5.0f}/s, fast {rate['fast']:6.0f}/s,"
            f" {ratio:5.2f} times ({min(times):.2f} to {max(times):.2f}),"
            f" {rate['fast'] / rate['bare']:4.0%} of bare"
        )
    print(line, flush=True)
    return ratio


def products(sizes: list[int], inputs: int, outputs: int, batch: int) -> Callable[[], None]:
    """The matrix products of a forward pass of one network, on separate arrays."""
    shapes = list(zip([inputs, *sizes], [*sizes, outputs], strict=True))
    rng = np.random.default_rng(0)
    layers = [tuple(rng.normal(size=s).astype(np.float32) for s in ((batch, i), (i, o), (batch, o))) for i, o in shapes]

    def run() -> None:
        for x, weight, out in layers:
            large(x, weight, out)

    return run


def updates(repeats: int) -> None:
    """Print the time of one update and of its matrix products, counted in forward passes, for HalfCheetah-v5."""
    from mjbench_fast.off_policy.replay import Batch
    from mjbench_fast.sac.agent import Sac
    from mjbench_fast.sac.options import SacOptions
    from mjbench_fast.td3.agent import Td3
    from mjbench_fast.td3.options import Td3Options

    registry, rng = Registry(), np.random.default_rng(0)
    # (actor passes, critic passes) in one update; a gradient of weights or of inputs is as much as a pass forward
    sides: Any = (("sac", Sac, SacOptions, (4, 12)), ("td3", Td3, Td3Options, (2.5, 9)))
    for name, make, options, passes in sides:
        task = registry.task("gymnasium/HalfCheetah-v5")
        settings = dict(registry.algorithm(f"fast-{name}").hyperparameters(task))
        agent = make(17, 6, options(**settings))
        agent.initialise(rng)
        batch = Batch.empty(settings["batch_size"], 17, 6)
        batch.rows[:] = rng.normal(size=batch.rows.shape)
        actor = products(settings["net_arch"], 17, 6, settings["batch_size"])
        critic = products(settings["net_arch"], 23, 1, settings["batch_size"])
        work = {"update": lambda agent=agent, batch=batch: agent.update(batch, rng, 1e-3), "a": actor, "c": critic}
        taken: dict[str, list[float]] = {key: [] for key in work}
        for _ in range(100 * repeats):
            for key, side in work.items():
                taken[key].append(timed(side)[1])  # processor time: an update is short beside a time slice
        best = {key: 1e3 * statistics.median(values) for key, values in taken.items()}
        matrices = passes[0] * best["a"] + passes[1] * best["c"]
        print(f"{name}: an update {best['update']:.2f} ms, its matrix products {matrices:.2f} ms", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--updates", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--algo", choices=("ppo", "sac", "td3"), help="only these lines of the table")
    parser.add_argument("--task", help="only these lines of the table")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    repeats = 1 if options.short else options.repeats
    if options.updates:
        updates(repeats)
        return
    slow = []
    for case in CASES:
        name, task = case.algorithm, case.task
        if options.algo not in (None, name) or options.task not in (None, task):
            continue
        try:
            ratio = compare(case, case.steps // 5 if options.short else case.steps, repeats)
        except SpecError as error:  # the processor lacks what the case needs
            print(f"{name:4} {task:27} {error}")
            continue
        if ratio < case.floor:
            slow.append(f"fast-{name} on {task}: {ratio:.2f} times as fast as {name}, the floor is {case.floor}")
    if options.check and slow:
        raise SystemExit("\n".join(slow))


if __name__ == "__main__":
    main()
