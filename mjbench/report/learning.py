"""Learning curves of a run: evaluation points, and the episodes of training."""

from dataclasses import dataclass

from mjbench.leaderboard.plots.charts import Chart, Series
from mjbench.report.drawn import HALF, Drawn, drawn_chart
from mjbench.spec.record import RunRecord
from mjbench.spec.task import TaskSpec
from mjbench.stats.estimate import Estimate
from mjbench.stats.returns import EvaluationPoint, evaluation_points, training_points


@dataclass(frozen=True)
class Learning:
    """The section on training."""

    curves: Drawn | None
    """None where nothing was evaluated."""
    points: tuple[EvaluationPoint, ...]


def learning(record: RunRecord, task: TaskSpec | None) -> Learning:
    """The curves of a record with its training episodes; ``task``, where it is installed, gives the marks."""
    points = evaluation_points(record)
    series: list[Series] = []
    for index, (name, rows, band) in enumerate(
        (("evaluation", points, True), ("training", training_points(record), False))
    ):
        known = [row for row in rows if row.mean is not None]
        if len(known) > 1:
            values = tuple(
                Estimate(row.mean or 0.0, row.low if band else None, row.high if band else None) for row in known
            )
            series.append(Series(name, index, values, x=tuple(float(row.steps) for row in known)))
    if not series:
        return Learning(None, points)
    named = ((task.random_return, "random"), (task.reference_return, "reference")) if task else ()
    marks = tuple((reference.value, name) for reference, name in named if reference is not None)
    x = (0.0, float(record.run.steps))
    chart = Chart("learning", "Learning curves", "environment steps", "return of an episode", x, tuple(series), marks)
    return Learning(drawn_chart(chart, HALF), points)
