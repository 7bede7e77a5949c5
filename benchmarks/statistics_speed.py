"""Measure time and memory of a board's statistics, and compare with rliable on the same scores.

    python benchmarks/statistics_speed.py [--full]

rliable resamples in a Python loop, so its time is proportional to the number of resamples. It is measured at 100
resamples and scaled. ``--full`` measures both sides at all resamples instead.
"""

import argparse
import os
import resource
import sys
import time
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from mjbench.stats.bootstrap import Draws, Sample  # noqa: E402
from mjbench.stats.cell import Cell, Scores, SeedScore  # noqa: E402
from mjbench.stats.counts import RESAMPLES  # noqa: E402
from mjbench.stats.improvement import improvement  # noqa: E402
from mjbench.stats.performance_profile import profile, thresholds  # noqa: E402
from mjbench.stats.suite import suite_statistics  # noqa: E402
from mjbench.stats.tasks import task_statistics  # noqa: E402

ENTRIES, TASKS, SEEDS, CHECKPOINTS = ("ppo", "sac", "td3"), 30, 10, 20


def make() -> Scores:
    generator = np.random.default_rng(0)
    cells = {}
    for rank, entry in enumerate(ENTRIES):
        for index in range(TASKS):
            task = f"toy/T{index}-v0"
            curves = np.cumsum(generator.gamma(2.0, 0.015 + 0.002 * rank, (SEEDS, CHECKPOINTS)), axis=1)
            seeds = tuple(
                SeedScore(seed, row[-1], row[-1], "completed", "x", "", tuple(row), tuple(row))
                for seed, row in enumerate(curves.tolist())
            )
            cells[entry, task] = Cell(entry, task, seeds, SEEDS)
    return Scores(cells)


def ours(scores: Scores) -> None:
    draws = Draws()
    fractions = [(k + 1) / CHECKPOINTS for k in range(CHECKPOINTS)]
    suite_statistics(scores, scores.tasks, fractions, draws)
    task_statistics(scores, scores.tasks, draws)


def theirs(scores: Scores, resamples: int) -> dict[str, float]:
    """Seconds of rliable for each part, scaled to all resamples."""
    from rliable import library, metrics

    final = {e: np.stack([scores.cells[e, t].normalised for t in scores.tasks], axis=1) for e in ENTRIES}
    curves = {e: np.stack([scores.cells[e, t].curves(True).T for t in scores.tasks], axis=1) for e in ENTRIES}
    taus = thresholds(final.values())

    def four(x: np.ndarray) -> np.ndarray:
        names = ("aggregate_iqm", "aggregate_mean", "aggregate_median", "aggregate_optimality_gap")
        return np.array([getattr(metrics, name)(x) for name in names])

    def curve(x: np.ndarray) -> np.ndarray:
        return np.array([metrics.aggregate_iqm(x[..., k]) for k in range(CHECKPOINTS)])

    pairs: Any = {f"{a},{b}": (final[a], final[b]) for a, b in (("ppo", "sac"), ("ppo", "td3"), ("sac", "td3"))}
    beats: Any = metrics.probability_of_improvement
    parts = {
        "aggregates": lambda n: library.get_interval_estimates(final, four, reps=n),
        "profiles": lambda n: library.create_performance_profile(final, taus, reps=n),
        "curves": lambda n: library.get_interval_estimates(curves, curve, reps=n),
        "improvement": lambda n: library.get_interval_estimates(pairs, beats, reps=n),
    }
    return {name: seconds(lambda run=run: run(resamples)) * RESAMPLES / resamples for name, run in parts.items()}


def our_parts(scores: Scores) -> dict[str, float]:
    """Seconds of mjbench for the same four parts; each part includes drawing its own resamples."""
    tables = {entry: scores.normalised(entry, scores.tasks) for entry in ENTRIES}
    taus = thresholds(values for table in tables.values() for values in table.values())
    fractions = np.arange(1, CHECKPOINTS + 1) / CHECKPOINTS

    def samples() -> list[Sample]:
        draws = Draws()
        return [Sample(entry, table, draws) for entry, table in tables.items()]

    def curves() -> None:
        from mjbench.stats.efficiency import efficiency

        for entry in ENTRIES:
            efficiency(entry, scores.curves(entry, scores.tasks), fractions, Draws(), True)

    def pairs() -> None:
        drawn = samples()
        for a, b in ((0, 1), (0, 2), (1, 2)):
            improvement(drawn[a], drawn[b], True)

    return {
        "aggregates": seconds(lambda: [sample.estimates() for sample in samples()]),
        "profiles": seconds(lambda: [profile(sample, taus, True) for sample in samples()]),
        "curves": seconds(curves),
        "improvement": seconds(pairs),
    }


def seconds(call) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--full", action="store_true", help="rliable at all resamples: a quarter of an hour")
    full = arguments.parse_args().full
    scores = make()
    total = min(seconds(lambda: ours(scores)) for _ in range(2))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(
        f"{len(ENTRIES)} entries x {TASKS} tasks x {SEEDS} seeds x {CHECKPOINTS} checkpoints, {RESAMPLES:,} resamples"
    )
    print(f"all statistics of the board: {total:.2f} s of one core, {peak:.0f} MiB at most")
    mine, other = our_parts(scores), theirs(scores, RESAMPLES if full else 100)
    print(f"rliable{'' if full else ', measured at 100 resamples and scaled'}:")
    for name, spent in other.items():
        print(f"  {name:12} ours {mine[name]:7.2f} s   rliable {spent:8.1f} s   ratio {spent / mine[name]:6.0f}")


if __name__ == "__main__":
    main()
