"""Measure warp-ppo on a GPU: time to walk, steps per second, training return beside reference score.

    python benchmarks/gpu.py                        # all of it
    python benchmarks/gpu.py --parts rate           # some of walk, rate, bytes
    python benchmarks/gpu.py --device cpu --parts rate,bytes --worlds 16,64 --rollouts 1    # does the script work?

walk: Go1Walk, AnymalWalk and Go1Velocity are trained with the default preset, with an evaluation on the reference
simulator every 2 million steps, until 96 % of its episodes succeed. The seconds are those of training alone, after a
short training that compiles the kernels. Beside them stands what the final 50 episodes say: falls, speed and trot, and
the mean return beside that of the last training episodes.

rate: environment steps per second of Go1Walk with random actions, and of whole trainings, for each number of worlds.

bytes: whether two equal trainings give the same policy, and whether one resumed from a saved state does. Both are so on
a CPU. A GPU sums in no fixed order.

The last line is everything as JSON, for docs/gpu.md.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mjbench_warp.ppo.learner import Ppo
from mjbench_warp.ppo.options import PpoOptions

from mjbench.algorithms.device import resolved
from mjbench.algorithms.options import read
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

WALKS = {"quadruped/Go1Walk-v0": 120, "quadruped/AnymalWalk-v0": 120, "quadruped/Go1Velocity-v0": 300}
"""Seconds that are aimed at."""
TASK = next(iter(WALKS))
BUDGET, EVALUATIONS, ENOUGH = 60_000_000, 30, "success=0.96"
REGISTRY = Registry()


def run_of(task: str, steps: int, seed: int, protocol: EvalProtocol, **more: Any) -> RunSpec:
    """A run with the default preset; ``more``: ``stop_at`` of the run, and hyperparameters to change."""
    stop_at = more.pop("stop_at", "")
    settings = {**REGISTRY.algorithm("warp-ppo").hyperparameters(REGISTRY.task(task)), **more}
    return RunSpec(task, "warp-ppo", settings, seed, steps, protocol, stop_at=stop_at, simulator="warp")


def walked(task: str, budget: int, device: str) -> RunRecord:
    """Train until the robot walks."""
    protocol = EvalProtocol(checkpoints=EVALUATIONS, episodes=50, final_episodes=50)
    run = run_of(task, budget, 0, protocol, stop_at=ENOUGH, device=device)
    with tempfile.TemporaryDirectory() as folder:
        return execute(run, ResultStore(Path(folder)), REGISTRY)


def figures(record: RunRecord) -> Mapping[str, Any]:
    """What a training came to."""
    table, last = record.evaluations, record.final_step
    final = [i for i, step in enumerate(table.step) if step == last]
    means = {name: np.mean([values[i] or 0.0 for i in final]) for name, values in table.metrics.items()}
    success = table.success or []
    training = record.training.episode_return
    return {
        "status": record.status,
        "train_s": record.resources.train_s,
        "steps": last,
        "steps_per_s": record.resources.steps_per_s,
        "success": float(np.mean([success[i] for i in final])) if success else None,
        **{name: float(means[name]) for name in ("fall", "speed_m_s", "trot") if name in means},
        "reference_return": float(np.mean([table.episode_return[i] or 0.0 for i in final])),
        "training_return": training[-1] if training else None,
    }


class Training:
    """A learner in a session that evaluates nothing.

    Args:
        worlds: N.
        rollouts: of its budget.
        device: where.
    """

    def __init__(self, worlds: int, rollouts: int, device: str, folder: Path) -> None:
        steps = int(run_of(TASK, 1, 0, EvalProtocol()).hyperparameters["n_steps"])
        protocol = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)
        total = worlds * steps * rollouts
        self.run = run_of(TASK, total, 0, protocol, n_envs=worlds, batch_size=worlds * steps // 4, device=device)
        self.session = RunSession(self.run, REGISTRY.task(TASK), ProgressWriter(folder / "progress.json", total))
        self.learner = Ppo(self.session, read(PpoOptions, self.run), self.session.make_training_batch(worlds, device))
        self.learner.reset()
        self.rollout = worlds * steps

    def learn(self, rollouts: int) -> None:
        """So many rollouts, each followed by its update."""
        for _ in range(rollouts):
            self.learner.collect()
            self.learner.improve()


def wait(device: str) -> float:
    """The clock, once the device has done everything."""
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter()


def rates(worlds: int, rollouts: int, device: str, turns: int = 3) -> Mapping[str, float]:
    """Environment steps per second, medians over the turns."""
    with tempfile.TemporaryDirectory() as folder:
        training = Training(worlds, 6 + turns * rollouts * 2, device, Path(folder))
        training.learn(5)  # compiles and captures
        batch, bare, whole = training.learner.batch, [], []
        actions = torch.rand(worlds, training.learner.low.numel(), device=device) * 2 - 1
        for _ in range(turns):
            start = wait(device)
            for _ in range(rollouts * training.rollout // worlds):
                batch.step(actions)
            middle = wait(device)
            training.learn(rollouts)
            whole.append(rollouts * training.rollout / (wait(device) - middle))
            bare.append(rollouts * training.rollout / (middle - start))
        return {"bare": statistics.median(bare), "training": statistics.median(whole)}


def equal_bytes(worlds: int, device: str) -> Mapping[str, bool]:
    """Whether two equal trainings give the same policy, and whether a resumed one does."""
    with tempfile.TemporaryDirectory() as folder:
        one, other, late = (Training(worlds, 12, device, Path(folder)) for _ in range(3))
        one.learn(5)
        worlds_then, state = one.learner.batch.state_dict(), one.learner.capture()
        one.learn(5)
        other.learn(10)
        late.learner.batch.load_state_dict(worlds_then)
        late.learner.restore(state)
        late.learn(5)
        values = [training.learner.networks.values for training in (one, other, late)]
        return {"again": torch.equal(values[0], values[1]), "resumed": torch.equal(values[0], values[2])}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--parts", default="walk,rate")
    parser.add_argument("--worlds", default="1024,4096,16384", help="of rate; the first is that of bytes")
    parser.add_argument("--rollouts", type=int, default=20, help="of each turn of rate")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    device = resolved(arguments.device, torch)
    if device != "cpu":
        torch.cuda.set_device(device)
        torch.cuda.set_stream(torch.cuda.Stream(device))
    parts, worlds = arguments.parts.split(","), [int(count) for count in arguments.worlds.split(",")]
    found: dict[str, Any] = {"device": torch.cuda.get_device_name(device) if device != "cpu" else "cpu"}
    if "rate" in parts:
        for count in worlds:
            found[f"rate {count}"] = each = rates(count, arguments.rollouts, device)
            print(f"{count:>6,} worlds: {each['bare']:>12,.0f} steps/s bare, {each['training']:>12,.0f} with learning")
    if "bytes" in parts:
        found["bytes"] = each = equal_bytes(worlds[0], device)
        print(f"equal bytes: the same training again {each['again']}, resumed {each['resumed']}")
    for task, aim in WALKS.items() if "walk" in parts else ():
        walked(task, BUDGET // 100, device)  # compiles
        found[task] = each = figures(walked(task, BUDGET, device))
        print(f"{task}: {each['train_s']:.0f} s (aim {aim} s), {each}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
