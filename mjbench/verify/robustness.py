"""Plays a robustness file again: each episode must be the same, or on another processor differ only by chance."""

import math
import secrets
from collections.abc import Sequence

from mjbench.api.policy import Policy
from mjbench.errors import MjbenchError, RecordError
from mjbench.evaluation.disturbed import Disturbed, play_disturbed
from mjbench.evaluation.subject import Subject
from mjbench.runner.provenance import elsewhere
from mjbench.spec.disturbance_set import find_set
from mjbench.spec.robustness import UNDISTURBED, DisturbedEpisodes, Robustness
from mjbench.spec.task import TaskSpec
from mjbench.store.found import Found
from mjbench.store.robustness import read_robustness, robustness_files
from mjbench.verify.agreement import LIMIT, excess, length_excess, pooled, success_excess

HERE = "with the same packages on the same processor"
SCALE = 1e-6
"""Relative difference of a scale that another version of MuJoCo may explain."""


def play_again(found: Found, policy: Policy, task: TaskSpec, whole: bool = True) -> str:
    """Play every robustness file beside a record again; what is wrong with the first that is wrong, or nothing.

    Args:
        found: the record.
        policy: its final policy.
        task: its task.
        whole: play every condition; else one of each file, drawn at random.
    """
    for name in robustness_files(found.folder):
        try:
            played = read_robustness(found.path / name, found.record)
            chosen = find_set(f"{played.set}@{played.version}")
        except RecordError as error:
            return f"{name}: {error}"
        except MjbenchError as error:
            return f"{name} cannot be played again: {error}"
        run = found.record.run
        subject = Subject(run.label, policy, task, found)
        only = () if whole or not played.conditions else (secrets.choice(played.conditions),)
        protocol = run.protocol
        try:
            again = play_disturbed(
                subject, chosen, seed=protocol.seed, rows=protocol.final_episodes, threads=run.threads, only=only
            )
        except MjbenchError as error:
            return f"{name}: {error}"
        if problem := compare(played, again, elsewhere(played.provenance)):
            return f"{name}: {problem}"
    return ""


def compare(played: Robustness, again: Disturbed, other_place: Sequence[str]) -> str:
    """What is wrong with a file; empty where nothing is.

    Args:
        played: the file.
        again: the same, or some of its conditions, played here.
        other_place: what of packages and processor differs here; see ``mjbench.runner.provenance.elsewhere``.
    """
    if played.absent != again.absent:
        return "the task can have other conditions than it says"
    if any(
        not math.isclose(played.scales.get(name, 0.0), value, rel_tol=SCALE) for name, value in again.scales.items()
    ):
        return "its scales are not those of the task"
    recorded = _points(played.episodes)
    here = _points(again.episodes)
    if not here.keys() <= recorded.keys() or any(len(recorded[key]) != len(rows) for key, rows in here.items()):
        return f"its points are not those of the set {played.set}"
    pairs = [(a, b) for key, rows in here.items() for a, b in zip(recorded[key], rows, strict=True)]
    differ = [(a, b) for a, b in pairs if a != b]
    if not differ:
        return ""
    head = f"{len(differ)} of {len(pairs)} disturbed episodes differ"
    if not other_place:
        return f"{head}, {HERE}"
    if cause := _no_chance({key: (recorded[key], rows) for key, rows in here.items()}):
        return f"{head}, {cause}; replay it where it was made ({'; '.join(other_place)})"
    return ""


_Row = tuple[float | None, int, bool | None]
"""Return, length and success of an episode."""


def _points(table: DisturbedEpisodes) -> dict[tuple[str, float], list[_Row]]:
    success: Sequence[bool | None] = table.success if table.success is not None else [None] * len(table.seed)
    points: dict[tuple[str, float], list[_Row]] = {}
    for name, strength, value, length, won in zip(
        table.condition, table.strength, table.episode_return, table.episode_length, success, strict=True
    ):
        finite = value if value is not None and math.isfinite(value) else None
        points.setdefault((name, strength), []).append((finite, length, won))
    return points


def _no_chance(points: dict[tuple[str, float], tuple[list[_Row], list[_Row]]]) -> str:
    """What of the differences chance does not explain; empty where it explains all."""
    above: list[float] = []
    for (name, strength), (recorded, here) in points.items():
        where = f"under {name} {strength:g}" if name != UNDISTURBED else "undisturbed"
        differing = sum(a != b for a, b in zip(recorded, here, strict=True))
        if not differing:
            continue
        if any((a[0] is None) != (b[0] is None) for a, b in zip(recorded, here, strict=True)):
            return f"and {where} a return is known on one side alone"
        rows = [(a, b) for a, b in zip(recorded, here, strict=True) if a[0] is not None and b[0] is not None]
        by = excess([a[0] or 0.0 for a, _ in rows], [b[0] or 0.0 for _, b in rows], differing) if rows else 0.0
        # A lower return of the undisturbed policy makes it look robust.
        if by > LIMIT or (name == UNDISTURBED and by < -LIMIT):
            return f"their mean return {where} by more than chance explains"
        above.append(by if name != UNDISTURBED else abs(by))
        if abs(length_excess([a[1] for a in recorded], [b[1] for b in here])) > LIMIT:
            return f"their lengths {where} by more than chance explains"
        won = [(bool(a[2]), bool(b[2])) for a, b in zip(recorded, here, strict=True)]
        if success_excess([a for a, _ in won], [b for _, b in won], sum(a != b for a, b in won)) > LIMIT:
            return f"their successes {where} by more than chance explains"
    return "their mean returns together by more than chance explains" if pooled(above) > LIMIT else ""
