"""What differs between records that stand on one board although it may move the scores."""

from collections import Counter
from collections.abc import Iterable, Mapping

from mjbench.spec.record import RunRecord


def mixtures(records: Iterable[RunRecord]) -> list[str]:
    """A line for each of MuJoCo version and thread count that is not the same in all records.

    A version that a record does not name counts as one of its own.
    """
    records = list(records)
    versions = Counter(mujoco_version(record) for record in records)
    threads = Counter(record.run.threads for record in records)
    lines: list[str] = []
    if len(versions) > 1:
        lines.append(
            f"Warning: the runs come from different versions of MuJoCo, which can move scores: {_listed(versions)}."
        )
    if len(threads) > 1:
        named = Counter({f"{n} {'thread' if n == 1 else 'threads'}": amount for n, amount in threads.items()})
        lines.append(f"Warning: the runs used different numbers of threads, which can move scores: {_listed(named)}.")
    return lines


def mujoco_version(record: RunRecord) -> str:
    """Version of MuJoCo behind a record, from ``provenance["packages"]["mujoco"]``; ``unknown`` without one."""
    packages = record.provenance.get("packages")
    version = packages.get("mujoco") if isinstance(packages, Mapping) else None
    return version if isinstance(version, str) and version else "unknown"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} ({amount} {'run' if amount == 1 else 'runs'})" for name, amount in sorted(counts.items()))
