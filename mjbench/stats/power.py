"""What a number of seeds can show: the power of Welch's test, for two sides with one spread and as many seeds each."""

import math

from mjbench.stats.estimate import CONFIDENCE, MIN_SEEDS

POWER = 0.8
"""Chance to see an effect that is really there, by default."""
MOST = 10_000
"""Seeds beyond which the search for enough of them ends."""


def power(effect: float, std: float, seeds: int, tests: int = 1) -> float:
    """Chance that a real difference shows.

        delta = effect / (std sqrt(2 / n)); P(|t| > t_crit) for t noncentral with 2 n - 2 degrees of freedom

    Args:
        effect: difference of the means, in the units of ``std``.
        std: over seeds, positive.
        seeds: on each side, at least 2.
        tests: size of the family; the level is divided by it (Bonferroni, the first step of Holm).
    """
    from scipy.special import nctdtr, stdtrit

    freedom = 2 * seeds - 2
    limit = float(stdtrit(freedom, 1 - (1 - CONFIDENCE) / (2 * tests)))
    delta = abs(effect) / (std * math.sqrt(2 / seeds))
    if delta > limit + 8:  # certain, and beyond what nctdtr can sum
        return 1.0
    wrong_side = float(nctdtr(freedom, delta, -limit)) if delta < 4 else 0.0  # cannot be summed where it vanishes
    return 1.0 - float(nctdtr(freedom, delta, limit)) + wrong_side


def seeds_needed(effect: float, std: float, chance: float = POWER, tests: int = 1) -> int | None:
    """Fewest seeds a side that show ``effect`` with the given power; never fewer than intervals need.

    None where more than ``MOST`` would be needed.
    """
    if effect == 0.0:
        return None
    if std == 0.0:
        return MIN_SEEDS
    low, high = MIN_SEEDS, MOST
    if power(effect, std, high, tests) < chance:
        return None
    while low < high:
        middle = (low + high) // 2
        if power(effect, std, middle, tests) >= chance:
            high = middle
        else:
            low = middle + 1
    return low


def smallest_effect(std: float, seeds: int, chance: float = POWER, tests: int = 1) -> float:
    """The smallest difference of means that ``seeds`` a side show with the given power; seeds at least 2."""
    if std == 0.0:
        return 0.0
    low, high = 0.0, std
    while power(high, std, seeds, tests) < chance:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if power(middle, std, seeds, tests) >= chance:
            high = middle
        else:
            low = middle
    return high
