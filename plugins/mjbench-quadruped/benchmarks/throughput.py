"""Environment steps a second of the batched robots, against bare physics and against EnvPool, in one run.

    python plugins/mjbench-quadruped/benchmarks/throughput.py [--envs 64] [--turns 7]

The sides take turns, and each figure is the median over the turns, in wall time. Bare physics is ``mujoco.rollout`` on
the same model from the same states with the same targets. EnvPool is compared where it is installed
(``pip install ./plugins/mjbench-envpool``); its Go1 has a model, an observation and a reward of its own.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from gymnasium.vector import AutoresetMode
from mjbench_legged.simulator import SUBSTEPS, Simulator
from mjbench_quadruped.vector_env import QuadrupedVectorEnv

TURNS = 7
STEPS = 40


class Ours:
    """A task, with small random actions."""

    def __init__(self, task: str, envs: int, threads: int) -> None:
        self.env = QuadrupedVectorEnv(task, envs, threads=threads, autoreset_mode=AutoresetMode.DISABLED)
        self.env.reset(seed=0)
        self.actions = np.random.default_rng(0).uniform(-0.3, 0.3, (STEPS, envs, 12)).astype(np.float32)

    def play(self) -> None:
        """Take all the steps."""
        for action in self.actions:
            _, _, terminated, truncated, _ = self.env.step(action)
            over = terminated | truncated
            if over.any():
                self.env.reset(options={"reset_mask": over})


class Bare:
    """The physics of the same task alone: same robots, same targets."""

    def __init__(self, task: str, envs: int, threads: int) -> None:
        ours = Ours(task, envs, threads)
        robot = ours.env.task.robot
        self.simulator = Simulator([ours.env.model], envs, threads)
        for i in range(envs):
            self.simulator.place(i, ours.env.qpos[i], np.zeros(18))
        targets = robot.standing() + robot.scale() * ours.actions.astype(float)
        self.targets = np.repeat(targets[:, :, None], SUBSTEPS, axis=2)

    def play(self) -> None:
        """Take all the steps."""
        for target in self.targets:
            self.simulator.step(target)


def envpool(envs: int, threads: int) -> Callable[[], None] | None:
    """EnvPool's Go1 on flat ground; None where it is not installed."""
    try:
        import envpool as pool  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    env = pool.make("Go1JoystickFlatTerrain-v1", env_type="gymnasium", num_envs=envs, num_threads=threads)
    env.reset()
    actions = np.random.default_rng(0).uniform(-0.3, 0.3, (STEPS, *env.action_space.shape)).astype(np.float64)
    actions = np.broadcast_to(actions[:, None], (STEPS, envs, actions.shape[-1]))

    def play() -> None:
        for action in actions:
            env.step(np.ascontiguousarray(action))

    return play


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--turns", type=int, default=TURNS)
    arguments = parser.parse_args()
    for threads in (1, 2):
        sides: dict[str, Callable[[], None]] = {}
        for task in ("Go1Walk", "AnymalWalk", "AnymalStep", "Go1Rough"):
            sides[task] = Ours(task, arguments.envs, threads).play
            sides[f"{task}, bare physics"] = Bare(task, arguments.envs, threads).play
        other = envpool(arguments.envs, threads)
        if other is not None:
            sides["EnvPool Go1JoystickFlatTerrain"] = other
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(arguments.turns):
            for name, play in sides.items():
                start = time.perf_counter()
                play()
                took[name].append(time.perf_counter() - start)
        print(f"{arguments.envs} robots, {threads} thread{'s'[: threads - 1]}")
        for name, times in took.items():
            rate = STEPS * arguments.envs / statistics.median(times)
            bare = took.get(f"{name}, bare physics")
            share = (
                f"  {statistics.median(b / t for b, t in zip(bare, times, strict=True)):.0%} of bare" if bare else ""
            )
            print(f"  {name:34} {rate:9,.0f} steps/s{share}")


if __name__ == "__main__":
    main()
