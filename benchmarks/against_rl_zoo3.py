"""Compare the wall time of four seeds on this machine: rl-baselines3-zoo, mjbench-sb3 and mjbench-fast.

    python benchmarks/against_rl_zoo3.py [--case ppo] [--turns 3]

The task is HalfCheetah-v5, without evaluation. All sides use stable-baselines3's default hyperparameters. The case
``ppo-tuned`` uses those of the zoo for HalfCheetah-v4. For SAC and TD3 the zoo only changes when learning starts, which
does not matter for the time.

rl-baselines3-zoo trains one seed after another, each in a process with as many threads as torch takes. mjbench trains
one seed per core at the same time. The sides take turns. The time includes starting the processes. The zoo is installed
into an environment of its own in ``build/zoo``.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ZOO = ROOT / "build" / "zoo"
PACKAGES = ("rl_zoo3==2.9.2", "stable-baselines3==2.9.2", "mujoco", "torch")
SEEDS = 4
TASK = "HalfCheetah-v5"


class Case(NamedTuple):
    """What all sides train."""

    algorithm: str
    steps: int
    ours: dict[str, str]
    """What differs from our presets."""
    zoo: dict[str, str]
    """The same for the zoo: what differs from stable-baselines3's defaults."""


ALIKE = {
    "batch_size": "64",
    "n_steps": "512",
    "gamma": "0.98",
    "learning_rate": "2.0633e-05",
    "ent_coef": "0.000401762",
    "clip_range": "0.1",
    "n_epochs": "20",
    "gae_lambda": "0.92",
    "max_grad_norm": "0.8",
    "vf_coef": "0.58096",
}
"""rl-baselines3-zoo 2.9.2, hyperparams/ppo.yml, HalfCheetah-v4; the other options have other names on each side."""
CASES = {
    "ppo": Case("ppo", 61_440, {"normalize_observation": "false", "normalize_reward": "false"}, {}),
    "ppo-tuned": Case(
        "ppo",
        20_480,
        {**ALIKE, "net_arch": "[256,256]", "activation": "relu", "log_std_init": "-2", "ortho_init": "false"},
        {
            **ALIKE,
            "normalize": "true",
            "policy_kwargs": '"dict(log_std_init=-2, ortho_init=False, activation_fn=nn.ReLU, '
            'net_arch=dict(pi=[256, 256], vf=[256, 256]))"',
        },
    ),
    "sac": Case("sac", 3_000, {}, {}),
    "td3": Case("td3", 3_000, {"action_noise": "none", "action_noise_std": "0.0"}, {}),
}


def prepare() -> None:
    """Create the zoo's environment with the versions that mjbench is tested with."""
    if (ZOO / "bin" / "python").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", ZOO], check=True)
    pip = [ZOO / "bin" / "pip", "install", "-q", "-c", ROOT / "constraints.txt"]
    subprocess.run([*pip, *PACKAGES], check=True)


def zoo(case: Case) -> None:
    """Train the seeds one after another, as the zoo's documentation does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.yml"
        options = {"n_timesteps": case.steps, "policy": "MlpPolicy", **case.zoo}
        settings.write_text(f"{TASK}:\n" + "".join(f"  {name}: {value}\n" for name, value in options.items()))
        command = [ZOO / "bin" / "python", "-m", "rl_zoo3.train", "--algo", case.algorithm, "--env", TASK]
        command += ["--conf-file", settings, "--eval-freq", "-1", "--log-folder", folder, "--verbose", "0"]
        for seed in range(SEEDS):
            subprocess.run([*command, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)


def ours(case: Case, package: str) -> None:
    """Train the seeds with ``mjbench run``."""
    with tempfile.TemporaryDirectory() as folder:
        suite = Path(folder) / "suite.toml"
        suite.write_text(
            f'name = "zoo"\ntasks = ["gymnasium/{TASK}"]\nseeds = {SEEDS}\nsteps = {case.steps}\n'
            "[protocol]\ncheckpoints = 1\nepisodes = 1\nfinal_episodes = 1\n"
        )
        command = [sys.executable, "-m", "mjbench.cli.main", "run", "--suite", suite]
        command += ["--algo", f"{package}{case.algorithm}", "--preset", "1"]  # learns from the 100th step on, as theirs
        command += [part for name, value in case.ours.items() for part in ("--set", f"{name}={value}")]
        subprocess.run([*command, "--results", Path(folder) / "results"], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=tuple(CASES))
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    prepare()
    sides: dict[str, Callable[[Case], None]] = {
        "rl-baselines3-zoo": zoo,
        "mjbench-sb3": lambda case: ours(case, ""),
        "mjbench-fast": lambda case: ours(case, "fast-"),
    }
    for case in [arguments.case] if arguments.case else CASES:
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(arguments.turns):
            for name, side in sides.items():
                start = time.perf_counter()
                side(CASES[case])
                took[name].append(time.perf_counter() - start)
        for name, times in took.items():
            ratio = statistics.median(a / b for a, b in zip(took["rl-baselines3-zoo"], times, strict=True))
            print(f"{case:9} {name:18} {statistics.median(times):7.1f} s  {ratio:5.2f} times as fast", flush=True)


if __name__ == "__main__":
    main()
