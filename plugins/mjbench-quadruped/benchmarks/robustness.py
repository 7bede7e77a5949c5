"""How far policies that walk carry over to another friction, mass and motor strength, and whether they stand pushes.

    python plugins/mjbench-quadruped/benchmarks/robustness.py RUN_FOLDER... [--episodes 50]

Each run, given by its folder among the results, plays every condition on the same seeds, without exploration noise; a
row a condition, and for each run its successes, falls and speed.
"""

import argparse
from pathlib import Path

import numpy as np
from gymnasium.vector import AutoresetMode
from mjbench_legged.randomisation import Range
from mjbench_quadruped.vector_env import QuadrupedVectorEnv

from mjbench.api.policy import Policy
from mjbench.policies.mlp import MlpPolicy

CONDITIONS: dict[str, dict[str, float | Range]] = {
    "as in the task": {},
    "friction 0.2": {"friction": (0.2, 0.2)},
    "friction 0.4": {"friction": (0.4, 0.4)},
    "friction 1.2": {"friction": (1.2, 1.2)},
    "trunk mass x 1.3": {"mass": (1.3, 1.3)},
    "gain x 0.8": {"strength": (0.8, 0.8)},
    "gain x 1.2": {"strength": (1.2, 1.2)},
    "pushes of 0.5 m/s": {"push_every_s": 4.0, "push_m_s": 0.5},
    "pushes of 1 m/s": {"push_every_s": 4.0, "push_m_s": 1.0},
    "pushes of 2 m/s": {"push_every_s": 4.0, "push_m_s": 2.0},
    "all drawn at once": {
        "friction": (0.4, 1.2),
        "mass": (1.0, 1.3),
        "strength": (0.8, 1.2),
        "push_every_s": 4.0,
        "push_m_s": 0.5,
    },
}
SEED = 5_000_000
"""Apart from the seeds of training and of the published evaluation."""


def play(policy: Policy, task: str, condition: dict[str, float | Range], episodes: int) -> dict[str, np.ndarray]:
    """The info at the end of each episode: arrays (episodes,) by name."""
    env = QuadrupedVectorEnv(task, episodes, autoreset_mode=AutoresetMode.DISABLED, randomise=condition)
    observations, _ = env.reset(seed=SEED)
    over, ended = np.zeros(episodes, bool), {}
    while not over.all():
        observations, _, terminated, truncated, infos = env.step(policy.act(observations))
        ends = (terminated | truncated) & ~over
        for name, values in infos.items():
            ended.setdefault(name, np.zeros(episodes))[ends] = values[ends]
        over |= ends
    return ended


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--task", default="Go1Walk")
    parser.add_argument("--episodes", type=int, default=50)
    arguments = parser.parse_args()
    for number, folder in enumerate(arguments.runs, 1):
        print(f"{number}: {folder}")
    columns = [f"run {number}: success, falls, speed" for number in range(1, len(arguments.runs) + 1)]
    print("| condition | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    policies = [MlpPolicy.load(folder) for folder in arguments.runs]
    for name, condition in CONDITIONS.items():
        cells = []
        for policy in policies:
            ended = play(policy, arguments.task, condition, arguments.episodes)
            success, falls = int(ended["success"].sum()), int(ended["fallen"].sum())
            cells.append(f"{success} of {arguments.episodes}, {falls}, {ended['speed_m_s'].mean():.2f} m/s")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
