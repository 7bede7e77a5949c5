"""A paragraph for reproducibility checklists, from the records of a board, as Markdown and as LaTeX."""

from mjbench.leaderboard.board import Board
from mjbench.leaderboard.formats import markdown
from mjbench.leaderboard.formats.latex import escape
from mjbench.leaderboard.formats.paper_facts import costs, own_entries, versions
from mjbench.leaderboard.formats.paper_table import breakable
from mjbench.spec.tier import IMPORTED
from mjbench.stats.estimate import MIN_SEEDS
from mjbench.text import count

_LEADING = ("Python", "mjbench", "mujoco", "gymnasium", "numpy", "torch", "git revision")


def points(board: Board) -> list[tuple[str, str]]:
    """Heading and text of each point; plain text."""
    found = [
        ("Seeds", _seeds(board)),
        ("Evaluation protocol", _evaluation(board)),
        ("Statistics", _statistics(board)),
        ("Hyperparameters and tuning", _tuning(board)),
        ("Compute", _compute(board)),
        ("Versions", _versions(board)),
        ("Imported results", _imported(board)),
    ]
    return [(heading, text) for heading, text in found if text]


def as_markdown(board: Board) -> str:
    """The points as a list."""
    lines = [f"- **{heading}.** {markdown.escape(text)}" for heading, text in points(board)]
    return f"# Reproducibility: {markdown.escape(board.title)}\n\n" + "\n".join(lines) + "\n"


def as_latex(board: Board) -> str:
    """The points as a paragraph; needs no package."""
    lines = [rf"\textbf{{{escape(heading)}.}} {breakable(text)}" for heading, text in points(board)]
    return "% Needs no package.\n{\\sloppy\n" + "\n".join(lines) + "\\par}\n"


def _seeds(board: Board) -> str:
    texts = []
    for entry in own_entries(board):
        own = [cell for row in board.tasks for cell in row.cells if cell and cell.entry == entry]
        counts = sorted({len(cell.seeds) for cell in own})
        seeds = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        failed = sum(cell.failed for cell in own)
        text = f"{entry}: {seeds} on each of {count(len(own), 'task')}"
        texts.append(text + (f", {count(failed, 'run')} of them did not complete" if failed else ""))
    if not texts:
        return ""
    return (
        f"The unit of replication is the training seed; the protocol asks for {board.seeds}. Seeds by method: "
        f"{'; '.join(texts)}. A run that does not complete counts at the floor of its task and is not left out."
    )


def _evaluation(board: Board) -> str:
    protocol = board.protocol
    steps = f"{board.steps:,} environment steps" if board.steps else "the task's budget of environment steps"
    last = protocol.seed + protocol.final_episodes - 1
    return (
        f"Each run trains for {steps}. The final policy, not the best one of training, plays "
        f"{count(protocol.final_episodes, 'episode')} without exploration noise in fresh environments, reset with the "
        f"seeds {protocol.seed:,} to {last:,}, which training never uses. Learning curves have "
        f"{count(protocol.checkpoints, 'evaluation point')} with {count(protocol.episodes, 'episode')} each."
    )


def _statistics(board: Board) -> str:
    text = (
        f"Means over seeds have 95 % t-intervals from {MIN_SEEDS} seeds on. Differences are tested by Welch's "
        "two-sided test with Holm's correction over all pairs and tasks."
    )
    if board.scored:
        text += (
            " IQM, mean, median and optimality gap follow rliable, over scores where 0 is the random policy and 1 the "
            f"reference of the task; their 95 % intervals come from a stratified bootstrap over seeds "
            f"({board.resamples:,} resamples)."
        )
    return text


def _tuning(board: Board) -> str:
    entries = own_entries(board)
    if not entries:
        return ""
    named = [e for e in entries if "(" in e or "[" in e]
    text = "Every hyperparameter of every run is in its record and in the table of hyperparameters. "
    if named:
        text += f"A preset that is named or older, or a change, stands in the method's name: {', '.join(named)}. "
    return text + (
        "The records hold no search over hyperparameters. TO DO: say for each method how its hyperparameters were "
        "chosen, and how many configurations, seeds and steps that took."
    )


def _compute(board: Board) -> str:
    found = costs(board)
    if not found:
        return ""
    texts = [
        f"{entry}: {_hours(cost.processor_h)} processor hours for {count(cost.runs, 'run')}"
        for entry, cost in found.items()
    ]
    unknown = sum(cost.unknown for cost in found.values())
    missing = f" The cost of {count(unknown, 'run')} is unknown." if unknown else ""
    where = "; ".join(dict.fromkeys(name for cost in found.values() for name in cost.machines))
    total = sum(cost.processor_h for cost in found.values())
    return f"{_hours(total)} processor hours in total ({'; '.join(texts)}), on {where}.{missing}"


def _hours(value: float) -> str:
    return f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def _versions(board: Board) -> str:
    found = versions(board)
    texts = [f"{name} {found[name]}" for name in _LEADING if name in found]
    return f"{'; '.join(texts)}. The table of versions has the rest." if texts else ""


def _imported(board: Board) -> str:
    names = [row.entry for row in board.ranking if row.tier == IMPORTED]
    if not names:
        return ""
    unknown = ", ".join(dict.fromkeys(name for run in board.imported for name in run.unknown))
    return f"From logs of other programs: {', '.join(names)}. Unknown about them: {unknown}."
