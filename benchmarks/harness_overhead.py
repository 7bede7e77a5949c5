"""Measure the cost of the harness: a run through mjbench, and a direct call of stable-baselines3's ``learn()``.

    python benchmarks/harness_overhead.py --algo ppo --steps 20480 --repeats 5

Neither side evaluates. They alternate in one process and processor time is compared, so that other work on the machine
has little effect.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from mjbench_sb3.algorithms import PRESETS
from mjbench_sb3.model import CLASSES
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.noise import NormalActionNoise
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from mjbench.registry.lookup import Registry
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.runner.snapshotter import Keeper
from mjbench.snapshot.files import Snapshots
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol


def by_hand(name: str, task: str, settings: dict, steps: int) -> float:
    """Processor seconds of building a model and ``learn()``, as in stable-baselines3's documentation."""
    start = time.process_time()
    settings = dict(settings)
    make = lambda: Monitor(gymnasium.make(task.partition("/")[2]))  # noqa: E731
    env: Any = DummyVecEnv([make] * settings.pop("n_envs", 1))
    observations, rewards = settings.pop("normalize_observation"), settings.pop("normalize_reward")
    if observations or rewards:
        env = VecNormalize(env, norm_obs=observations, norm_reward=rewards, gamma=settings["gamma"])
    settings.pop("learning_rate_schedule")
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[settings.pop("activation")]
    policy = {"net_arch": settings.pop("net_arch"), "activation_fn": activation}
    policy |= {key: settings.pop(key) for key in ("log_std_init", "ortho_init") if key in settings}
    std = settings.pop("action_noise_std", 0.0)
    if settings.pop("action_noise", "none") == "normal":
        size = env.action_space.shape[0]
        settings["action_noise"] = NormalActionNoise(np.zeros(size), np.full(size, std))
    model = CLASSES[name]("MlpPolicy", env, policy_kwargs=policy, seed=0, device="cpu", **settings)
    model.learn(steps)
    return time.process_time() - start


def through_mjbench(name: str, task: str, settings: dict, steps: int) -> float:
    """Processor seconds of the same training in a run's session, with its progress file and snapshots."""
    run = RunSpec(task, name, settings, 0, steps, EvalProtocol(checkpoints=1, episodes=1, final_episodes=1))
    registry = Registry()
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(Snapshots(Path(folder) / "snapshots", {}))
        session = RunSession(run, registry.task(task), ProgressWriter(Path(folder) / "progress.json", steps), keeper)
        start = time.process_time()
        registry.algorithm(name).train(session)
        return time.process_time() - start


def main() -> None:
    """Print the ratio of each pair, and the median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algo", default="ppo", choices=sorted(CLASSES))
    parser.add_argument("--task", default="gymnasium/HalfCheetah-v5")
    parser.add_argument("--steps", type=int, default=20_480)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = PRESETS[options.algo].resolve(options.task, "1")  # learns from the 100th step on
    ratios = []
    for i in range(options.repeats):
        hand = by_hand(options.algo, options.task, settings, options.steps)
        harness = through_mjbench(options.algo, options.task, settings, options.steps)
        ratios.append(harness / hand)
        print(f"{i + 1}: by hand {hand:.2f} s, mjbench {harness:.2f} s, ratio {ratios[-1]:.3f}", flush=True)
    print(f"{options.algo} on {options.task}, {options.steps:,} steps: median ratio {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
