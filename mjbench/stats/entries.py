"""Which records make one entry: nothing is mixed silently, and a seed counts once."""

from collections import Counter
from collections.abc import Iterable

from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec


def one_per_seed(records: Iterable[RunRecord]) -> tuple[list[RunRecord], list[str]]:
    """One record for each entry, hyperparameters, task and seed, in a stable order; a line where others are left out.

    Of the attempts at one run the completed one counts. Of runs that differ in threads alone the one with the
    fewest counts, completed or not: so the choice cannot be made by the score.
    """
    attempts: dict[str, RunRecord] = {}
    for record in records:
        before = attempts.get(record.run.run_id)
        if before is None or (record.status == "completed" and before.status != "completed"):
            attempts[record.run.run_id] = record
    ordered = sorted(
        attempts.values(), key=lambda r: (r.run.task, r.run.entry, r.run.seed, r.run.threads, r.run.run_id)
    )
    kept: dict[tuple[str, str, str, int], RunRecord] = {}
    repeats: Counter[tuple[str, str]] = Counter()
    for record in ordered:
        run = record.run
        key = (run.task, run.entry, run.preset_id, run.seed)
        if key in kept:
            repeats[run.entry, run.task] += 1
        else:
            kept[key] = record
    lines = [
        f"Left out for {entry} on {task}: {count} more {'run' if count == 1 else 'runs'} of the same seeds; "
        "of runs that differ only in threads the one with the fewest counts."
        for (entry, task), count in sorted(repeats.items())
    ]
    return list(kept.values()), lines


def name_entries(runs: Iterable[RunSpec]) -> tuple[dict[str, str], list[str]]:
    """The leaderboard name of every run, by run id, and a line for each entry that had to be split.

    Tasks may have presets of their own, so other hyperparameters on another task are the same entry. Other
    hyperparameters on the same task are not: each set becomes an entry with its digest behind the name, which
    also takes the runs with that digest on other tasks.
    """
    runs = list(runs)
    by_cell: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        by_cell.setdefault((run.entry, run.task), set()).add(run.preset_id)
    split: dict[str, set[str]] = {}
    for (entry, _), sets in by_cell.items():
        if len(sets) > 1:
            split.setdefault(entry, set()).update(sets)
    # Six digits are enough to tell honest sets apart; all twelve where somebody has made six of them meet.
    length = {entry: 6 if len({text[:6] for text in sets}) == len(sets) else 12 for entry, sets in split.items()}
    taken = {run.entry for run in runs}
    labels: dict[tuple[str, str], str] = {}
    for entry, sets in sorted(split.items()):
        for text in sorted(sets):
            label = f"{entry} ({text[: length[entry]]})"
            while label in taken:  # an algorithm that bears the very name of a split entry
                label += "'"
            taken.add(label)
            labels[entry, text] = label
    names = {run.run_id: labels.get((run.entry, run.preset_id), run.entry) for run in runs}
    lines = [
        f"Split: {entry} was run with {len(sets)} sets of hyperparameters on the same task; each is an entry, "
        "named by the digest of its hyperparameters."
        for entry, sets in sorted(split.items())
    ]
    return names, lines
