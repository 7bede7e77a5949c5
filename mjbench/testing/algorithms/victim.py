"""``python -m mjbench.testing.algorithms.victim RESULTS RUN_ID STEP``: a worker that is killed after a snapshot.

It snapshots whenever the algorithm lets it. A few steps after the first snapshot from STEP on it kills itself, as the
kernel would.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.store.codec import load_run
from mjbench.store.store import ResultStore

FURTHER = 7
"""Calls of ``on_step`` after the snapshot."""


def main(arguments: Sequence[str]) -> int:
    """Execute the run until it is killed; 0 where it comes to its end, and then says why."""
    results, run_id, kill_from = Path(arguments[0]), arguments[1], int(arguments[2])
    store = ResultStore(results)
    run = load_run((store.root / ".work" / run_id / "run.json").read_bytes())
    left, asked = -1, False

    def attach(session: Any) -> None:
        save, on_step, due, finish = session.save, session.on_step, session.snapshot_due, session.finish

        def saved(step: int, *state: Any, **rows: Any) -> None:
            nonlocal left
            save(step, *state, **rows)
            if step >= kill_from and left < 0:
                left = FURTHER

        def stepped(step: int, policy: Any) -> None:
            nonlocal left
            on_step(step, policy)
            left -= left > 0
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def finished(policy: Any) -> None:
            if left > 0:  # the snapshot was taken in the last steps
                os.kill(os.getpid(), signal.SIGKILL)
            finish(policy)

        def is_due() -> bool:
            nonlocal asked
            asked = True
            return due()

        session.save, session.on_step, session.snapshot_due, session.finish = saved, stepped, is_due, finished

    record = execute(run, store, Registry(), attach, snapshot_every_s=0.0)
    if record.status != "completed":
        print(f"it is {record.status}: {record.error}", file=sys.stderr)
    else:
        print("it saved no snapshot" if asked else "it asked for no snapshot", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
