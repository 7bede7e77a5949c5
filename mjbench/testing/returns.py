"""The declared return of the random policy."""

import math

import numpy as np

from mjbench.references import ACTION_SEED, SEED, random_return
from mjbench.testing.case import Case, Skipped, Violation

EPISODES = 10
QUICK_EPISODES = 5
SIGMAS = 5.0
RELATIVE = 1e-6
"""Rounding of a declared value."""


def declared_random_return(case: Case) -> None:
    """A few random episodes lie where the declared random return says, within five standard errors."""
    declared = case.task.random_return
    if declared is None:
        raise Skipped("the task declares no random return; measure it with: mjbench references measure")
    if case.quick and case.task.episode_limit > 1000:
        raise Skipped(f"a quick check plays no episodes of {case.task.episode_limit:,} steps")
    count = QUICK_EPISODES if case.quick else EPISODES
    with case.env() as env:
        returns = np.array([random_return(env, SEED + i, ACTION_SEED + i) for i in range(count)])
    mean, spread = float(returns.mean()), float(returns.std(ddof=1))
    allowed = SIGMAS * math.hypot(spread / math.sqrt(count), declared.stderr or 0.0) + RELATIVE * abs(declared.value)
    if not abs(mean - declared.value) <= allowed:
        raise Violation(
            f"{count} random episodes return {mean:.4g} on average, the task declares {declared.value:.4g}: "
            f"more than {SIGMAS:g} standard errors apart ({allowed:.3g}); measure it with: mjbench references measure"
        )
