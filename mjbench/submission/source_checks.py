"""Runs of a submission that start from others: the other run is there, and is the one that the task asks for."""

from collections.abc import Iterator, Mapping, Sequence

from mjbench.io.strict import clean
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
from mjbench.store.store import Found
from mjbench.submission.report import Finding


def source_only(found: Sequence[Found], suite: Suite) -> set[str]:
    """Ids of the runs that are no part of the suite, and there because others start from them."""
    needed = {item.record.run.source for item in found}
    return {run.run_id for run in (item.record.run for item in found) if run.task not in suite.tasks} & needed


def check_sources(
    found: Sequence[Found],
    places: Sequence[str],
    existing: Sequence[Found],
    tasks: Mapping[str, TaskSpec],
    suite: Suite,
) -> Iterator[Finding]:
    """Findings about the runs with a source, and about those that should have one.

    Args:
        found: the submission.
        places: their folders.
        existing: other runs that they may start from.
        tasks: known ones by id, also those that others start from.
        suite: gives budgets, and what runs start from where they are stages of a chain.
    """
    by_id = {item.record.run.run_id: item.record for item in (*existing, *found)}
    for item, place in zip(found, places, strict=True):
        run, task = item.record.run, tasks.get(item.record.run.task)
        due = suite.start(task) if task else ""
        if due and not run.source and not run.is_from_scratch:
            text = f"its task requires a warm start from {due}; the run has none and the entry's name does not show it"
            yield Finding("error", "source", place, text)
        if task and run.source and not due:
            yield Finding("error", "source", place, f"it has a warm start from {run.source}; its task has none")
        if not run.source or item.record.status != "completed":
            continue
        source = by_id.get(run.source)
        if source is None:
            text = f"its warm start is run {run.source} ({run.algorithm} on {due or '?'}, seed {run.seed}), which is "
            text += "missing: pack it too, or name the results that hold it with --against"
            yield Finding("error", "source", place, text)
        elif (source.status, source.run.algorithm, source.run.seed) != ("completed", run.algorithm, run.seed):
            text = f"its warm start is {source.run.label} ({source.status}); it must be completed, "
            text += "with the same algorithm and seed"
            yield Finding("error", "source", place, text)
        elif due and source.run.task != due:
            text = f"its warm start is from {source.run.task}; its task requires {due}"
            yield Finding("error", "source", place, text)
        else:
            budget = suite.budget(due, tasks.get(due)) or source.run.steps
            for text in _other_run(run, source.run, budget, suite.after(due)):
                yield Finding("error", "source", place, text)


def _other_run(run: RunSpec, source: RunSpec, budget: int, after: str) -> Iterator[str]:
    """How the warm start differs from the one that a plan makes: longer training would show nowhere on a board."""
    if source.steps != budget:
        yield f"its warm start was trained for {source.steps:,} steps, it must be {budget:,}"
    if source.after != after:
        yield f"its warm start has the stages {clean(source.after) or 'none'} before it, they must be {after or 'none'}"
    for name, own, other in (
        ("changed hyperparameters", run.variant, source.variant),
        ("preset", run.preset, source.preset),
        ("threads", run.threads, source.threads),
        ("protocol", run.protocol, source.protocol),
    ):
        if own != other:
            yield f"its warm start has other {name}: {own or 'none'} and {other or 'none'}"
