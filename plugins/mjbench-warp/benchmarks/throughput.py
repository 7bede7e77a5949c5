"""Steps a second of the worlds in MuJoCo Warp, beside ``mujoco.rollout`` on one thread, in one run.

    python plugins/mjbench-warp/benchmarks/throughput.py [--worlds 64] [--device cpu] [--turns 5] [--tasks Go1Walk]

The sides take turns, and each figure is the median over the turns, in wall time. All of them step robots with the same
small random actions. Kernels are compiled before the first turn.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from gymnasium.vector import AutoresetMode
from mjbench_legged.simulator import SUBSTEPS
from mjbench_quadruped.vector_env import QuadrupedVectorEnv
from mjbench_quadruped_specs import TASKS

from mjbench.envs.training import make_training_batch

STEPS = 10
TASK = {task.id.partition("/")[2].removesuffix("-v0"): task for task in TASKS}


def warp(name: str, worlds: int, device: str) -> dict[str, Callable[[], None]]:
    """The batch, and its physics alone."""
    batch = make_training_batch(TASK[name], worlds, 0, device)
    actions = torch.from_numpy(_actions(worlds)).to(batch.device)
    batch.reset()
    batch.step(actions[0])

    def wait() -> None:
        if batch.device.type == "cuda":
            torch.cuda.synchronize(batch.device)

    def play() -> None:
        for action in actions:
            batch.step(action)
        wait()

    def physics() -> None:
        for _ in actions:
            batch.physics.step()
        wait()

    return {"Warp, environment": play, "Warp, physics": physics}


def rollout(name: str, worlds: int) -> dict[str, Callable[[], None]]:
    """The reference on one thread, and its physics alone."""
    env = QuadrupedVectorEnv(name, worlds, threads=1, autoreset_mode=AutoresetMode.SAME_STEP)
    env.reset(seed=0)
    actions = _actions(worlds)
    targets = np.repeat((env.task.robot.standing() + env.task.robot.scale() * actions)[:, :, None], SUBSTEPS, axis=2)

    def play() -> None:
        for action in actions:
            env.step(action)

    def physics() -> None:
        for target in targets:
            env._simulator.step(target)

    return {"mujoco.rollout, environment": play, "mujoco.rollout, physics": physics}


def _actions(worlds: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.3, 0.3, (STEPS, worlds, 12)).astype(np.float32)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tasks", default="Go1Walk,AnymalStep", help="comma-separated")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.tasks.split(","):
        sides = {**warp(name, arguments.worlds, arguments.device), **rollout(name, arguments.worlds)}
        took: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(arguments.turns):
            for side, play in sides.items():
                start = time.perf_counter()
                play()
                took[side].append(time.perf_counter() - start)
        print(f"{name}, {arguments.worlds} worlds, Warp on {arguments.device}")
        for side, times in took.items():
            steps = STEPS * arguments.worlds * (SUBSTEPS if side.endswith("physics") else 1)
            other = took["mujoco.rollout, " + side.partition(", ")[2]]
            ratio = statistics.median(theirs / ours for ours, theirs in zip(times, other, strict=True))
            print(f"  {side:28} {steps / statistics.median(times):12,.0f} steps/s  {ratio:6.2f} times mujoco.rollout")


if __name__ == "__main__":
    main()
