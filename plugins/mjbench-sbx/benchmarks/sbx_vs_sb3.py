"""Processor time of training with mjbench-sbx beside mjbench-sb3, on one thread, evaluation off, compilation aside.

Both sides take turns in one process, with the same hyperparameters: those of mjbench-sbx that mjbench-sb3 has as well.
Counting begins after some steps, when JAX has compiled everything; the time of compiling is printed separately.

    python plugins/mjbench-sbx/benchmarks/sbx_vs_sb3.py [--algo sac] [--repeats 3]
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy reads it

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mjbench.api.policy import Policy
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import find_preset
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

TASK = "gymnasium/HalfCheetah-v5"
STEPS = {"ppo": (10_240, 4_096), "sac": (1_500, 500), "td3": (1_500, 500)}
"""Steps, and those of them that are skipped."""
PROTOCOL = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)  # the final policy's is not part of this


class Timed(RunSession):
    """Notes the processor time when training begins, after the skipped steps, and at the last one."""

    skip = 0
    at: dict[int, float] = {}

    def on_step(self, step: int, policy: Callable[[], Policy]) -> None:
        """See ``mjbench.api.session.Session``."""
        if step in (1, self.skip, self.run.steps):
            self.at[step] = time.process_time()
        super().on_step(step, policy)


def measure(name: str, settings: dict[str, Any], steps: int, skip: int) -> tuple[float, float]:
    """Processor seconds of the skipped steps, and of one of the others."""
    registry = Registry()
    run = RunSpec(TASK, name, settings, 0, steps, PROTOCOL)
    with tempfile.TemporaryDirectory() as folder:
        session = Timed(run, registry.task(TASK), ProgressWriter(Path(folder) / "progress.json", steps))
        session.skip, session.at = skip, {}
        registry.algorithm(name).train(session)
    return session.at[skip] - session.at[1], (session.at[steps] - session.at[skip]) / (steps - skip)


def compare(name: str, steps: int, skip: int, repeats: int) -> None:
    """Print one line for each turn."""
    registry = Registry()
    theirs, ours = (
        dict(find_preset("1", side, registry.algorithm(side), registry.task(TASK))) for side in (name, f"sbx-{name}")
    )
    shared = {key: ours.get(key, value) for key, value in theirs.items()}
    for _ in range(repeats):
        (_, sb3), (first, sbx) = measure(name, shared, steps, skip), measure(f"sbx-{name}", ours, steps, skip)
        print(
            f"{name:4} sb3 {1 / sb3:6.0f} steps/s, sbx {1 / sbx:6.0f}, {sb3 / sbx:5.2f} times as fast;"
            f" compiling {first - skip * sbx:5.1f} s",
            flush=True,
        )


def main() -> None:
    """Compare what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--algo", choices=STEPS, nargs="*", default=list(STEPS))
    parser.add_argument("--repeats", type=int, default=1)
    options = parser.parse_args()
    for name in options.algo:
        compare(name, *STEPS[name], options.repeats)


if __name__ == "__main__":
    main()
