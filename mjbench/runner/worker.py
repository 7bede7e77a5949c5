"""``python -m mjbench.runner.worker RESULTS RUN_ID``: one process, one run. What every launcher starts."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mjbench.api.session import Stopped
from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.runner.command import REMOTE, SNAPSHOT_EVERY_S, STOPPED
from mjbench.runner.process import Process
from mjbench.spec.record import failure
from mjbench.spec.run import RunSpec
from mjbench.store.codec import load_run
from mjbench.store.remote_api import RemoteError
from mjbench.store.store import ResultStore

if TYPE_CHECKING:
    from mjbench.runner.claim import Claim
    from mjbench.runner.session import RunSession


def main(arguments: Sequence[str]) -> int:
    """Execute the run; the exit status says whether it completed, failed or was stopped.

    Args:
        arguments: what ``mjbench.runner.command.worker_command`` puts behind the module's name.
    """
    options = _parser().parse_args(arguments)
    store = ResultStore(options.results)
    run = load_run((store.root / ".work" / options.run_id / "run.json").read_bytes())
    sessions: list[RunSession] = []
    stop_requested = False

    def stop(*_: object) -> None:
        nonlocal stop_requested
        stop_requested = True
        if not sessions:  # still importing: nothing to lose
            raise KeyboardInterrupt  # the one exception that the registry's guard lets through
        sessions[-1].stop_requested = True

    def started(session: "RunSession") -> None:
        sessions.append(session)
        session.stop_requested = stop_requested
        session.launcher = options.launcher

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    claim = None
    try:
        # Seconds of imports, after the handlers: a signal that comes meanwhile stops the worker in good order.
        from mjbench.runner.execute import execute
        from mjbench.runner.trackers import left_for_worker

        claim = _claim(options.remote, store, run)
        if not claim.take():
            print(f"another worker is training {run.label}", file=sys.stderr)
            return STOPPED
        if not store.has(run):
            (store.work(run) / "progress.json").unlink(missing_ok=True)
            try:
                execute(run, store, Registry(), started, claim, options.snapshot_every, left_for_worker(store, run))
            except MjbenchError as error:
                print(f"mjbench: {error}", file=sys.stderr)
                store.write(failure(run, str(error)))
        claim.publish()
    except (Stopped, KeyboardInterrupt):
        return STOPPED
    except RemoteError as error:  # the run has not failed: the same command continues it, or uploads what it has
        print(f"{REMOTE}{error}", file=sys.stderr)
        return STOPPED
    finally:
        if claim is not None:
            _release(claim)
    return 0 if store.has(run) else 1


def _claim(remote: str | None, store: ResultStore, run: RunSpec) -> "Claim":
    """On the run, here or also on the remote of this name."""
    if remote is None:
        from mjbench.runner.claim import Claim

        return Claim(store.work(run))
    from mjbench.runner.remote_run import RemoteRun
    from mjbench.store.remote import open_remote

    return RemoteRun(open_remote(remote), store, run)


def _release(claim: "Claim") -> None:
    try:
        claim.release()
    except RemoteError as error:
        print(f"{REMOTE}the snapshot is on this machine alone: {error}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mjbench.runner.worker")
    parser.add_argument("results", type=Path)
    parser.add_argument("run_id")
    parser.add_argument("--snapshot-every", type=float, default=SNAPSHOT_EVERY_S, metavar="S")
    parser.add_argument("--remote", metavar="URL", help="a place that all machines share")
    parser.add_argument("--launcher", type=Process.parse, metavar="PID:START", help="end when this process is gone")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
