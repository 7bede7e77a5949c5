"""Processor time of a tracker beside that of the run that it follows, both counted within one run.

The time of a tracker is what passes in its calls and in threads that it starts. Start (imports, mostly) and close
happen once a run and are printed separately. wandb's process is not counted.

    python plugins/mjbench-trackers/benchmarks/tracking_cost.py [--track tensorboard,wandb] [--algo sac] [--steps 5000]
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy reads it

import argparse
import tempfile
import threading
import time
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from mjbench.registry.entry_points import GROUPS
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/HalfCheetah-v5"


class Counted:
    """A tracker around another, which counts processor seconds."""

    def __init__(self) -> None:
        self.inner: Any = None
        self.once_s = self.calls_s = self.threads_s = 0.0
        self.calls = 0

    def start(self, *arguments: Any) -> None:
        """Count the start apart."""
        before, self._known = time.process_time(), set(threading.enumerate())
        self.inner.start(*arguments)
        self.once_s += time.process_time() - before
        self._threads = [thread for thread in threading.enumerate() if thread not in self._known]
        self._clocks = [time.pthread_getcpuclockid(thread.ident) for thread in self._threads if thread.ident]
        self._begun = sum(map(time.clock_gettime, self._clocks))

    def scalars(self, *arguments: Any) -> None:
        """Pass on."""
        self._call(self.inner.scalars, *arguments)

    def evaluation(self, *arguments: Any) -> None:
        """Pass on."""
        self._call(self.inner.evaluation, *arguments)

    def end(self, *arguments: Any) -> None:
        """Pass on; the tracker's threads still live."""
        self._call(self.inner.end, *arguments)
        # Threads that wait for a call to end count in it as well: this is an upper bound.
        self.threads_s = sum(map(time.clock_gettime, self._clocks)) - self._begun

    def close(self) -> None:
        """Count the close apart."""
        before = time.process_time()
        self.inner.close()
        self.once_s += time.process_time() - before

    def _call(self, method: Any, *arguments: Any) -> None:
        before = time.process_time()
        method(*arguments)
        self.calls_s += time.process_time() - before
        self.calls += 1


COUNTED = Counted()


def measure(name: str, algorithm: str, steps: int) -> None:
    """Print one line for a tracker."""
    points = [point for group in GROUPS.values() for point in entry_points(group=group)]
    registry = Registry([*points, EntryPoint("counted", f"{__name__}:COUNTED", GROUPS["tracker"])])
    COUNTED.__init__()
    COUNTED.inner = registry.tracker(name)
    settings = registry.algorithm(algorithm).hyperparameters(registry.task(TASK))
    # As often as in a run of a million steps with a hundred evaluations.
    protocol = EvalProtocol(checkpoints=max(1, steps // 10_000), episodes=1, final_episodes=1)
    run = RunSpec(TASK, algorithm, {**settings, "learning_starts": 1000}, 0, steps, protocol)
    with tempfile.TemporaryDirectory() as folder:
        before = time.process_time()
        execute(run, ResultStore(Path(folder)), registry, trackers=["counted"])
        total = time.process_time() - before
    spent = COUNTED.calls_s + COUNTED.threads_s
    rest = total - COUNTED.once_s - spent
    print(
        f"{name:12} {steps:,} steps of {algorithm}: {rest:.1f} s; start and close {COUNTED.once_s:.2f} s; "
        f"{COUNTED.calls} calls {COUNTED.calls_s:.4f} s, threads {COUNTED.threads_s:.4f} s: {spent / rest:.3%}",
        flush=True,
    )


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--track", default="tensorboard")
    parser.add_argument("--algo", default="sac")
    parser.add_argument("--steps", type=int, default=5000)
    options = parser.parse_args()
    for name in options.track.split(","):
        measure(name, options.algo, options.steps)


if __name__ == "__main__":
    main()
