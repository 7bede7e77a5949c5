"""What Ray takes for a run, beside the worker: 100 runs whose worker is ``true``, on a Ray of our own on this machine.

python plugins/mjbench-ray/benchmarks/ray_cost.py
"""

import argparse
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from mjbench_ray import task
from mjbench_ray.launcher import RayLauncher

from mjbench.api.launcher import Job
from mjbench.runner.command import worker_command, worker_environment
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol


def trivial(order: task.Order, folder: Path, log: Path) -> tuple[int, bool]:
    """In place of a worker."""
    subprocess.run(["true"], check=True)
    return 0, False


def main() -> None:
    """Print seconds for each run, all runs started together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    task._attempt = trivial
    protocol = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        launcher = RayLauncher()
        launcher.room(0)
        print(f"start of Ray: {time.monotonic() - began:.1f} s")
        for turn in ("first", "second"):
            jobs = []
            for seed in range(options.runs):
                run = RunSpec("gymnasium/InvertedPendulum-v5", "ppo", {}, seed, 64, protocol)
                work = Path(folder, ".work", run.run_id)
                work.mkdir(parents=True, exist_ok=True)
                (work / "run.json").write_text("{}")
                command = worker_command(run, Path(folder))
                jobs.append(Job(run, command, work, worker_environment(run), work / "log.txt", 1e8))
            began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
            workers = [launcher.start(job) for job in jobs]
            while any(worker.state() == "running" for worker in workers):
                time.sleep(0.2)  # as mjbench run does
            wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
            assert {worker.state() for worker in workers} == {0}
            own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(
                f"{turn} {options.runs} runs: {wall / options.runs:.3f} s for each, {own / options.runs:.4f} s of ours"
            )


if __name__ == "__main__":
    main()
