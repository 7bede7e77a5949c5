"""What ``mjbench run`` prints of runs that have ended, and where none is left to do."""

import sys
from collections.abc import Collection, Sequence

from mjbench.cli.terminal.table import duration, fitted
from mjbench.launch.attempt import log_of
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import final_return
from mjbench.store.store import Found, ResultStore
from mjbench.text import count

COME_BACK = "Follow them with the same command or mjbench status; stop them with mjbench cancel."


def report(finished: Sequence[Found], store: ResultStore) -> None:
    """Print a table of the completed runs, and on standard error a line for each other one, with its log."""
    completed = [found.record for found in finished if found.record.status == "completed"]
    rows = [
        [
            record.run.task,
            record.run.entry,
            record.run.seed,
            f"{final_return(record):,.1f}",
            duration(record.resources.wall_s),
        ]
        for record in sorted(completed, key=lambda record: (record.run.task, record.run.entry, record.run.seed))
    ]
    if rows:
        print(fitted(["task", "algorithm", "seed", "final return", "time"], rows, right=(2, 3, 4)))
    for found in finished:
        record = found.record
        if record.status == "completed":
            continue
        print(f"{record.status}: {record.run.label}: {record.error}\n  record: {found.path}", file=sys.stderr)
        log = log_of(store.work(record.run))
        if log.is_file():
            print(f"  log: {log}", file=sys.stderr)


def nothing_to_do(runs: Sequence[RunSpec], failed: Collection[str], store: ResultStore) -> str:
    """Why there is nothing to do, and what to type to train all the same; ``failed`` holds run ids."""
    holds = f"Nothing to do: {store.root}/ already holds"
    if not failed:
        records = "the record of this run" if len(runs) == 1 else f"the records of all {len(runs)} runs"
        return f"{holds} {records}. --results FOLDER trains in another folder."
    counted = f"{count(len(runs) - len(failed), 'completed run')} and {count(len(failed), 'failed run')}"
    return f"{holds} {counted}. --retry-failed repeats failed runs; --results FOLDER trains in another folder."


def stopped(done: int, runs: int, left: int, detached: bool) -> str:
    """After Ctrl-C: what is done, and how to come back."""
    if not detached:
        return f"Stopped: {done} of {runs} runs done. Run the same command to continue."
    jobs = count(left, "job")
    return f"{done} of {runs} runs done. {jobs} left in the queue of the cluster. {COME_BACK}"


def handed_over(started: int, waiting: int) -> str:
    """After ``--detach``: what was submitted, and what was not."""
    lines = [f"{count(started, 'run')} in the queue of the cluster. {COME_BACK}"]
    if waiting:
        lines.append(f"Not submitted: {count(waiting, 'run')} that wait for others; run the same command again later.")
    return "\n".join(lines)
