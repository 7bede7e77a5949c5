"""Environment steps a second of the batched arm, against bare physics, side by side.

    python plugins/mjbench-franka/benchmarks/throughput.py [--envs 64] [--turns 7]

The sides take turns, and each figure is the median over the turns: in wall time, which other programs disturb, and in
processor time of all threads. Bare physics is ``mujoco.rollout`` on
the same models with the targets that the task gave its motors, from the states in which its episodes began.
"""

import argparse
import statistics
import time

import numpy as np
from gymnasium.vector import AutoresetMode
from mjbench_franka.task import SUBSTEPS
from mjbench_franka.vector_env import FrankaVectorEnv
from mjbench_franka_specs import TASKS
from mjbench_legged.simulator import Simulator

TURNS = 7
STEPS = 100


class Ours:
    """A task under random actions; episodes begin anew where they end."""

    def __init__(self, task: str, envs: int, threads: int, randomise: dict | None) -> None:
        self.env = FrankaVectorEnv(
            task, envs, threads=threads, autoreset_mode=AutoresetMode.DISABLED, randomise=randomise
        )
        self.actions = np.random.default_rng(0).uniform(-1, 1, (STEPS, *(self.env.action_space.shape or ())))

    def play(self) -> None:
        """Take all the steps."""
        self.env.reset(seed=0)
        for action in self.actions:
            truncated = self.env.step(action)[3]
            if truncated.any():
                self.env.reset(options={"reset_mask": truncated})


class Bare:
    """The physics of the same task alone: same models, same starts, same targets."""

    def __init__(self, ours: Ours, threads: int) -> None:
        env = ours.env
        self.simulator = Simulator(env._simulator.models, env.num_envs, threads, SUBSTEPS)
        self.starts: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.targets = []
        env.reset(seed=0)
        for step, action in enumerate(ours.actions):
            if step % env.task.steps == 0:
                if step:
                    env.reset()
                self.starts[step] = env._simulator.qpos.copy(), env._simulator.qvel.copy()
            env.step(action)
            self.targets.append(np.repeat(env._target[:, None], SUBSTEPS, axis=1))

    def play(self) -> None:
        """Take all the steps."""
        for step, target in enumerate(self.targets):
            if step in self.starts:
                self.simulator.qpos[:], self.simulator.qvel[:] = self.starts[step]
            self.simulator.step(target)


def timed(side: Ours | Bare) -> tuple[float, float]:
    """Wall time and processor time of all steps, s."""
    wall, processor = time.perf_counter(), time.process_time()
    side.play()
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--envs", type=int, default=64)
    parser.add_argument("--turns", type=int, default=TURNS)
    arguments = parser.parse_args()
    for threads in (1, 2):
        print(f"{arguments.envs} arms, {threads} thread{'s'[: threads - 1]}")
        for spec in TASKS:
            kwargs = dict(spec.kwargs)
            ours = Ours(kwargs["task"], arguments.envs, threads, kwargs.get("randomise"))
            bare = Bare(ours, threads)
            turns = [(timed(ours), timed(bare)) for _ in range(arguments.turns)]
            text = f"  {spec.id:28}"
            for i, clock in enumerate(("wall", "processor")):
                rate, other = (
                    STEPS * arguments.envs / statistics.median(turn[side][i] for turn in turns) for side in (0, 1)
                )
                share = statistics.median(turn[1][i] / turn[0][i] for turn in turns)
                text += f"  {clock}: {rate:7,.0f} steps/s, bare {other:7,.0f}, {share:.0%}"
            print(text, flush=True)


if __name__ == "__main__":
    main()
