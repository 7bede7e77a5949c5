"""Trains in real processes, kills them, lets them go on, and compares with a run that nobody disturbed."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mjbench.api.session import Stopped
from mjbench.registry.lookup import Registry
from mjbench.runner.command import STOPPED, worker_command, worker_environment
from mjbench.runner.execute import execute
from mjbench.runner.process import Process
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import dump_run
from mjbench.store.store import ResultStore

OFF_POLICY = {
    "learning_starts": 150,
    "batch_size": 32,
    "net_arch": [32, 32],
    "buffer_size": 400,  # overwritten more than once
    "normalize_observation": True,
    "normalize_reward": True,
}
SMALL = {
    "ppo": {"n_steps": 64, "n_epochs": 2, "n_envs": 2, "learning_rate_schedule": "linear"},
    "a2c": {"n_envs": 2, "learning_rate_schedule": "linear"},
    "sac": OFF_POLICY,
    "td3": OFF_POLICY,
    "ddpg": {**OFF_POLICY, "n_envs": 2, "action_noise": "ornstein-uhlenbeck", "learning_rate_schedule": "linear"},
}
PROTOCOL = EvalProtocol(checkpoints=4, episodes=2, final_episodes=3)
EXPECTED = (0, -signal.SIGKILL, STOPPED)


def small_run(task: str, algorithm: str, seed: int = 0, steps: int = 1000, **changes: Any) -> RunSpec:
    """A run of seconds that uses every piece of the algorithm's state."""
    registry = Registry()
    preset = registry.algorithm(algorithm).hyperparameters(registry.task(task))
    settings = {**preset, **SMALL.get(algorithm, {}), **changes}
    return RunSpec(task, algorithm, settings, seed, steps, PROTOCOL)


def undisturbed(run: RunSpec, root: Path) -> ResultStore:
    """Executed here, without a snapshot."""
    store = ResultStore(root)
    execute(run, store, Registry())
    return store


def prepared(run: RunSpec, root: Path) -> ResultStore:
    """A store in which a worker can start on ``run``."""
    store = ResultStore(root)
    store.prepare()
    store.work(run).mkdir(parents=True, exist_ok=True)
    (store.work(run) / "run.json").write_bytes(dump_run(run))
    return store


def start(run: RunSpec, store: ResultStore, every_s: float) -> subprocess.Popen[bytes]:
    """A worker, as a launcher would start it."""
    with open(store.work(run) / "log.txt", "ab") as log:
        command = worker_command(run, store.root, every_s, Process.this())
        environment = {**os.environ, **worker_environment(run)}
        return subprocess.Popen(command, cwd=store.work(run), env=environment, stdout=log, stderr=log)


def killed_and_resumed(run: RunSpec, root: Path, kills: int, rng: random.Random, every_s: float = 0.2) -> ResultStore:
    """Killed up to ``kills`` times, each a random while after its worker's first snapshot; then left alone."""
    store = prepared(run, root)
    while not store.has(run):
        worker = start(run, store, every_s)
        if kills > 0:
            seen = _snapshots(store, run)
            wait_for(lambda worker=worker, seen=seen: worker.poll() is not None or _snapshots(store, run) > seen)
            time.sleep(rng.expovariate(1 / every_s))
            worker.send_signal(signal.SIGKILL)
            kills -= 1
        assert worker.wait(300) in EXPECTED, (store.work(run) / "log.txt").read_text()
    return store


def wait_for(condition: Any, patience_s: float = 120.0) -> None:
    """Return once ``condition()`` holds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def content(store: ResultStore, run: RunSpec) -> dict[str, Any]:
    """Everything that the run left, timings aside."""
    folder = store.folder(run)
    body = json.loads((folder / "record.json").read_bytes())
    for place, name in ((body, "resources"), (body["provenance"], "finished")):
        place.pop(name)
    return {**body, "files": {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "record.json"}}


def resumed(store: ResultStore, run: RunSpec) -> int:
    """How often the run went on from a snapshot."""
    return store.read(store.folder(run)).resources.resumed


class Interrupted:
    """Executes a run in this process, in two parts: asked to stop at a step, then begun again from its snapshot."""

    def __init__(self, run: RunSpec, root: Path, stop_at: int) -> None:
        self.run, self.store = run, ResultStore(root)
        self._stop_at = stop_at

    def first(self, registry: Registry | None = None, trackers: Sequence[str] = ()) -> None:
        """Until the first snapshot after ``stop_at`` steps."""

        def stop_there(session: Any) -> None:
            on_step = session.on_step

            def watched(step: int, policy: Any) -> None:
                session.stop_requested = step >= self._stop_at
                on_step(step, policy)

            session.on_step = watched

        try:
            execute(self.run, self.store, registry or Registry(), stop_there, trackers=trackers)
        except Stopped:
            return
        raise AssertionError("it was to stop")

    def second(self, registry: Registry | None = None, trackers: Sequence[str] = ()) -> dict[str, Any]:
        """From there to the end; what the run left."""
        execute(self.run, self.store, registry or Registry(), trackers=trackers)
        return content(self.store, self.run)


def _snapshots(store: ResultStore, run: RunSpec) -> int:
    return max((int(path.stem) for path in store.snapshots(run).glob("*.json")), default=0)
