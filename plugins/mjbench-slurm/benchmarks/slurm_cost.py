"""What mjbench itself takes for a run on Slurm: processor time of ``mjbench run`` and of the shell around each worker.

python plugins/mjbench-slurm/tests/small_slurm.py python plugins/mjbench-slurm/benchmarks/slurm_cost.py
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Train 100 runs of 100 steps through Slurm, and print where the time went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--results", type=Path, help="where records go; by default a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = options.results or Path(folder, "results")
        plan = ["--task", "gymnasium/InvertedPendulum-v5", "--algo", "ppo", "--set", "n_steps=64", "--steps", "64"]
        command = [str(Path(sys.executable).with_name("mjbench")), "run", *plan, "--seeds", str(options.runs)]
        began = time.monotonic()
        done = subprocess.run(
            [*command, "--launcher", "slurm", "--results", str(results)], capture_output=True, text=True
        )
        wall = time.monotonic() - began
    if done.returncode:
        sys.exit(done.stderr)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)  # of mjbench and of the commands that it called
    own = spent.ru_utime + spent.ru_stime
    print(f"{options.runs} runs in {wall:.0f} s; mjbench run with sbatch and squeue: {own:.2f} s of processor time, ")
    print(f"{1000 * own / options.runs:.1f} ms for each run")


if __name__ == "__main__":
    main()
