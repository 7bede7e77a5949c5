"""The tables of a paper: what stands in them, and captions that say how to read them."""

from mjbench.leaderboard import cell_text
from mjbench.leaderboard.board import Board
from mjbench.leaderboard.columns import in_tables, measured, ranking_columns
from mjbench.leaderboard.formats.latex import escape
from mjbench.leaderboard.formats.paper_facts import SEVERAL, costs, hyperparameters, own_entries, versions
from mjbench.leaderboard.formats.paper_table import Field, Table
from mjbench.spec.tier import IMPORTED
from mjbench.stats.cell import Cell
from mjbench.stats.estimate import FULL_SEEDS, MIN_SEEDS
from mjbench.text import count, number

NOTHING = Field(cell_text.NOTHING)


def tables(board: Board, tiers: bool = False) -> list[Table]:
    """Those that the board has numbers for; ``tiers`` shows how far each entry was verified."""
    found = [_ranking(board, tiers), _returns(board), _measures(board), _differences(board)]
    found += [*_hyperparameters(board), _compute(board), _versions(board)]
    return [table for table in found if table is not None and table.rows]


def protocol(board: Board) -> str:
    """Seeds, steps and evaluation episodes in a sentence; LaTeX."""
    steps = f"{board.steps:,} environment steps" if board.steps else "each task's budget of environment steps"
    seeds = f"{count(board.seeds, 'training seed')} unless said otherwise"
    episodes = count(board.protocol.final_episodes, "evaluation episode")
    return f"{seeds.capitalize()}; the final policy after {steps}, {episodes} each."


def _ranking(board: Board, tiers: bool) -> Table | None:
    if not board.ranked:
        return None
    left_out = {"coverage"} if all(r.completed == r.expected for r in board.ranking) else set()
    left_out |= set() if tiers else {"tier"}
    columns = [column for column in in_tables(ranking_columns(), board.ranking) if column.key not in left_out]
    rows = []
    for row in board.ranking:
        name = row.entry + (" (partial)" if row.partial and row.rank else "")
        written = [column.write(row) for column in columns]
        rows.append(
            (Field(str(row.rank or cell_text.NOTHING)), Field(name), *(Field(w.text, w.behind) for w in written))
        )
    head = ("Rank", "Method", *(c.title + (" ↓" if c.better == "lower" else "") for c in columns))
    caption = (
        f"{escape(board.title)}: ranking over {count(len(board.scored) or len(board.tasks), 'task')}. "
        + ("Scores are normalised: 0 is the random policy, 1 the reference. " if board.scored else "")
        + f"{protocol(board)} Below each score its 95\\,\\% percentile interval of a stratified bootstrap over seeds "
        f"({board.resamples:,} resamples), with fewer than {MIN_SEEDS} seeds the scores of single seeds. "
        r"$\downarrow$: lower is better."
        + _marks(board)
        + (" Partial: some tasks are missing." if any(r.partial and r.rank for r in board.ranking) else "")
        + _imported(board)
    )
    return Table("ranking", caption, head, tuple(rows), keys=2)


def _returns(board: Board) -> Table | None:
    if not board.entries:
        return None
    rows = []
    for row in board.tasks:
        cells = [
            _mean(cell, cell is not None and cell.entry in row.statistics.best) if cell else NOTHING
            for cell in row.cells
        ]
        steps = () if board.steps else (Field(f"{row.steps:,}"),)
        rows.append((Field(row.task), *steps, *cells))
    keys = ("Task",) if board.steps else ("Task", "Steps")
    bold = any(row.statistics.best for row in board.tasks)
    caption = (
        f"{escape(board.title)}: mean return of the final policy, $\\pm$ half of its 95\\,\\% $t$-interval over seeds. "
        f"{protocol(board)} With fewer than {MIN_SEEDS} seeds there is no interval; the lowest and the highest seed "
        "stand below the mean."
        + (
            " Bold: the highest mean of a task and the methods for which Welch's test, with Holm's correction over all "
            "pairs and tasks, shows no difference from it."
            if bold
            else " Nothing is bold: no test shows a difference, or the highest mean has too few seeds to be tested."
        )
        + _marks(board)
        + _imported(board)
    )
    return Table("returns", caption, (*keys, *board.entries), tuple(rows), keys=len(keys))


def _mean(cell: Cell, best: bool) -> Field:
    small = ""
    if cell.standing == "points" and len(cell.values) > 1:
        small = f"{number(min(cell.values))} to {number(max(cell.values))}"
    if cell.completed < cell.expected:
        small += (", " if small else "") + cell.coverage + (cell_text.FAILED if cell.failed else "")
    return Field(cell_text.mean(cell), small, best)


