"""Plays one final policy again and compares each episode with its record."""

import math
from dataclasses import dataclass

import numpy as np

from mjbench.api.policy import Policy
from mjbench.evaluation.evaluator import Episodes, Evaluator
from mjbench.evaluation.held import HeldPolicy
from mjbench.runner.provenance import elsewhere
from mjbench.spec.record import RunRecord
from mjbench.verify.agreement import LIMIT, excess, length_excess, metric_excess, success_excess

TOLERANCE = 1e-6
"""Relative difference of a return or metric that another machine's rounding may explain."""
HERE = "with the same packages on the same processor"


@dataclass(frozen=True)
class Replay:
    """What playing one policy again has shown."""

    run_id: str
    played: int
    """Episodes."""
    same: int
    """Those that gave the recorded return, length and success."""
    exact: int
    """Those whose return is the same to the last bit."""
    problem: str = ""
    """Why it could not be played, or how far it was off."""
    excess: float = 0.0
    """Standard errors by which the recorded returns are above those played here, where some differ: see
    ``agreement``."""
    other_metrics: int = 0
    """Episodes that differ in their metrics alone, on another processor."""


def play(record: RunRecord, policy: Policy, evaluator: Evaluator, episodes: int | None) -> Replay:
    """Play one final policy again in this process, ``episodes`` of its episodes (None: all).

    Episodes must be the same where packages and processor are those of the record. Elsewhere they may differ, as far
    as chance explains it; that takes all of the episodes.
    """
    run = record.run
    rows = run.protocol.final_episodes
    count = rows if episodes is None else min(episodes, rows)
    again = evaluator.evaluate(HeldPolicy(policy, rows, evaluator.action_bounds(count)), count, run.protocol.seed)
    recorded = _recorded(record, count)
    like = [_same_outcome(recorded, again, i) for i in range(count)]
    metrics = sum(like[i] and not _same_metrics(recorded, again, i) for i in range(count))
    same, exact = sum(like), sum(map(float.__eq__, recorded.episode_return, again.episode_return))
    other_place = elsewhere(record.provenance)
    if same == count and not metrics:
        return Replay(run.run_id, count, same, exact, other_metrics=metrics)
    if not other_place:
        return Replay(run.run_id, count, same, exact, f"{_head(recorded, again, same, metrics, count)}, {HERE}")
    if count < rows:  # chance takes them all
        return play(record, policy, evaluator, None)
    above = excess(recorded.episode_return, again.episode_return, count - same) if same < count else 0.0
    if cause := _no_chance(recorded, again, above):
        where = f"replay it where it was made ({'; '.join(other_place)})"
        cause = f"{_head(recorded, again, same, metrics, count)}, {cause}; {where}"
    return Replay(run.run_id, count, same, exact, cause, max(-LIMIT, min(above, LIMIT)), metrics)


def _recorded(record: RunRecord, count: int) -> Episodes:
    """The first ``count`` episodes of the final policy as the record has them; nan where it has no number."""
    table = record.evaluations
    rows = [i for i, step in enumerate(table.step) if step == record.final_step][:count]

    def numbers(column: list[float | None]) -> list[float]:
        return [math.nan if (value := column[row]) is None else float(value) for row in rows]

    return Episodes(
        seed=[table.seed[row] for row in rows],
        episode_return=numbers(table.episode_return),
        episode_length=[table.episode_length[row] for row in rows],
        success=None if table.success is None else [table.success[row] for row in rows],
        metrics={name: numbers(column) for name, column in table.metrics.items()},
    )


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _same_length(recorded: Episodes, again: Episodes, i: int) -> bool:
    success = recorded.success[i] if recorded.success else None
    return recorded.episode_length[i] == again.episode_length[i] and success == (
        again.success[i] if again.success else None
    )


def _same_outcome(recorded: Episodes, again: Episodes, i: int) -> bool:
    return _close(recorded.episode_return[i], again.episode_return[i]) and _same_length(recorded, again, i)


def _same_metrics(recorded: Episodes, again: Episodes, i: int) -> bool:
    if recorded.metrics.keys() != again.metrics.keys():
        return False
    pairs = [(recorded.metrics[name][i], values[i]) for name, values in again.metrics.items()]
    return all(_same_value(a, b) for a, b in pairs)


def _same_value(one: float, other: float) -> bool:
    return _close(one, other) if math.isfinite(one) else not math.isfinite(other)


def _head(recorded: Episodes, again: Episodes, same: int, metrics: int, count: int) -> str:
    if same == count:
        return f"{metrics} of {count} replayed episodes have other metrics"
    gaps = [abs(a - b) for a, b in zip(recorded.episode_return, again.episode_return, strict=True)]
    worst = max((gap for gap in gaps if not math.isnan(gap)), default=math.nan)
    return f"{count - same} of {count} replayed episodes differ, returns by up to {worst:.6g}"


def _no_chance(recorded: Episodes, again: Episodes, above: float) -> str:
    """What of the differences chance does not explain; empty where it explains all."""
    if bool(recorded.success) != bool(again.success) or not np.isfinite(recorded.episode_return).all():
        return "and something is not recorded"
    pairs = list(zip(recorded.episode_return, again.episode_return, strict=True))
    twins = [i for i, (a, b) in enumerate(pairs) if a == b and not a.is_integer()]  # whole numbers may meet by chance
    if wrong := [i for i in twins if not _same_length(recorded, again, i)]:
        return f"and {len(wrong)} with the recorded return have another length or success"
    if wrong := [i for i in twins if not _same_metrics(recorded, again, i)]:
        return f"and {len(wrong)} with the recorded return have other metrics"
    if above > LIMIT:
        mean = math.fsum(a - b for a, b in pairs) / len(pairs)
        return f"their mean by {mean:+.6g}, more than chance explains"
    if recorded.success and again.success:
        differing = sum(a != b for a, b in zip(recorded.success, again.success, strict=True))
        if success_excess(recorded.success, again.success, differing) > LIMIT:
            return "their successes by more than chance explains"
    if abs(length_excess(recorded.episode_length, again.episode_length)) > LIMIT:
        return "their lengths by more than chance explains"
    for name, played in again.metrics.items():
        values = recorded.metrics.get(name, [])
        if len(values) != len(played):
            return "and something is not recorded"
        differing = sum(
            not (_same_outcome(recorded, again, i) and _same_value(a, b))
            for i, (a, b) in enumerate(zip(values, played, strict=True))
        )
        if differing and metric_excess(values, played, differing) > LIMIT:
            return f"their {name} by more than chance explains"
    return ""
