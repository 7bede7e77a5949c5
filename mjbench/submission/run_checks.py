"""One record against its suite and its task: is this what that run can have left behind?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mjbench.io.strict import clean
from mjbench.spec.record import RunRecord
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
from mjbench.submission.report import Finding

ROUNDING = 1e-6
"""Relative error of a sum of rewards, and of a training return in single precision."""
STRANGE = 3.0
"""A normalised return beyond this deserves a look: three times as far from random as the reference."""


def check_run(record: RunRecord, place: str, suite: Suite | None, task: TaskSpec | None) -> Iterator[Finding]:
    """Findings about one record.

    Args:
        record: what to check.
        place: its folder.
        suite: what it belongs to; None for a run that is there for the warm start of others.
        task: its task; without it, what needs the definition is left unchecked.
    """
    for check, text in _against_suite(record, suite, task) if suite else ():
        yield Finding("error", check, place, text)
    for text in (*_evaluations(record), *_training(record)):
        yield Finding("error", "protocol", place, text)
    if task is None:
        yield Finding("unchecked", "task", place, f"the task {record.run.task} is not installed here")
        return
    for text in (*_definition(record, task), *_limits(record, task), *_returns(record, task), *_columns(record, task)):
        yield Finding("error", "task", place, text)
    yield from _strange(record, place, task)


def _against_suite(record: RunRecord, suite: Suite, task: TaskSpec | None) -> Iterator[tuple[str, str]]:
    run = record.run
    if run.task not in suite.tasks:
        yield "suite", f"the task {run.task} is not in the suite {suite.name}"
    if run.protocol != suite.protocol:
        yield "protocol", f"its protocol is {vars(run.protocol)}, the suite's {vars(suite.protocol)}"
    budget = suite.budget(run.task, task)
    if budget is not None and run.steps != budget:
        yield "suite", f"it was trained for {run.steps:,} steps, the suite requires {budget:,}"
    due = "" if run.is_from_scratch else suite.after(run.task)
    if run.after != due:
        yield "suite", f"its stages before this one are {clean(run.after) or 'none'}, the suite's {due or 'none'}"
    if run.seed >= suite.seeds:
        yield "seeds", f"the seed {run.seed} is not one of the suite's, 0 to {suite.seeds - 1}"
    if run.threads != 1:
        yield "protocol", f"it used {run.threads} threads, it must be one"


def _evaluations(record: RunRecord) -> Iterator[str]:
    run, table = record.run, record.evaluations
    schedule = run.protocol.schedule(run.steps)
    if record.final_step < run.steps and record.final_step in schedule:  # it stopped at its threshold
        schedule = {step: episodes for step, episodes in schedule.items() if step < record.final_step}
        schedule[record.final_step] = run.protocol.final_episodes
    due = [(step, run.protocol.seed + i) for step, episodes in schedule.items() for i in range(episodes)]
    played = list(zip(table.step, table.seed, strict=True))
    whole = record.status == "completed"
    if played != (due if whole else due[: len(played)]):
        wrong = next(
            (i for i, (a, b) in enumerate(zip(played, due, strict=False)) if a != b), min(len(played), len(due))
        )
        got = f"step {played[wrong][0]:,}, seed {played[wrong][1]:,}" if wrong < len(played) else "nothing"
        asked = f"step {due[wrong][0]:,}, seed {due[wrong][1]:,}" if wrong < len(due) else "nothing more"
        yield f"evaluation episode {wrong} is {got}, the protocol requires {asked}"
    if whole and any(value is None for value in table.episode_return):
        yield "an evaluation return is not finite"


def _training(record: RunRecord) -> Iterator[str]:
    run, table = record.run, record.training
    if any(later < earlier for earlier, later in zip(table.step, table.step[1:], strict=False)):
        yield "the steps of its training episodes must ascend"
    if table.step and table.step[-1] > run.steps:
        yield f"it trained for {table.step[-1]:,} steps, past its budget of {run.steps:,}"
    counts = table.episodes or [1] * len(table.episode_length)
    together = sum(length * count for length, count in zip(table.episode_length, counts, strict=True))
    if together > run.steps:
        yield f"its training episodes have {together:,} steps together, more than its budget"
    if record.status == "completed" and any(value is None for value in table.episode_return):
        yield "a training return is not finite"


def _definition(record: RunRecord, task: TaskSpec) -> Iterator[str]:
    installed = task.definition
    recorded = record.provenance.get("task")
    if recorded is None and record.status != "completed":
        return  # a worker that was killed leaves no provenance
    if _canonical(recorded) != _canonical(installed):
        yield f"its task was {_canonical(recorded)}, the installed one is {_canonical(installed)}"


def _limits(record: RunRecord, task: TaskSpec) -> Iterator[str]:
    for name, lengths in (
        ("an evaluation", record.evaluations.episode_length),
        ("a training", record.training.episode_length),
    ):
        if lengths and not 1 <= min(lengths) <= max(lengths) <= task.episode_limit:
            bad = min(lengths) if min(lengths) < 1 else max(lengths)
            yield f"{name} episode has {bad:,} steps, it must have 1 to {task.episode_limit:,}"


def _returns(record: RunRecord, task: TaskSpec) -> Iterator[str]:
    """A return is the sum of one reward a step, so an episode's length bounds it where the task bounds its rewards."""
    if task.reward_range is None:
        return
    low, high = task.reward_range
    for name, table in (("an evaluation", record.evaluations), ("a training", record.training)):
        for value, length in zip(table.episode_return, table.episode_length, strict=True):
            slack = ROUNDING * length * max(abs(low), abs(high))
            if value is not None and not low * length - slack <= value <= high * length + slack:
                yield (
                    f"{name} episode of {length:,} steps has the return {value:.6g}, where rewards of {low:g} to "
                    f"{high:g} a step allow {low * length:,.6g} to {high * length:,.6g}"
                )
                break


def _columns(record: RunRecord, task: TaskSpec) -> Iterator[str]:
    table = record.evaluations
    if not table.step:
        return
    if (table.success is None) != (task.success is None):
        yield "successes are " + ("missing" if table.success is None else "recorded, which the task does not define")
    levels = record.training.level
    if (levels is None) != (task.curriculum is None):
        yield "levels are " + ("missing" if levels is None else "recorded, though the task has no curriculum")
    elif levels and task.curriculum is not None and max(levels) >= task.curriculum.levels:
        yield f"a training episode was played at level {max(levels)} of 0 to {task.curriculum.levels - 1}"
    names = [metric.name for metric in task.metrics]
    if sorted(table.metrics) != sorted(names):
        yield f"its metrics are {_listed(table.metrics)}, the task's {_listed(names)}"


def _strange(record: RunRecord, place: str, task: TaskSpec) -> Iterator[Finding]:
    scores = [task.normalise(value) for value in record.final_returns] if record.final_returns_known else []
    best = max((score for score in scores if score is not None), default=None)
    if best is not None and best > STRANGE:
        text = f"a final return is {best:.1f} times as far from random as the reference; check it"
        yield Finding("note", "task", place, text)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _listed(names: Mapping[str, Any] | Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"
