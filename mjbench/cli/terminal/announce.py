"""What ``mjbench run`` prints before it trains: the plan, and how long it will take."""

from collections.abc import Collection, Sequence

from mjbench.cli.terminal.table import duration, fitted, size, wrapped
from mjbench.envs.gymnasium_ids import is_outside
from mjbench.launch.estimate import Estimator
from mjbench.plan.selection import Selection
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore
from mjbench.text import count


def announce(
    selection: Selection,
    todo: Sequence[RunSpec],
    failed: Collection[str],
    store: ResultStore,
    estimator: Estimator,
    jobs: int,
) -> None:
    """Print the plan and what is left to do.

    Args:
        selection: every planned run.
        todo: those that will be done.
        failed: ids of those that have failed before.
        store: where records are.
        estimator: that has learned from them.
        jobs: runs at once.
    """
    print(wrapped(f"{_grid(selection)} in {store.root}/"))
    tasks = list(dict.fromkeys(run.task for run in selection.runs))
    rows = []
    for task in tasks:
        own = [run for run in selection.runs if run.task == task]
        names = ", ".join(dict.fromkeys(run.entry for run in own))
        rows.append([task, names, f"{own[0].steps:,}", len(own), sum(store.has(run) for run in own)])
    head, sources = ["task", "algorithms", "steps", "runs", "done"], _sources(selection.runs)
    if sources:
        head.append("starts after")
        rows = [[*row, sources.get(task, "")] for task, row in zip(tasks, rows, strict=True)]
    print(fitted(head, rows, right=(2, 3, 4)))
    if selection.missing:
        print(wrapped(f"Left out, not installed: {', '.join(selection.missing)}"))
    outside = [task for task in tasks if is_outside(task)]
    if outside and not selection.suite:
        print(wrapped(f"Not in a suite; default hyperparameters, no reference returns: {', '.join(outside)}"))
    if failed and not any(run.run_id in failed for run in todo):
        print(
            wrapped(f"{count(len(failed), 'run')} failed before and count as failed; repeat them with --retry-failed.")
        )
    if todo:
        seconds = estimator.total_seconds(todo, jobs)
        estimate = f"about {duration(seconds)}" if seconds is not None else "duration unknown (no earlier run)"
        disk = size(estimator.bytes(todo))
        print(wrapped(f"To do: {count(len(todo), 'run')}, {min(jobs, len(todo))} at once, {estimate}, {disk} of disk."))
        print(wrapped(f"Estimated from rates {estimator.source(todo)}."), flush=True)


def _sources(runs: Sequence[RunSpec]) -> dict[str, str]:
    """By task, the tasks whose runs those of the task start from; without the tasks that wait for none."""
    tasks, sources = {run.run_id: run.task for run in runs}, dict[str, dict[str, None]]()
    for run in runs:
        if run.source:
            sources.setdefault(run.task, {})[tasks.get(run.source, f"run {run.source}")] = None
    return {task: ", ".join(names) for task, names in sources.items()}


def _grid(selection: Selection) -> str:
    """``suite NAME v1: 2 tasks x 1 algorithm x 3 seeds = 6 runs``, and how many more these start from."""
    suite = selection.suite
    name = f"suite {suite.name} v{suite.version}{_partial(selection)}: " if suite else ""
    own = [run for run in selection.runs if run.task in selection.tasks]
    sizes = (
        count(len({run.task for run in own}), "task"),
        count(len({run.algorithm for run in own}), "algorithm"),
        count(len({run.seed for run in selection.runs}), "seed"),
    )
    added = len(selection.runs) - len(own)
    sources = f", plus {count(added, 'run')} for warm starts," if added else ""
    return f"{name}{' x '.join(sizes)} = {count(len(own), 'run')}{sources}"


def _partial(selection: Selection) -> str:
    """`` (partial: 12 of 20 tasks)``; empty for a whole suite."""
    if not selection.suite or len(selection.tasks) == len(selection.suite.tasks):
        return ""
    return f" (partial: {len(selection.tasks)} of {len(selection.suite.tasks)} tasks)"
