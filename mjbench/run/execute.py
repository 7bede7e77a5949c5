"""Executes one RunSpec from first step to record."""

import resource
import time
import traceback

from mjbench.algorithm import Diverged, Policy, Stopped
from mjbench.registry import Registry
from mjbench.run.progress import ProgressWriter
from mjbench.run.provenance import provenance
from mjbench.run.session import RunSession
from mjbench.spec.record import Resources, RunRecord, Status
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore


def execute(
    run: RunSpec, store: ResultStore, registry: Registry, on_start: "list[RunSession] | None" = None
) -> RunRecord:
    """Train, evaluate and write the record. A failure in training is a record too.

    Args:
        run: what to do.
        store: where the record goes.
        registry: where the task and the algorithm come from.
        on_start: receives the session, so that a signal handler can ask it to stop.

    Raises:
        Stopped: the session was asked to stop; nothing is written.
        MjbenchError: the task or algorithm is not installed, or the record cannot be written.
    """
    task = registry.task(run.task)
    algorithm = registry.algorithm(run.algorithm)
    owners = registry.owner("task", run.task), registry.owner("algorithm", run.algorithm)
    work = store.work(run)
    work.mkdir(parents=True, exist_ok=True)
    session = RunSession(run, task, ProgressWriter(work / "progress.json", run.steps))
    if on_start is not None:
        on_start.append(session)
    start, status, error = time.perf_counter(), "completed", ""
    trained: float | None = None
    policy: Policy | None = None
    try:
        policy = algorithm.train(session)
        trained = time.perf_counter() - session.evaluate_s
        session.finish(policy)
    except Stopped:
        raise
    except (Diverged, FloatingPointError) as caught:
        status, error, policy = "diverged", str(caught), None
    except Exception as caught:
        status, error, policy = "failed", f"{type(caught).__name__}: {caught}", None
        traceback.print_exc()
    finally:
        session.close()
    wall_s = time.perf_counter() - start
    train_s = (trained or time.perf_counter() - session.evaluate_s) - (session.began or start)
    record = RunRecord(
        run=run,
        status=_status(status),
        evaluations=session.evaluations,
        training=session.episodes.columns(),
        resources=_resources(run, wall_s, train_s, session.evaluate_s),
        error=error,
        provenance=provenance(task, *owners, threads=run.threads),
    )
    store.write(record, policy)
    return record


def _status(text: str) -> Status:
    return "completed" if text == "completed" else "diverged" if text == "diverged" else "failed"


def _resources(run: RunSpec, wall_s: float, train_s: float, evaluate_s: float) -> Resources:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Resources(
        wall_s=round(wall_s, 3),
        cpu_s=round(usage.ru_utime + usage.ru_stime, 3),
        train_s=round(train_s, 3),
        evaluate_s=round(evaluate_s, 3),
        steps_per_s=round(run.steps / train_s, 2) if train_s > 0 else 0.0,
        peak_memory_mib=round(usage.ru_maxrss / 1024, 1),
    )
