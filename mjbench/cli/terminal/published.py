"""Our numbers beside published ones, as text."""

from collections import Counter
from collections.abc import Sequence

from mjbench.cli.terminal.table import table
from mjbench.literature.compare import Check
from mjbench.stats.welch import SeedSummary
from mjbench.text import number

METRICS = {
    "final": "policy at that step",
    "last_3_checkpoints": "last 3 evaluations",
    "best": "best evaluation",
    "training": "last 100 training episodes",
}


def beside_published(checks: Sequence[Check]) -> str:
    """A row a published score, the sources by number, and how many scores have each verdict."""
    sources = list(dict.fromkeys(row.published.source for row in checks))
    rows = []
    for row in checks:
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
    count = Counter(row.verdict for row in checks)
    lines = [table(head, rows, right=(2, 4, 5, 6)), ""]
    lines += [f"[{index}] {source}" for index, source in enumerate(sources, start=1)]
    lines.append(", ".join(f"{amount} {verdict}" for verdict, amount in sorted(count.items())))
    return "\n".join(lines)


def _summary(ours: SeedSummary | None) -> str:
    return "" if ours is None else f"{number(ours.mean)} (std {number(ours.std)}, n {ours.seeds})"
