"""Which run comes first where all of them are to be done as soon as possible."""

from collections.abc import Callable, Sequence

from mjbench.spec.run import RunSpec


def longest_first(runs: Sequence[RunSpec], seconds: Callable[[RunSpec], float]) -> list[RunSpec]:
    """``runs`` in the order that keeps every core busy to the end: a long run begun last would leave the others idle.

    A run counts with the time of the longest chain of runs that wait for its policy, so it comes before all of them.
    Runs that take equally long keep their order.

    Args:
        runs: each behind the one that it starts from.
        seconds: that a run takes, at least 0.
    """
    waiting_for: dict[str, float] = {}
    total: dict[str, float] = {}
    for run in reversed(runs):
        total[run.run_id] = seconds(run) + waiting_for.get(run.run_id, 0.0)
        waiting_for[run.source] = max(waiting_for.get(run.source, 0.0), total[run.run_id])
    return sorted(runs, key=lambda run: -total[run.run_id])
