"""Stopping what launchers hold, from another command than the one that started it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mjbench.errors import MjbenchError, nearest_names
from mjbench.launch.jobs import held_jobs
from mjbench.launch.one_line import of_the_launcher
from mjbench.launch.states import begun
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import is_claimed
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore


@dataclass
class Cancelled:
    """What came of it."""

    stopped: list[RunSpec] = field(default_factory=list)
    elsewhere: list[RunSpec] = field(default_factory=list)
    """At work for a command that is still running, which has to be stopped itself."""


def cancel(store: ResultStore, registry: Registry, names: Sequence[str], tell: Callable[[str], None]) -> Cancelled:
    """Stop the workers of detached launchers. They save snapshots, as after SIGTERM.

    Args:
        store: whose runs.
        registry: has the launchers.
        names: tasks, algorithms or beginnings of run ids, each of which must fit a run under way; none for all.
        tell: takes lines for the user.

    Raises:
        MjbenchError: a name fits no run under way, or a launcher cannot stop its workers.
    """
    under_way = [run for run in begun(store) if not store.has(run)]
    for name in names:
        if not any(_fits(run, name) for run in under_way):
            near = nearest_names(name, [text for run in under_way for text in (run.task, run.algorithm, run.run_id)])
            hint = f"did you mean {' or '.join(near)}?" if near else "see: mjbench status"
            raise MjbenchError(f"no run under way in {store.root} has the task, algorithm or run id {name!r}; {hint}")
    chosen = [run for run in under_way if not names or any(_fits(run, name) for name in names)]
    workers = held_jobs(chosen, store, registry, tell)
    result = Cancelled()
    for run in chosen:
        if run.run_id in workers:
            with of_the_launcher(f"cannot stop {run.label}"):
                workers[run.run_id].stop(False)
            result.stopped.append(run)
        elif is_claimed(store.work(run)):
            result.elsewhere.append(run)
    return result


def _fits(run: RunSpec, name: str) -> bool:
    return name in (run.task, run.algorithm, run.entry) or (len(name) >= 4 and run.run_id.startswith(name))
