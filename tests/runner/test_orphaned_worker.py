"""A worker whose launcher is gone stops, also where the launcher died before the worker had looked."""

import os
import subprocess
import sys
from pathlib import Path

from killing import prepared, small_run

from mjbench.runner.command import STOPPED, worker_command, worker_environment
from mjbench.runner.process import Process


def test_a_launcher_that_died_during_start_up_is_missed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    run = small_run("gymnasium/InvertedPendulum-v5", "ppo", steps=10_000_000)
    store = prepared(run, tmp_path)
    command = worker_command(run, store.root, launcher=Process(gone.pid, "1"))
    environment = {**os.environ, **worker_environment(run)}
    worker = subprocess.run(command, env=environment, cwd=tmp_path, timeout=200, check=False)
    assert worker.returncode == STOPPED
    assert not store.has(run)
