"""Verdicts that were kept: the JSON of ``mjbench submission validate``, from which a board takes its tiers.

A verdict speaks of the bytes of records, not of their names: a record that was changed afterwards is self-reported.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mjbench.errors import RecordError
from mjbench.io.strict import parse_json, read_file
from mjbench.spec.tier import TIERS, Tier
from mjbench.store.codec import RECORD_LIMIT
from mjbench.store.store import RECORD, Found

LIMIT = 64 * 2**20
"""Bytes of a verdict."""


@dataclass(frozen=True)
class Verdicts:
    """The best tier that any verdict gives to a record, by the checksum of its bytes."""

    tiers: Mapping[str, Tier]

    def tier(self, found: Found) -> Tier:
        """Tier of one record; self-reported where no verdict speaks of its bytes."""
        try:
            data = read_file(found.path / RECORD, RECORD_LIMIT)
        except RecordError:
            return "self-reported"
        return self.tiers.get(hashlib.sha256(data).hexdigest(), "self-reported")

    def lowest(self, found: Iterable[Found]) -> Tier:
        """Tier of an entry: that of its weakest record."""
        order = list(TIERS)
        places = [order.index(self.tier(item)) for item in found]
        return order[min(places)] if places else "self-reported"


def read_verdicts(folder: Path) -> tuple[Verdicts, list[str]]:
    """The verdicts (``*.json``) in ``folder``, and a line for each file that is none."""
    tiers: dict[str, Tier] = {}
    problems: list[str] = []
    order = list(TIERS)
    for path in sorted(folder.glob("*.json")):
        try:
            tier, sums = _read(parse_json(read_file(path, LIMIT)))
        except RecordError as error:
            problems.append(f"{path}: {error}")
            continue
        for checksum in sums:
            tiers[checksum] = max(tiers.get(checksum, tier), tier, key=order.index)
    return Verdicts(tiers), problems


def _read(body: Any) -> tuple[Tier, list[str]]:
    runs = body.get("runs") if isinstance(body, dict) else None
    if not isinstance(body, dict) or body.get("tier") not in list(TIERS) or not isinstance(runs, dict):
        raise RecordError("not the JSON of mjbench submission validate")
    sums = [run.get("record_sha256") if isinstance(run, dict) else None for run in runs.values()]
    if not all(isinstance(checksum, str) for checksum in sums):
        raise RecordError("not the JSON of mjbench submission validate")
    return body["tier"], [str(checksum) for checksum in sums]
