"""Wall time of four seeds on this machine: rl-baselines3-zoo, mjbench-sb3 and mjbench-fast.

    python benchmarks/against_rl_zoo3.py [--algo ppo] [--turns 3]

stable-baselines3's default hyperparameters on every side, HalfCheetah-v5, evaluation off. rl-baselines3-zoo trains one
seed after another, each in a process with as many threads as torch takes; mjbench trains as many seeds at once as there
are cores. The sides take turns; starting the processes counts. The zoo gets an environment of its own in ``build/zoo``.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ZOO = ROOT / "build" / "zoo"
PACKAGES = ("rl_zoo3==2.9.2", "stable-baselines3==2.9.2", "mujoco", "torch")
STEPS = {"ppo": 61_440, "sac": 3_000, "td3": 3_000}
SEEDS = 4
TASK = "HalfCheetah-v5"
PLAIN = {
    "ppo": ("normalize_observation=false", "normalize_reward=false"),
    "sac": (),
    "td3": ("action_noise=none", "action_noise_std=0.0"),
}
"""What makes our presets stable-baselines3's defaults."""


def prepare() -> None:
    """Create the zoo's environment with the versions that mjbench is tested with."""
    if (ZOO / "bin" / "python").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", ZOO], check=True)
    pip = [ZOO / "bin" / "pip", "install", "-q", "-c", ROOT / "constraints.txt"]
    subprocess.run([*pip, *PACKAGES], check=True)


def zoo(algorithm: str) -> None:
    """The seeds one after another, as its documentation has it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "plain.yml"
        settings.write_text(f"{TASK}:\n  n_timesteps: {STEPS[algorithm]}\n  policy: MlpPolicy\n")
        command = [ZOO / "bin" / "python", "-m", "rl_zoo3.train", "--algo", algorithm, "--env", TASK]
        command += ["--conf-file", settings, "--eval-freq", "-1", "--log-folder", folder, "--verbose", "0"]
        for seed in range(SEEDS):
            subprocess.run([*command, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)


def ours(algorithm: str, package: str) -> None:
    """The seeds as ``mjbench run`` trains them."""
    with tempfile.TemporaryDirectory() as folder:
        suite = Path(folder) / "suite.toml"
        suite.write_text(
            f'name = "zoo"\ntasks = ["gymnasium/{TASK}"]\nseeds = {SEEDS}\nsteps = {STEPS[algorithm]}\n'
            "[protocol]\ncheckpoints = 1\nepisodes = 1\nfinal_episodes = 1\n"
        )
        command = [sys.executable, "-m", "mjbench.cli.main", "run", "--suite", suite, "--algo", f"{package}{algorithm}"]
        command += [part for change in PLAIN[algorithm] for part in ("--set", change)]
        subprocess.run([*command, "--results", Path(folder) / "results"], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algo", choices=tuple(STEPS))
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    prepare()
    sides: dict[str, Callable[[str], None]] = {
        "rl-baselines3-zoo": zoo,
        "mjbench-sb3": lambda algorithm: ours(algorithm, ""),
        "mjbench-fast": lambda algorithm: ours(algorithm, "fast-"),
    }
    for algorithm in [arguments.algo] if arguments.algo else STEPS:
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(arguments.turns):
            for name, side in sides.items():
                start = time.perf_counter()
                side(algorithm)
                took[name].append(time.perf_counter() - start)
        for name, times in took.items():
            ratio = statistics.median(a / b for a, b in zip(took["rl-baselines3-zoo"], times, strict=True))
            print(f"{algorithm:4} {name:18} {statistics.median(times):7.1f} s  {ratio:5.2f} times as fast", flush=True)


if __name__ == "__main__":
    main()
