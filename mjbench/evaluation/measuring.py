"""The random policy's returns on many tasks, several tasks at once."""

import time
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context

from mjbench.evaluation.references import MeasuredReturn, measure
from mjbench.spec.task import TaskSpec


@dataclass(frozen=True)
class Measurement:
    """What came of one task."""

    task: str
    """Task id."""
    row: MeasuredReturn | None = None
    """None where it could not be measured."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Packages that took part."""
    seconds: float = 0.0
    error: str = ""


def measured(tasks: Sequence[TaskSpec], episodes: int, seeds: tuple[int, int], jobs: int) -> Generator[Measurement]:
    """Measurements as they come; close the generator to stop.

    Args:
        tasks: what to measure.
        episodes: of each task, at least 2.
        seeds: of the first episode's reset and of its actions.
        jobs: tasks at once; one is measured in this process, several in processes of their own.
    """
    if jobs == 1:
        for task in tasks:
            yield _measure(task, episodes, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            waiting = [pool.submit(_measure, task, episodes, seeds) for task in tasks]
            for future in as_completed(waiting):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _measure(task: TaskSpec, episodes: int, seeds: tuple[int, int]) -> Measurement:
    start = time.perf_counter()
    try:
        row, versions = measure(task, episodes, *seeds)
    except Exception as error:
        return Measurement(task.id, error=f"{type(error).__name__}: {error}")
    return Measurement(task.id, row, versions, time.perf_counter() - start)
