"""The declared return of the random policy."""

import math

import numpy as np

from mjbench.evaluation.references import ACTION_SEED, SEED, random_return
from mjbench.testing.case import Case, Skipped, Violation

EPISODES = (10, 100)
"""As many to begin with, and as many before a task is said to be wrong: few tell little where high returns are rare."""
QUICK_EPISODES = (5, 50)
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
    returns: list[float] = []
    mean = allowed = math.nan
    with case.env() as env:
        for count in QUICK_EPISODES if case.quick else EPISODES:
            returns += [random_return(env, SEED + i, ACTION_SEED + i) for i in range(len(returns), count)]
            mean, stderr = float(np.mean(returns)), float(np.std(returns, ddof=1)) / math.sqrt(count)
            allowed = SIGMAS * math.hypot(stderr, declared.stderr or 0.0) + RELATIVE * abs(declared.value)
            if abs(mean - declared.value) <= allowed:
                return
    raise Violation(
        f"{len(returns)} random episodes return {mean:.4g} on average, the task declares {declared.value:.4g}: "
        f"more than {SIGMAS:g} standard errors apart ({allowed:.3g}); measure it with: mjbench references measure"
    )
