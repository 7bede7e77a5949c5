"""Which records make one entry: nothing is mixed silently, and a seed counts once."""

from collections import Counter
from collections.abc import Iterable

from mjbench.registry.preset_lookup import PresetNumbers, PresetOf, unknown_presets
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec, entry_name


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
        f"Left out for {entry} on {task}: {count} more {'run' if count == 1 else 'runs'} of the same seeds. "
        "Of runs that differ only in threads, the one with the fewest counts."
        for (entry, task), count in sorted(repeats.items())
    ]
    return list(kept.values()), lines


def name_entries(
    runs: Iterable[RunSpec], preset_of: PresetOf = unknown_presets
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The leaderboard names of every run, by run id, and a line for each entry that had to be split.

    Runs of an older default preset are an entry of their own, ``sac (preset 1)``. Where two presets agree on a task, a
    run belongs to both, if both are on the board.

    Tasks may have hyperparameters of their own, so other ones on another task are the same entry. Those of no published
    preset are not: where a task has several sets, each becomes an entry with its digest behind the name, which also
    takes the runs with that digest on other tasks.
    """
    names: dict[str, tuple[str, ...]] = {}
    unknown: list[RunSpec] = []
    foreign: set[str] = set()  # of no published preset, though there are some
    by_entry: dict[str, list[tuple[RunSpec, PresetNumbers]]] = {}
    for run in runs:
        found = preset_of(run)
        if found.numbers:
            by_entry.setdefault(run.entry, []).append((run, found))
        else:
            unknown.append(run)
            foreign |= {run.run_id} if found.known else set()
    for rows in by_entry.values():
        used = _used(found.numbers for _, found in rows)
        for run, found in rows:
            names[run.run_id] = tuple(
                _preset_name(run, number, found.newest) for number in sorted(found.numbers & used)
            )
    others, lines = _by_digest(unknown, foreign, taken={name for labels in names.values() for name in labels})
    return {**names, **{run_id: (name,) for run_id, name in others.items()}}, lines


def _used(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """The fewest numbers, the newest first, that leave no run without one."""
    ordered = sorted(set(sets), key=lambda numbers: (len(numbers), -max(numbers)))
    used: set[int] = set()
    for numbers in ordered:
        if not used & numbers:
            used.add(max(numbers))
    return frozenset(used)


def _preset_name(run: RunSpec, number: int, newest: int) -> str:
    return entry_name(run.algorithm, "" if number == newest else f"preset {number}", run.changes)


def _by_digest(runs: list[RunSpec], foreign: set[str], taken: set[str]) -> tuple[dict[str, str], list[str]]:
    """The name of every run whose preset is not known, by run id, and a line for each entry that had to be split.

    ``foreign`` runs share no name that is ``taken`` by runs of a published preset.
    """
    by_cell: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        by_cell.setdefault((run.entry, run.task), set()).add(run.preset_id)
    split: dict[str, set[str]] = {}
    for (entry, _), sets in by_cell.items():
        if len(sets) > 1:
            split.setdefault(entry, set()).update(sets)
    for run in runs:
        if run.run_id in foreign and run.entry in taken:
            split.setdefault(run.entry, set()).add(run.preset_id)
    # Six digits are enough to tell honest sets apart; all twelve where somebody has made six of them meet.
    length = {entry: 6 if len({text[:6] for text in sets}) == len(sets) else 12 for entry, sets in split.items()}
    taken = taken | {run.entry for run in runs}
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
        f"Split: {entry} was run with {len(sets)} sets of hyperparameters on the same task. Each is an entry, "
        "named by the digest of its hyperparameters."
        for entry, sets in sorted(split.items())
    ]
    return names, lines
