"""What mjbench itself takes for a run on Slurm: processor time of ``mjbench run`` and of the shell around each worker.

python plugins/mjbench-slurm/tests/small_slurm.py python plugins/mjbench-slurm/benchmarks/slurm_cost.py
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mjbench_slurm.script import script

from mjbench.api.launcher import Job
from mjbench.runner.command import worker_environment
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol


def main() -> None:
    """Train 100 runs of 64 steps through Slurm, and print where the time went."""
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
    print(f"{options.runs} runs in {wall:.0f} s")
    print(
        f"mjbench run, sbatch, squeue and sinfo: {own:.2f} s of processor time, {own / options.runs:.3f} s for each run"
    )
    print(f"the shell around a worker: {shell_s():.3f} s of processor time for each run")


def shell_s(times: int = 50) -> float:
    """Processor time of a task whose worker does nothing."""
    protocol = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)
    run = RunSpec("gymnasium/InvertedPendulum-v5", "ppo", {}, 0, 64, protocol)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(run, ["true"], Path(folder), worker_environment(run), Path(folder, "log.txt"), 1.0)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(times):
            environment = {**os.environ, "SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_JOB_ID": "0"}
            subprocess.run(["bash"], input=script([job]), text=True, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / times


if __name__ == "__main__":
    main()
