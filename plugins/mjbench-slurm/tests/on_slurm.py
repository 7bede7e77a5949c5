"""What tests do to jobs, through Slurm's own commands, and to ``mjbench`` as a user types it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from killing import wait_for

from mjbench.runner.claim import is_claimed
from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

RUN = ("--task", "gymnasium/InvertedPendulum-v5", "--algo", "ppo", "--set", "n_steps=64", "--set", "n_epochs=2")


def says(*command: str) -> str:
    """What a command of Slurm's prints."""
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def mjbench(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command, to its end."""
    return subprocess.run(_command(words), capture_output=True, text=True, timeout=300, **options)


def begin(*words: object) -> subprocess.Popen[str]:
    """The command, in the background."""
    return subprocess.Popen(_command(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def states(results: Path) -> list[str]:
    """Of all runs of a folder, by ``mjbench status``."""
    runs = json.loads(mjbench("status", "--json", "--results", results).stdout)["runs"]
    return sorted(run["state"] for run in runs)


def jobs(name: str) -> dict[str, str]:
    """State of each job with this name that Slurm knows, by id."""
    rows = says("squeue", "-h", "-r", "-t", "all", f"--name={name}", "-o", "%F_%K %T").splitlines()
    return dict(row.split() for row in rows)


def job_of(store: ResultStore, run: RunSpec) -> str:
    """Id of the run's job."""
    return json.loads((store.work(run) / "slurm.job").read_text())["job"]


def node_of(job: str) -> str:
    return says("squeue", "-h", "-j", job, "-o", "%N")


def under_way(store: ResultStore, run: RunSpec) -> bool:
    """Whether a worker has trained some steps since it started."""
    progress = read_progress(store.work(run))
    return is_claimed(store.work(run)) and progress is not None and progress.step > 0


def back_at_work(store: ResultStore, run: RunSpec, job: str, before: int = 0) -> None:
    """Wait until Slurm has started a job again, more often than ``before``, or its run is done."""
    wait_for(lambda: store.has(run) or restarts(job) > before, 180)


def restarts(job: str) -> int:
    """How often Slurm has started it again."""
    found = re.search(r"Restarts=(\d+)", says("scontrol", "show", "job", job))
    assert found
    return int(found[1])


def _command(words: tuple[object, ...]) -> list[str]:
    return [str(Path(sys.executable).with_name("mjbench")), *map(str, words)]
