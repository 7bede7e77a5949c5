"""How long a policy takes to act, in each format that is installed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from mjbench.api.exporter import Act

BATCHES = (1, 64, 1024)
CALLS = (200, 5000)
"""Fewest and most calls of one measurement."""
SECONDS = 1.0


@dataclass(frozen=True)
class Latency:
    """Of one program at one batch size, seconds a call."""

    program: str
    batch: int
    median_s: float
    p99_s: float


def measure(program: str, act: Act, observations: np.ndarray) -> list[Latency]:
    """Latencies for each of ``BATCHES``, on one thread.

    Args:
        program: what acts, for people.
        act: observation (N, observation size) -> action (N, action size).
        observations: to choose from, (M, observation size) float32.
    """
    found: list[Latency] = []
    with threadpool_limits(1, user_api="blas"):
        for batch in BATCHES:
            rows = np.resize(observations, (batch, observations.shape[1]))
            times = _times(lambda rows=rows: act(rows))
            found.append(Latency(program, batch, float(np.median(times)), float(np.quantile(times, 0.99))))
    return found


def _times(call: Callable[[], object]) -> np.ndarray:
    for _ in range(20):
        call()
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(times) < CALLS[0] or (time.perf_counter() < end and len(times) < CALLS[1]):
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    return np.array(times)
