"""Environment steps a second of the batched humanoids against bare physics, in one run.

    python plugins/mjbench-humanoid/benchmarks/throughput.py [--envs 64] [--turns 7]

The sides take turns, and each figure is the median over the turns, in processor time of one thread. Bare physics is
``mujoco.rollout`` on the same model from the same states with the same targets.
"""

import argparse
import statistics
import time

import numpy as np
from gymnasium.vector import AutoresetMode
from mjbench_humanoid.tasks import TASKS
from mjbench_humanoid.vector_env import HumanoidVectorEnv
from mjbench_legged.simulator import SUBSTEPS, Simulator

STEPS = 40


class Ours:
    """A task, with small random actions."""

    def __init__(self, task: str, envs: int) -> None:
        self.env = HumanoidVectorEnv(task, envs, autoreset_mode=AutoresetMode.DISABLED)
        self.env.reset(seed=0)
        self.actions = np.random.default_rng(0).uniform(-0.3, 0.3, (STEPS, envs, 15)).astype(np.float32)

    def play(self) -> None:
        """Take all the steps."""
        for action in self.actions:
            _, _, terminated, truncated, _ = self.env.step(action)
            over = terminated | truncated
            if over.any():
                self.env.reset(options={"reset_mask": over})


class Bare:
    """The physics of the same task alone: same robots, same targets."""

    def __init__(self, task: str, envs: int) -> None:
        ours = Ours(task, envs)
        robot = ours.env.task.robot
        self.simulator = Simulator([ours.env.model], envs, 1)
        self.start = ours.env.qpos.copy()
        targets = robot.standing() + robot.scale() * ours.actions.astype(float)
        self.targets = np.repeat(targets[:, :, None], SUBSTEPS, axis=2)

    def play(self) -> None:
        """Take all the steps."""
        for i, qpos in enumerate(self.start):
            self.simulator.place(i, qpos, np.zeros(self.simulator.qvel.shape[1]))
        for target in self.targets:
            self.simulator.step(target)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--turns", type=int, default=7)
    arguments = parser.parse_args()
    for task in TASKS:
        sides = {"ours": Ours(task, arguments.envs), "bare": Bare(task, arguments.envs)}
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(arguments.turns):
            sides["ours"].env.reset(seed=0)
            for name, side in sides.items():
                start = time.process_time()
                side.play()
                took[name].append(time.process_time() - start)
        rates = {name: STEPS * arguments.envs / statistics.median(times) for name, times in took.items()}
        share = statistics.median(b / o for b, o in zip(took["bare"], took["ours"], strict=True))
        print(f"{task:8} {rates['ours']:7,.0f} steps/s, bare physics {rates['bare']:7,.0f}: {share:.0%}", flush=True)


if __name__ == "__main__":
    main()
