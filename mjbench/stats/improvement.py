"""How likely a run of one entry beats a run of another: all pairs of seeds, task by task, tasks counting equally."""

import numpy as np

from mjbench.stats.aggregates import probability_of_improvement
from mjbench.stats.bootstrap import Sample, with_interval
from mjbench.stats.estimate import Estimate


def improvement(x: Sample, y: Sample, interval: bool) -> Estimate | None:
    """P(X > Y) + P(X = Y) / 2 over the tasks that both have, with its interval where asked for; None without any.

    On a resample with the counts c and d of the seeds of both, a task gives sum_ij c_i K_ij d_j / (n_x n_y), where K is
    1 for x_i > y_j, 1/2 for a tie and 0 otherwise.
    """
    tasks = [task for task in x.scores if task in y.scores]
    if not tasks:
        return None
    point = probability_of_improvement([x.scores[task] for task in tasks], [y.scores[task] for task in tasks])
    if not interval:
        return Estimate(point)
    total = 0.0
    for task in tasks:
        a, b = x.scores[task], y.scores[task]
        wins = (a[:, None] > b) + 0.5 * (a[:, None] == b)  # (n_x, n_y)
        beaten = wins.T.astype(np.float32) @ x.task_counts(task).astype(np.float32)  # (n_y, B); halves: exact
        total = total + (beaten * y.task_counts(task)).sum(axis=0, dtype=float) / (len(a) * len(b))
    return with_interval(point, np.asarray(total) / len(tasks))
