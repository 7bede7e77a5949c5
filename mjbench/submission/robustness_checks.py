"""Robustness files beside a record: the grid of their set, on the published seeds, with returns that can be."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError
from mjbench.spec.disturbance_set import find_set
from mjbench.spec.record import RunRecord
from mjbench.spec.robustness import UNDISTURBED, Robustness
from mjbench.spec.task import TaskSpec
from mjbench.store.robustness import NAME, read_robustness
from mjbench.submission.report import Finding
from mjbench.submission.run_checks import ROUNDING


def check_robustness(
    record: RunRecord, folder: Path, place: str, names: Sequence[str], task: TaskSpec | None
) -> Iterator[Finding]:
    """Findings about the robustness files of one run's folder.

    Args:
        record: of the run.
        folder: where its files lie.
        place: the folder, inside the submission.
        names: of all files in the folder.
        task: its task; without it, what needs the definition is left unchecked.
    """
    for name in filter(NAME.fullmatch, names):
        where = f"{place}/{name}"
        if record.status != "completed":
            yield Finding("error", "robustness", where, "its run did not complete, so there is no policy to play")
            continue
        try:
            played = read_robustness(folder / name, record)
        except RecordError as error:
            yield Finding("error", "robustness", where, str(error))
            continue
        try:
            find_set(f"{played.set}@{played.version}")
        except MjbenchError as error:
            yield Finding("unchecked", "robustness", where, str(error))
            continue
        for text in (*_grid(played, record), *(_possible(played, task) if task is not None else ())):
            yield Finding("error", "robustness", where, text)


def _grid(played: Robustness, record: RunRecord) -> Iterator[str]:
    chosen = find_set(f"{played.set}@{played.version}")
    named = [name for name in chosen.strengths if name in played.conditions or name in played.absent]
    if named != list(chosen.strengths) or set(played.conditions) | set(played.absent) != set(chosen.strengths):
        yield f"its conditions are not those of {chosen.label}"
        return
    due = [(UNDISTURBED, 0.0)]
    due += [(name, value) for name, values in chosen.strengths.items() if name in played.conditions for value in values]
    if list(played.points()) != due:
        yield f"its strengths are not those of {chosen.label}"
    first = record.run.protocol.seed
    if played.episodes.seed[played.points()[UNDISTURBED, 0.0]] != list(range(first, first + chosen.episodes)):
        yield f"its seeds are not {first} to {first + chosen.episodes - 1}"


def _possible(played: Robustness, task: TaskSpec) -> Iterator[str]:
    table = played.episodes
    if not all(1 <= length <= task.episode_limit for length in table.episode_length):
        yield f"an episode outside of 1 to {task.episode_limit} steps"
    if (table.success is not None) != (task.success is not None):
        yield "success is known where the task has none, or the other way round"
    if task.reward_range is None:
        return
    low, high = task.reward_range
    for value, length in zip(table.episode_return, table.episode_length, strict=True):
        slack = ROUNDING * max(abs(low), abs(high)) * length
        if value is not None and not low * length - slack <= value <= high * length + slack:
            yield f"a return of {value:g} in {length} steps, where a reward is {low:g} to {high:g}"
            return
