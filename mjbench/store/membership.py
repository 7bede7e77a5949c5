"""Which records a board is made of: by suite, or by protocol and budget for those of no suite."""

from collections.abc import Iterable, Mapping, Sequence

from mjbench.spec.run import RunSpec, digest
from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.spec.task import TaskSpec
from mjbench.store.store import Found


def belongs(run: RunSpec, suite: Suite, tasks: Mapping[str, TaskSpec]) -> bool:
    """Whether ``run`` is one of the suite's: its task, its protocol, its budget and the stages before it.

    Where the suite takes each task's own budget, a run of a task that is not installed belongs to nothing.
    """
    if run.task not in suite.tasks or run.protocol != suite.protocol:
        return False
    if run.after != ("" if run.is_from_scratch else suite.after(run.task)):
        return False
    return run.steps == suite.budget(run.task, tasks.get(run.task))


def members(found: Iterable[Found], suite: Suite, tasks: Mapping[str, TaskSpec]) -> list[Found]:
    """The records of a suite."""
    return [item for item in found if belongs(item.record.run, suite, tasks)]


def custom_groups(
    found: Iterable[Found], suites: Sequence[Suite], tasks: Mapping[str, TaskSpec]
) -> dict[str, list[Found]]:
    """Records that belong to none of ``suites``, by the name of their board, sorted by budget.

    The name is ``custom-<steps>-steps``; a protocol other than the standard one, or stages before them, add a
    digest, so that a board's name does not depend on which other records there are.
    """
    groups: dict[tuple[int, str], list[Found]] = {}
    for item in found:
        run = item.record.run
        if not any(belongs(run, suite, tasks) for suite in suites):
            groups.setdefault((run.steps, custom_name(run.steps, run.protocol, run.after)), []).append(item)
    return {name: groups[steps, name] for steps, name in sorted(groups)}


def custom_name(steps: int, protocol: EvalProtocol, after: str = "") -> str:
    """Name of the board of runs with this budget, protocol and stages before them that belong to no suite."""
    if protocol == EvalProtocol() and not after:
        return f"custom-{steps}-steps"
    fields = [protocol.checkpoints, protocol.episodes, protocol.final_episodes, protocol.seed]
    return f"custom-{steps}-steps-{digest([*fields, after] if after else fields)[:6]}"
