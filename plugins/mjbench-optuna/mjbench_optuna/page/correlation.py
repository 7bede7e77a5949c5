"""Rank correlations between the hyperparameters and the score."""

from functools import partial

import numpy as np

from mjbench.leaderboard.plots.svg import cut, text
from mjbench.report.drawn import HALF, Drawn, drawn, rect, svg
from mjbench_optuna.outcome import Outcome
from mjbench_optuna.page.places import drawn_by, place

LEFT, TOP, RIGHT, FOOT = 120.0, 120.0, 14.0, 16.0
FEWEST = 4
"""Trials below which a correlation says nothing."""
SCORE = "score"


def correlations(outcome: Outcome) -> tuple[list[str], np.ndarray] | None:
    """Names and Spearman's rank correlations (names, names) over the complete trials; the score is the last.

    A choice has its rank in the order of the search space. NaN where a value never changes. None with few trials.
    """
    space = outcome.plan.space
    rows = [each for each in outcome.complete if drawn_by(space, each)]
    if len(rows) < FEWEST:
        return None
    names = [*space, SCORE]
    table = np.array([[*(place(space[n], row.changes[n]) for n in space), row.value or 0.0] for row in rows])
    return names, _spearman(table)


def correlation(outcome: Outcome) -> Drawn | None:
    """The correlations as a table of colours; None with few trials."""
    found = correlations(outcome)
    return drawn(partial(_draw, *found), HALF) if found else None


def _spearman(table: np.ndarray) -> np.ndarray:
    """Of columns, (rows, columns) -> (columns, columns)."""
    from scipy.stats import rankdata

    ranks = rankdata(table, axis=0)
    centred = ranks - ranks.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (centred.T @ centred) / np.outer(norms, norms)


def _draw(names: list[str], values: np.ndarray, width: float) -> str:
    side = (width - LEFT - RIGHT) / len(names)
    parts = [text(16, 24, "mjb-title", "Rank correlations")]
    for row, name in enumerate(names):
        y = TOP + row * side
        parts.append(text(LEFT - 8, y + side / 2 + 4, "mjb-small", cut(name, 17), name, anchor="end"))
        x = LEFT + row * side + side / 2 + 3
        head = text(0, 0, "mjb-small", cut(name, 14), name)
        parts.append(f'<g transform="translate({x:.1f},{TOP - 8:.1f}) rotate(-60)">{head}</g>')
        for column, other in enumerate(names):
            value = float(values[row, column])
            known = not np.isnan(value)
            tip = f"{name}, {other}: {value:.2f}" if known else f"{name}, {other}: unknown"
            style = "rep-track" if not known else "tune-up" if value >= 0 else "tune-down"
            cell = rect(LEFT + column * side + 1, y + 1, side - 2, side - 2, style, 2, tip)
            parts.append(f'<g fill-opacity="{min(1.0, abs(value)) if known else 1:.2f}">{cell}</g>')
            if known and side >= 34:
                style = "tune-inside" if abs(value) > 0.6 else "mjb-label"
                parts.append(
                    text(
                        LEFT + (column + 0.5) * side,
                        y + side / 2 + 4,
                        style,
                        f"{value:.1f}".replace("-0.0", "0.0"),
                        anchor="middle",
                    )
                )
    return svg(width, TOP + side * len(names) + FOOT, "Rank correlations of hyperparameters and score", parts)
