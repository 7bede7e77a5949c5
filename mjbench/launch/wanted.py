"""Which runs of a results folder are meant by names as they are typed."""

from collections.abc import Callable, Sequence

from mjbench.envs.find import find_task
from mjbench.plan.grid import parse_seeds
from mjbench.plan.selection import find_suite, split
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec


def wanted_runs(
    suite: str | None, tasks: Sequence[str], algorithms: Sequence[str], seeds: str | None, steps: int | None
) -> Callable[[RunSpec], bool]:
    """A function that says whether a run is meant. Algorithms are names, with or without preset and changes.

    Raises:
        MjbenchError: a name that nothing installed offers.
    """
    registry = Registry()
    found = find_suite(registry, suite) if suite else None
    ids = {find_task(registry, text).id for text in split(tasks)} or (set(found.tasks) if found else None)
    names = set(split(algorithms))
    for name in names:
        registry.algorithm(name.partition(" ")[0].partition("[")[0])
    numbers = set(parse_seeds(seeds)) if seeds else None
    budget = steps or (found.steps if found else None)

    def wanted(run: RunSpec) -> bool:
        return (
            (ids is None or run.task in ids)
            and (not names or bool(names & {run.algorithm, run.entry}))
            and (numbers is None or run.seed in numbers)
            and budget in (None, run.steps)
            and (found is None or run.protocol == found.protocol)
        )

    return wanted
