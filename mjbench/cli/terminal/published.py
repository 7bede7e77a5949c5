"""Our numbers beside published ones, as text."""

from collections import Counter
from collections.abc import Sequence

from mjbench.cli.terminal.table import table
from mjbench.literature.compare import OTHER_VERSION, Check
from mjbench.stats.welch import SeedSummary
from mjbench.text import number

METRICS = {
    "final": "policy at that step",
    "last_3_checkpoints": "last 3 evaluations",
    "best": "best evaluation",
    "training": "last 100 training episodes",
}


def beside_published(checks: Sequence[Check], every: bool = False) -> str:
    """A row for each published score that is comparable, the sources by number, and how many have each verdict.

    Args:
        checks: the scores beside ours.
        every: also a row for each score that is not comparable; else one line counts them.
    """
    others = [row for row in checks if row.verdict == "not comparable"]
    shown = [row for row in checks if row.verdict != "not comparable"] + (others if every else [])
    sources = list(dict.fromkeys(row.published.source for row in shown))
    rows = []
    for row in shown:
        theirs, found = row.published, row.difference
        gap = "" if found is None else number(found.value)
        if found is not None and found.low is not None and found.high is not None:
            gap += f" [{number(found.low)}, {number(found.high)}]"
        spread = "" if theirs.std is None else f" (std {number(theirs.std)}, n {theirs.seeds})"
        rows.append(
            [
                row.task,
                row.entry,
                f"{theirs.steps:,}",
                METRICS[theirs.metric],
                _summary(row.ours),
                number(theirs.mean) + spread,
                gap,
                f"{row.verdict}: {row.why}" if row.why else row.verdict,
                f"[{sources.index(theirs.source) + 1}]",
            ]
        )
    head = ["task", "algorithm", "steps", "metric", "ours", "published", "difference", "", "source"]
    count = Counter(row.verdict for row in shown)
    lines = [table(head, rows, right=(2, 4, 5, 6)), ""] if rows else []
    lines += [f"[{index}] {source}" for index, source in enumerate(sources, start=1)]
    lines += [", ".join(f"{amount} {verdict}" for verdict, amount in sorted(count.items()))] if count else []
    if others and not every:
        causes = Counter(row.obstacle for row in others).most_common()
        reasons = ", ".join(f"{cause} ({amount})" for cause, amount in causes)
        lines.append(f"{len(others)} published scores cannot be compared with ours: {reasons}. --all lists them.")
        if OTHER_VERSION in dict(causes):
            lines.append("--any-version compares across versions of an environment.")
    return "\n".join(lines)


def _summary(ours: SeedSummary | None) -> str:
    return "" if ours is None else f"{number(ours.mean)} (std {number(ours.std)}, n {ours.seeds})"