def _measures(board: Board) -> Table | None:
    columns, shown = measured(board)
    rows = [
        (Field(entry.row.task), Field(entry.cell.entry), *(Field(column.write(entry).text) for column in columns))
        for entry in shown
    ]
    caption = (
        f"{escape(board.title)}: success and metrics of the final policy, means over seeds $\\pm$ half of their "
        f"95\\,\\% $t$-intervals. {protocol(board)} A run that did not complete counts as no success." + _marks(board)
    )
    return Table("measures", caption, ("Task", "Method", *(c.title for c in columns)), tuple(rows), keys=2)


def _differences(board: Board) -> Table | None:
    rows = []
    for row in board.tasks:
        for (a, b), found in row.statistics.differences.items():
            if found.adjusted is not None and found.p is not None and found.low is not None and found.high is not None:
                interval = f"[{number(found.low)}, {number(found.high)}]"
                numbers = (number(found.value), interval, _p(found.p), _p(found.adjusted))
                rows.append(
                    (Field(row.task), Field(a), Field(b), *(Field(text, bold=found.differs) for text in numbers))
                )
    caption = (
        f"{escape(board.title)}: differences of mean returns, A minus B, with 95\\,\\% intervals that are not "
        "corrected. $p$ is that of Welch's two-sided test, $p$ (Holm) the same after Holm's correction over all "
        f"pairs and tasks of this table; bold where it is below 0.05. Pairs with fewer than {MIN_SEEDS} seeds are not "
        f"tested. {protocol(board)}"
    )
    head = ("Task", "A", "B", "Difference", "95 % interval", "p", "p (Holm)")
    return Table("p-values", caption, head, tuple(rows), keys=3)


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1e}" if value > 0 else "0"


def _hyperparameters(board: Board) -> list[Table]:
    names, values, varied = hyperparameters(board)
    entries = own_entries(board)
    rows = tuple(
        (Field(name), *(Field(values.get(e, {}).get(name, cell_text.NOTHING)) for e in entries)) for name in names
    )
    also = f" \\emph{{{SEVERAL}}}: see the table that follows." if varied else ""
    caption = f"{escape(board.title)}: hyperparameters, from the records of the runs.{also}" + _imported(board)
    found = [Table("hyperparameters", caption, ("Hyperparameter", *entries), rows, numeric=False)]
    if varied:
        differing = list(dict.fromkeys(name for *_, texts in varied for name in texts))
        rows = tuple(
            (Field(task), Field(entry), *(Field(texts.get(name, cell_text.NOTHING)) for name in differing))
            for task, entry, texts in varied
        )
        caption = f"{escape(board.title)}: hyperparameters that differ between tasks."
        found.append(
            Table("hyperparameters-by-task", caption, ("Task", "Method", *differing), rows, keys=2, numeric=False)
        )
    return found


def _compute(board: Board) -> Table | None:
    rows = []
    for entry, cost in costs(board).items():
        known = f"{cost.unknown} unknown" if cost.unknown else ""
        texts = (f"{cost.processor_h:,.2f}", f"{cost.wall_h:,.2f}", number(cost.steps_per_s), f"{cost.memory_mib:,.0f}")
        rows.append((Field(entry), Field(str(cost.runs), known), *map(Field, texts)))
    processors = "; ".join(dict.fromkeys(name for cost in costs(board).values() for name in cost.machines))
    caption = (
        f"{escape(board.title)}: compute of all runs, evaluations included. Steps per second are the median over runs, "
        f"memory is the largest of a run. Machine: {escape(processors)}."
    )
    head = ("Method", "Runs", "Processor hours", "Wall-clock hours", "Steps per second", "Peak memory (MiB)")
    return Table("compute", caption, head, tuple(rows))


def _versions(board: Board) -> Table | None:
    rows = tuple((Field(name), Field(text)) for name, text in versions(board).items())
    caption = f"{escape(board.title)}: software of the runs, from their records. Several versions: runs differ."
    return Table("versions", caption, ("Software", "Version"), rows, numeric=False)


def _marks(board: Board) -> str:
    cells = [cell for row in board.tasks for cell in row.cells if cell]
    text = ""
    if any(cell.failed for cell in cells):
        text += (
            r" $^\dagger$: runs that did not complete count at the floor, the random return or the lowest seed mean."
        )
    if any(cell.standing == "preliminary" for cell in cells):
        text += rf" $^\ddagger$: preliminary, {MIN_SEEDS} to {FULL_SEEDS - 1} seeds."
    return text


def _imported(board: Board) -> str:
    names = [escape(row.entry) for row in board.ranking if row.tier == IMPORTED]
    if not names:
        return ""
    return f" {', '.join(names)}: from logs of other programs, whose hyperparameters and evaluation are unknown."
