"""A worker that is told to stop before it has begun: a signal at any instant after its handlers are there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from killing import prepared, small_run

from mjbench.runner.command import STOPPED, worker_command, worker_environment

AT = """
import os, signal, sys
from importlib import import_module

class At:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGTERM)

worker = import_module("mjbench.runner.worker")
sys.meta_path.insert(0, At())
sys.exit(worker.main(sys.argv[2:]))
"""


@pytest.mark.parametrize("module", ["mjbench.runner.claim", "mjbench.runner.execute", "mjbench_gymnasium"])
def test_a_signal_while_it_imports_stops_it_in_good_order(module: str, tmp_path: Path) -> None:
    run = small_run("gymnasium/InvertedPendulum-v5", "ppo", steps=10_000_000)
    store = prepared(run, tmp_path)
    command = [sys.executable, "-c", AT, module, *worker_command(run, store.root)[3:]]
    environment = {**os.environ, **worker_environment(run)}
    worker = subprocess.run(command, env=environment, cwd=tmp_path, timeout=200, check=False, capture_output=True)
    assert (worker.returncode, worker.stderr) == (STOPPED, b"")
    assert store.scan() == ([], [])
    assert not (store.work(run) / "claim.json").exists()
