"""The entries and tasks that a paper shows: statistics are those of what is shown alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from mjbench.errors import MjbenchError, nearest_names
from mjbench.spec.suite import Suite
from mjbench.stats.cell import Scores


@dataclass(frozen=True)
class Shown:
    """What is shown; empty for everything."""

    entries: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()

    def of_suite(self, suite: Suite) -> Suite:
        """The suite with the tasks alone, which may be named without their namespace.

        Raises:
            MjbenchError: it has no such task.
        """
        if not self.tasks:
            return suite
        short = {task.rpartition("/")[2]: task for task in suite.tasks}
        known = {**short, **{task: task for task in suite.tasks}}
        _check("task", self.tasks, known, suite.tasks)
        chosen = {known[task] for task in self.tasks}
        return replace(suite, tasks=tuple(task for task in suite.tasks if task in chosen))

    def of_scores(self, scores: Scores, others: Iterable[str] = ()) -> Scores:
        """The scores of the entries alone; ``others`` are names that are valid too.

        Raises:
            MjbenchError: there is no such entry.
        """
        if not self.entries:
            return scores
        names = [*scores.entries, *others]
        _check("entry", self.entries, names, names)
        return replace(scores, cells={key: cell for key, cell in scores.cells.items() if key[0] in self.entries})


EVERYTHING = Shown()


def _check(kind: str, wanted: Iterable[str], known: Collection[str], listed: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            near = nearest_names(name, known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(listed)}"
            raise MjbenchError(f"the board has no {kind} {name!r}; {hint}")
