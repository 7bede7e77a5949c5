"""The notes of a board: what a reader must know to trust the numbers."""

from mjbench.leaderboard.board import Board, TaskRow
from mjbench.leaderboard.columns import SHOWN_METRICS
from mjbench.spec.run import SIMULATED, STOPS
from mjbench.spec.tier import EVERYTHING, SELF_REPORTED, TIERS
from mjbench.stats.energy import CORE_W
from mjbench.stats.estimate import FULL_SEEDS, MIN_SEEDS
from mjbench.text import count, reason


def notes(board: Board, resamples: int) -> list[str]:
    """Notes on protocol, statistics, coverage, failures and tiers, in that order; plain text."""
    lines = [_protocol(board)]
    if not board.ranking:
        return [*lines, "There are no runs yet."]
    return [
        *lines,
        _replication(board),
        *_aggregates(board, resamples),
        *_mean_rank(board),
        *_measures(board),
        *_early(board),
        *_simulated(board),
        *_robustness(board),
        *_tuning(board),
        *_energy(board),
        *_standing(board),
        *_gaps(board),
        *_failures(board),
        _tiers(board),
    ]


def _protocol(board: Board) -> str:
    protocol = board.protocol
    budget = f"{board.steps:,} environment steps" if board.steps else "the task's budget of environment steps"
    last = protocol.seed + protocol.final_episodes - 1
    return (
        f"A score is the mean undiscounted return of the final policy, trained for {budget} and then played without "
        f"exploration noise for {count(protocol.final_episodes, 'episode')} in fresh environments, reset with the "
        f"evaluation seeds {protocol.seed:,} to {last:,}, which training never uses."
    )


def _replication(board: Board) -> str:
    return (
        f"The training seed is the unit of replication: the suite requires {count(board.seeds, 'seed')} on each "
        f"task. Per-task means are over seeds, with 95 % t-intervals from {MIN_SEEDS} seeds on. Differences are tested "
        "by Welch's test, with Holm's correction over all pairs and tasks of the board. Bold marks the highest mean of "
        "a task and the entries for which Welch's test shows no difference from it, if it shows one for at least one "
        f"other entry. Entries with fewer than {MIN_SEEDS} seeds are not tested; if one of them has the highest mean, "
        "nothing is bold."
    )


def _aggregates(board: Board, resamples: int) -> list[str]:
    lines: list[str] = []
    if board.scored:
        lines.append(
            "IQM (interquartile mean), mean, median and optimality gap are those of rliable over normalised scores, "
            "where 0 is the random policy and 1 the reference; the IQM ranks, and a lower optimality gap is "
            f"better. Intervals are 95 % percentile intervals of a stratified bootstrap over seeds ({resamples:,} "
            "resamples, tasks fixed). The rank interval holds the ranks in the central 95 % of the resamples; entries "
            "whose rank intervals overlap may change places with other seeds."
        )
    left_out = [row for row in board.tasks if not row.scored]
    if left_out:
        verb = "is" if len(left_out) == 1 else "are"
        what = f"{len(left_out)} of {count(len(board.tasks), 'task')} {verb}" if board.scored else "All tasks are"
        named = "; ".join(f"{row.task} ({_why(row)})" for row in left_out)
        lines.append(f"{what} left out of the aggregates, because they cannot be normalised: {named}.")
    return lines


def _mean_rank(board: Board) -> list[str]:
    if not any(row.mean_rank for row in board.ranking):
        return []
    by_it = "" if board.scored else "No task of this board is normalised, so the board ranks by the mean rank. "
    return [
        f"{by_it}The mean rank is the average over all tasks of an entry's rank by mean return; entries that tie on a "
        "task share the mean of their ranks. It shows which entry is higher, not by how much."
    ]


def _measures(board: Board) -> list[str]:
    if not any(row.measures for row in board.tasks):
        return []
    return [
        "Success and metrics are means over seeds of each seed's mean over the final policy's episodes, with "
        "t-intervals as for returns. A run that did not complete counts as no success; its metrics are unknown. "
        f"Tables show the {SHOWN_METRICS} metrics that a task lists first, tasks.csv has all."
    ]


def _robustness(board: Board) -> list[str]:
    if not board.disturbance_set:
        return []
    return [
        "Robustness is the share of a policy's return above the random return that it keeps when it is disturbed: "
        f"conditions and strengths are those of the disturbance set {board.disturbance_set}. It is the mean over "
        "strengths, conditions, seeds and tasks, between 0 and 1. A run that did not complete keeps nothing. A task "
        "where a seed was not played under disturbance does not count. Tasks differ in the conditions that they can "
        "have, so compare entries over the same tasks only."
    ]


