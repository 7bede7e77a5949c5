"""Axes of the drawings: ends, ticks and their labels."""

import math
from collections.abc import Iterable


def axis(values: Iterable[float], ticks: int = 5, margin: float = 0.04) -> tuple[float, float, list[float]]:
    """Both ends of an axis that shows ``values``, and its ticks, at 1, 2 or 5 times a power of ten."""
    values = list(values)
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    low, high = low - margin * span, high + margin * span
    if low == high:
        low, high = low - span / 2, high + span / 2
    raw = (high - low) / ticks
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return low, high, [index * step for index in range(first, last + 1)]


def log_axis(values: Iterable[float]) -> tuple[float, float, list[float]]:
    """Both ends of a logarithmic axis that shows ``values``, all positive, and its ticks."""
    values = list(values)
    low, high = min(values), max(values)
    low, high = (low, high) if high > low else (low / 2, high * 2)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if high < 300 * low else (1,)
    ticks = [factor * 10.0**power for power in powers for factor in factors]
    return low, high, [place for place in ticks if low <= place <= high]


def tick(value: float) -> str:
    """``0.25``, ``5,000``, ``1M``."""
    if abs(value) >= 1e9:
        return f"{value:.3g}"
    for size, unit in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if unit == 'k' else size):.6g}{unit}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{round(value, 10):g}"
