"""A run that is killed and resumed ends in the bytes of one that nobody disturbed."""

import signal
import sys

from mjbench.runner.command import DROPPED, REFUSED, worker_command
from mjbench.testing.algorithms.case import AlgorithmCase, Trained, completed, difference
from mjbench.testing.algorithms.repeating import require_repeatable
from mjbench.testing.case import Skipped, Violation


def resume(case: AlgorithmCase) -> None:
    """A run that is killed and resumed in another process ends in the same bytes, or refuses snapshots by name."""
    run = case.spec()
    store = case.prepared(run)
    victim = [sys.executable, "-m", "mjbench.testing.algorithms.victim", str(store.root), run.run_id]
    killed = case.worker(run, store, [*victim, str(run.steps // 2)])
    refused = [line for line in killed.stderr.splitlines() if line.startswith(REFUSED)]
    if refused:
        raise Skipped(refused[0])
    if killed.returncode != -signal.SIGKILL:
        _explain(killed.returncode, killed.stderr, run.steps)
    done = case.worker(run, store, worker_command(run, store.root, 0.0))
    said = done.stderr.splitlines()
    if not store.has(run):
        raise Violation(f"a killed run leaves no record when it is resumed: {(said or ['nothing was printed'])[-1]}")
    dropped = [line for line in said if line.startswith(DROPPED)]
    if dropped:
        raise Violation(f"the snapshot of a killed run is of no use: {dropped[0].removeprefix(DROPPED)}")
    resumed = completed(Trained(store.read(store.folder(run)), store.folder(run)))
    if found := difference(case.elsewhere(), resumed):
        require_repeatable(case)
        raise Violation(
            f"a run that was killed and resumed ends with another {found}; put everything that training needs into "
            "session.save: weights, optimisers, buffers, generators, counters, the last observation"
        )


def _explain(status: int, said: str, steps: int) -> None:
    """Why the run was not killed in its second half.

    Raises:
        Skipped: it takes no snapshots at all.
        Violation: it asked and did not save, or it broke.
    """
    if "it asked for no snapshot" in said:
        raise Skipped("it takes no snapshots, so a killed run starts again; see session.restore and session.save")
    if "it saved no snapshot" in said:
        raise Violation(
            f"no snapshot in the second half of {steps:,} steps: ask session.snapshot_due() between rollouts, and call "
            "session.save whenever it is true"
        )
    last = (said.strip().splitlines() or [f"exit status {status}"])[-1]
    raise Violation(f"a run that saves snapshots breaks: {last}")