def _tuning(board: Board) -> list[str]:
    if not any(row.tuning for row in board.ranking):
        return []
    return [
        "Tuning is what mjbench tune spent on finding the hyperparameters of an entry, beside the runs of this board: "
        "trials, their training runs, and the steps and processor hours of these. Tuning seeds are never seeds of a "
        "board. Not tuned here: no such search is known; who published the hyperparameters may have searched, too. "
        "Unknown: the preset comes from a file that is not there."
    ]


def _energy(board: Board) -> list[str]:
    if not any(row.energy for row in board.ranking):
        return []
    return [
        "Energy a run is the mean energy of the processor, evaluations included. It was measured with the counters of "
        "the processor (RAPL), of which a run is charged its share of the processor time. About: for at least one run "
        f"it is estimated from its processor time, with {CORE_W:g} W a core (Lannelongue et al. 2021)."
    ]


def _early(board: Board) -> list[str]:
    stopping = sorted(row.entry for row in board.ranking if STOPS in row.entry)
    if not stopping:
        return []
    return [
        "Runs of these entries stopped at the first evaluation point that reached the threshold in their name, so most "
        f"trained for fewer steps than the others: {', '.join(stopping)}."
    ]


def _simulated(board: Board) -> list[str]:
    others = sorted(row.entry for row in board.ranking if SIMULATED in row.entry)
    if not others:
        return []
    return [
        "These entries were trained in another simulator, named in brackets. Every policy is scored on the reference "
        f"simulator: {', '.join(others)}."
    ]


def _why(row: TaskRow) -> str:
    if not row.installed:
        return "task not installed"
    lacks = [name for name, value in (("random", row.random), ("reference", row.reference)) if value is None]
    return f"no {' and no '.join(lacks)} return" if lacks else "random and reference return are equal"


def _standing(board: Board) -> list[str]:
    few = {cell.entry for row in board.tasks for cell in row.cells if cell and cell.standing == "points"}
    early = {cell.entry for row in board.tasks for cell in row.cells if cell and cell.standing == "preliminary"}
    few |= {row.entry for row in board.ranking if row.rank and row.standing == "points"}
    early |= {row.entry for row in board.ranking if row.rank and row.standing == "preliminary"}
    ranked = " (in the ranking the IQM over tasks of each seed)" if any(row.points for row in board.ranking) else ""
    lines: list[str] = []
    if few:
        lines.append(
            f"Fewer than {MIN_SEEDS} seeds, so every seed's value is shown and no interval{ranked}: "
            f"{', '.join(sorted(few))}. Rank intervals are those among the other entries."
        )
    if early:
        lines.append(
            f"‡ preliminary, {MIN_SEEDS} to {FULL_SEEDS - 1} seeds: the intervals of {', '.join(sorted(early))} may be "
            "too narrow."
        )
    return lines


def _gaps(board: Board) -> list[str]:
    partial = [f"{row.entry} ({row.tasks} of {row.of_tasks})" for row in board.ranking if row.partial and row.rank]
    lines: list[str] = []
    if partial:
        lines.append(
            f"Partial: over the tasks that the entry has, ranked after the complete entries: {', '.join(partial)}."
        )
    short = {cell.entry for row in board.tasks for cell in row.cells if cell and len(cell.seeds) < cell.expected}
    if short:
        lines.append(f"Seeds are missing for {', '.join(sorted(short))}: the coverage beside each mean shows how many.")
    return lines


def _failures(board: Board) -> list[str]:
    failed = [
        f"{cell.entry} on {row.task}, seed {seed.seed}: {seed.status}"
        + (f" ({why})" if (why := reason(seed.error)) else "")
        for row in board.tasks
        for cell in row.cells
        if cell
        for seed in cell.seeds
        if seed.status != "completed"
    ]
    if not failed:
        return []
    head = (
        "† runs that did not complete count at the floor: the random return (0 normalised), or the lowest seed mean on "
        "the task where that is lower"
    )
    return [f"{head}. {'; '.join(failed)}."]


def _tiers(board: Board) -> str:
    used = {row.tier for row in board.ranking}
    meant = {
        tier: "not everything could be checked, or was not checked" if tier == "self-reported" else text
        for tier, text in TIERS.items()
        if tier != "refused" or tier in used
    }
    lines = "; ".join(f"{tier}: {text}" for tier, text in meant.items())
    text = (
        f"The tier of an entry is that of its weakest record. {lines}. What only the author has seen is "
        f"self-reported: {EVERYTHING} up to checked; "
        f"{'; '.join(f'{what} where {tier}' for tier, what in SELF_REPORTED.items())}."
    )
    if board.ranked:
        return text
    return f"{text} Here: {', '.join(f'{row.entry} ({row.verified.text})' for row in board.ranking)}."
