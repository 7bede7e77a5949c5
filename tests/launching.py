"""Runs of a moment, good and bad, and a queue that works them off."""

from dataclasses import replace
from pathlib import Path

import pytest
from distributions import write_distribution

from mjbench.api.launcher import Launcher
from mjbench.launch.queue import Queue
from mjbench.plan.grid import plan
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)
ENDLESS = 50_000_000
FAILS = """
import os, signal, sys
class Fails:
    def hyperparameters(self, task): return {"how": "raise"}
    def load_policy(self, folder): raise NotImplementedError
    def train(self, session):
        print("word", open(os.environ["WORD"]).read(), flush=True)
        if session.run.hyperparameters["how"] == "raise":
            raise RuntimeError("the motor is on fire")
        os.kill(os.getpid(), signal.SIGKILL)
FAILS = Fails()
"""


def search(*steps: int) -> list[RunSpec]:
    """Runs of so many steps, a seed each."""
    registry = Registry()
    task, algorithm = registry.task("pointmass/Centre-v0"), registry.algorithm("random-search")
    runs = plan([task], {"random-search": algorithm}, range(len(steps)), steps=1, protocol=PROTOCOL)
    return [replace(run, steps=count) for run, count in zip(runs, steps, strict=True)]


def failing(how: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> RunSpec:
    """A run whose algorithm says what stands in the file ``word`` and ends badly."""
    write_distribution(site, "fails", "1", {"mjbench.algorithms": {"fails": "fails:FAILS"}}, {"fails": FAILS})
    (site / "word").write_text("first")
    monkeypatch.setenv("WORD", str(site / "word"))
    return RunSpec("pointmass/Centre-v0", "fails", {"how": how}, 0, 100, PROTOCOL)


def worked_off(launcher: Launcher, store: ResultStore, runs: list[RunSpec], jobs: int = 0) -> Queue:
    queue = Queue(launcher, store, jobs=jobs)
    for _ in queue.work(runs):
        pass
    return queue
