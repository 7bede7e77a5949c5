"""Executes one RunSpec from first step to record."""

import resource
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace

from mjbench.api.algorithm import Algorithm
from mjbench.api.policy import Policy
from mjbench.api.session import Diverged, Stopped, ThresholdReached
from mjbench.errors import MjbenchError, RecordError, in_words
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import Claim
from mjbench.runner.command import DROPPED, SNAPSHOT_EVERY_S
from mjbench.runner.energy import EnergyMeter
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.provenance import in_use, provenance, software
from mjbench.runner.rehearsal import trial
from mjbench.runner.session import RunSession
from mjbench.runner.snapshotter import Keeper
from mjbench.runner.trackers import load
from mjbench.runner.tracking import Tracking
from mjbench.snapshot.files import Snapshots
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.spec.record import Resources, RunRecord, Status, failure
from mjbench.spec.run import RunSpec
from mjbench.stats.energy import KEY
from mjbench.store.codec import dump_record, load_record
from mjbench.store.store import ResultStore


def execute(
    run: RunSpec,
    store: ResultStore,
    registry: Registry,
    on_start: Callable[[RunSession], None] | None = None,
    claim: Claim | None = None,
    snapshot_every_s: float = SNAPSHOT_EVERY_S,
    trackers: Iterable[str] = (),
) -> RunRecord:
    """Train, evaluate and write the record. A failure in training is a record too.

    Goes on from the run's newest whole snapshot where there is one.

    Args:
        run: what to do.
        store: where the record goes.
        registry: where the task and the algorithm come from.
        on_start: receives the session, so that a signal handler can ask it to stop.
        claim: the worker's claim on the run.
        snapshot_every_s: seconds between snapshots.
        trackers: names of those that receive what happens.

    Raises:
        Stopped: the session was asked to stop, or another worker has the run now; no record is written.
        MjbenchError: the task or algorithm is not installed, the run that this one starts from is not there, or the
            record cannot be written.
    """
    task = registry.task(run.task)
    algorithm = registry.algorithm(run.algorithm)
    further = getattr(algorithm, "packages", ())
    owners = registry.owner("task", run.task), registry.owner("algorithm", run.algorithm)
    meter, cpu_before_s = EnergyMeter(), _cpu_s()
    source = store.source(run)
    if run.source and source is None:
        raise MjbenchError(
            f"{run.label} needs a warm start from run {run.source}, which is missing; mjbench run trains both"
        )
    work = store.work(run)
    work.mkdir(parents=True, exist_ok=True)
    snapshots = Snapshots(store.snapshots(run), {"run": run.run_id, **software(*owners, further=further)}, in_use)
    with closing(Tracking(run, store.tracking(run), load(registry, trackers))) as tracking:
        while True:
            keeper = Keeper(snapshots, claim, task.stateless_reason, snapshot_every_s, try_out=trial(run))
            progress = ProgressWriter(work / "progress.json", run.steps)
            session = RunSession(run, task, progress, keeper, source, tracking)
            if on_start is not None:
                on_start(session)
            try:
                outcome = _train(algorithm, session)
                break
            except Unresumable as error:
                print(f"{DROPPED}{error}; the run starts again", file=sys.stderr, flush=True)
                snapshots.discard()
                tracking.close()
            finally:
                session.close()
        if claim is not None and not claim.held():
            raise Stopped
        record = RunRecord(
            run=run,
            status=outcome.status,
            evaluations=session.evaluations,
            training=session.episodes.columns(),
            resources=_resources(outcome.steps or run.steps, keeper, outcome, session.evaluate_s),
            error=outcome.error,
            provenance=provenance(task, *owners, run.threads, further, session.simulator)
            | _energy(meter, cpu_before_s, keeper),
        )
        if wrong := _unreadable(record):
            record, outcome = failure(run, wrong), replace(outcome, policy=None)
        store.write(record, outcome.policy)
        if outcome.final:
            snapshots.discard()
        tracking.end(record)
    return record


@dataclass(frozen=True)
class _Outcome:
    """How training ended."""

    status: Status
    train_s: float
    policy: Policy | None = None
    error: str = ""
    final: bool = True
    """Whether going on from a snapshot would only end in the same way."""
    steps: int = 0
    """At which the run reached its threshold; 0 where it did not."""


def _train(algorithm: Algorithm, session: RunSession) -> _Outcome:
    try:
        policy = algorithm.train(session)
        train_s = session.train_s()
        session.finish(policy)
        return _Outcome("completed", train_s, policy)
    except ThresholdReached as reached:
        return _Outcome("completed", session.train_s(), reached.policy, steps=session.evaluations.step[-1])
    except (Stopped, Unresumable):
        raise
    except (Diverged, FloatingPointError) as caught:
        return _Outcome("diverged", session.train_s(), error=str(caught) or in_words(caught))
    except Exception as caught:
        traceback.print_exc()
        error = in_words(caught)
        final = not isinstance(caught, (MemoryError, OSError))
        return _Outcome("failed", session.train_s(), error=error, final=final)


def _unreadable(record: RunRecord) -> str:
    """Why nobody could read the record; empty where it can be read."""
    try:
        load_record(dump_record(record))
    except (RecordError, ValueError) as error:
        return f"its record could not be read: {error}"
    return ""


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _energy(meter: EnergyMeter, before_s: float, keeper: Keeper) -> dict[str, float]:
    """For the provenance; nothing where it is not known, as for a run of which an earlier worker did a part."""
    joules = meter.joules(_cpu_s() - before_s)
    return {} if joules is None or keeper.resumed else {KEY: joules}


def _resources(steps: int, keeper: Keeper, outcome: _Outcome, evaluate_s: float) -> Resources:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Resources(
        wall_s=round(keeper.elapsed_s(), 3),
        cpu_s=round(keeper.cpu_s + usage.ru_utime + usage.ru_stime, 3),
        train_s=round(outcome.train_s, 3),
        evaluate_s=round(evaluate_s, 3),
        steps_per_s=round(steps / outcome.train_s, 2) if outcome.train_s > 0 else 0.0,
        peak_memory_mib=round(peak_mib(usage.ru_maxrss), 1),
        resumed=keeper.resumed,
        snapshot_s=round(keeper.spent_s, 3),
    )


def peak_mib(maxrss: int, platform: str = sys.platform) -> float:
    """``ru_maxrss`` in MiB: macOS gives it in bytes, others in KiB."""
    return maxrss / (2**20 if platform == "darwin" else 2**10)
