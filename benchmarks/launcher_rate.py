"""Measure which share of a single run's rate each run keeps when the local launcher trains one run per core.

    python benchmarks/launcher_rate.py [--algo fast-ppo] [--steps 200000] [--turns 3]

Each turn trains one seed alone, then one seed per core at the same time. It uses ``mjbench run`` on HalfCheetah-v5 with
almost no evaluation and reads the rates from the records.

For comparison, each turn also multiplies matrices in one plain process, then in one process per core. This shows what
the processor itself keeps, because its cores share caches, memory and clock.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from mjbench.launch.local import cores
from mjbench.store.store import ResultStore

TASK = "gymnasium/HalfCheetah-v5"
PRODUCTS = """
import time, numpy as np
a = np.ones((256, 256), np.float32)
end, count = time.perf_counter() + 4, 0
while time.perf_counter() < end:
    a @ a
    count += 1
print(count)
"""


def trained(algorithm: str, steps: int, seeds: int) -> float:
    """Steps per second of one run: the mean of ``seeds`` runs that train at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        suite = Path(folder) / "suite.toml"
        suite.write_text(
            f'name = "rate"\ntasks = ["{TASK}"]\nseeds = {seeds}\nsteps = {steps}\n'
            "[protocol]\ncheckpoints = 1\nepisodes = 1\nfinal_episodes = 1\n"
        )
        results = Path(folder) / "results"
        command = [sys.executable, "-m", "mjbench.cli.main", "run", "--suite", suite, "--algo", algorithm]
        command += ["--preset", "1", "--jobs", str(seeds), "--results", results]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found, _ = ResultStore(results).current(training=False)
        return statistics.fmean(each.record.resources.steps_per_s for each in found)


def multiplied(processes: int) -> float:
    """Matrix products of one process: the mean of ``processes`` that run at the same time."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PRODUCTS]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(processes)]
    return statistics.fmean(float(process.communicate()[0]) for process in started)


def main() -> None:
    """Print the shares of training and of plain products."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algo", default="fast-ppo")
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    count = cores()
    shares: dict[str, list[float]] = {"training": [], "plain products": []}
    for _ in range(arguments.turns):
        alone = trained(arguments.algo, arguments.steps, 1)
        shares["training"].append(trained(arguments.algo, arguments.steps, count) / alone)
        shares["plain products"].append(multiplied(count) / multiplied(1))
    for name, values in shares.items():
        least, most = min(values), max(values)
        print(f"{name}: {count} at once keep {statistics.median(values):.0%} each ({least:.0%} to {most:.0%})")


if __name__ == "__main__":
    main()
