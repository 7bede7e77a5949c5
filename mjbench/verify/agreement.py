"""Whether recorded returns exceed those of a replay, where episodes differ because numbers round differently.

With other vector instructions or package versions the last bits differ, and contacts make them grow until an episode
is another one: 20 of 20 of HalfCheetah-v5's, on an Intel and an AMD processor. Such episodes are at most independent
draws. So of n episodes of which m differ, ``mean(recorded) - mean(played)`` has a standard deviation of at most
``sqrt(2 m) s / n``, s that of the returns played here, which whoever made the record cannot choose.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np

LIMIT = 4.0
"""Standard errors beyond which a difference is no chance: one run in thirty thousand."""


def excess(recorded: Sequence[float], played: Sequence[float], differing: int, spread: float | None = None) -> float:
    """Standard errors by which the mean of ``recorded`` is above that of ``played``; 0 where they are equal, infinite
    where a value is not finite.

    Args:
        recorded: a value of each episode, from the record.
        played: the same, played again.
        differing: episodes that were not the same, m.
        spread: standard deviation of an episode's value; that of ``played`` by default.
    """
    if not np.isfinite([*recorded, *played]).all():
        return math.inf
    above = math.fsum(recorded) - math.fsum(played)
    if spread is None:
        spread = float(np.std(played, ddof=1)) if len(played) > 1 else 0.0
    error = math.sqrt(2 * differing) * spread
    return above / error if error > 0 else math.copysign(math.inf, above) if above else 0.0


def success_excess(recorded: Sequence[bool], played: Sequence[bool], differing: int) -> float:
    """``excess`` of successes, whose spread is that of the rule of succession, so that it is never 0."""
    rate = (sum(played) + 1) / (len(played) + 2)
    return excess([float(x) for x in recorded], [float(x) for x in played], differing, math.sqrt(rate * (1 - rate)))


def length_excess(recorded: Sequence[int], played: Sequence[int]) -> float:
    """``excess`` of episode lengths, of which those that are not equal count as differing; below 0 where fewer steps
    are recorded than were played. The spread is that of the rule of succession: with an episode more of one step, and
    one of the longest."""
    spread = float(np.std([*played, 1, max(*recorded, *played)], ddof=1))
    differing = sum(one != other for one, other in zip(recorded, played, strict=True))
    return excess([float(x) for x in recorded], [float(x) for x in played], differing, spread)


def metric_excess(recorded: Sequence[float], played: Sequence[float], differing: int) -> float:
    """Standard errors between the means of a metric, in either direction, as nobody knows which one is better; the
    same of the episodes without a value. The spread is that of ``played`` with an episode more at either side, as far
    beyond the others as these are apart."""
    known = [(a, b) for a, b in zip(recorded, played, strict=True) if math.isfinite(a) and math.isfinite(b)]
    missing = [
        (float(not math.isfinite(a)), float(not math.isfinite(b))) for a, b in zip(recorded, played, strict=True)
    ]
    return max((_apart(pairs, differing) for pairs in (known, missing)), default=0.0)


def _apart(pairs: Sequence[tuple[float, float]], differing: int) -> float:
    if not pairs:
        return 0.0
    recorded, played = zip(*pairs, strict=True)
    low, high = min(played), max(played)
    room = high - low or max(abs(value - low) for value in recorded)
    spread = float(np.std([*played, low - room, high + room], ddof=1))
    return abs(excess(recorded, played, differing, spread))


def pooled(excesses: Iterable[float]) -> float:
    """The excesses of several runs as one, in standard errors; one run's deficit counts no more than ``LIMIT``."""
    values = [max(value, -LIMIT) for value in excesses]
    return math.fsum(values) / math.sqrt(len(values)) if values else 0.0
