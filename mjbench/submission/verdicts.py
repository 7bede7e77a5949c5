"""Verdicts that were kept: the JSON of ``mjbench submission validate``, from which a board takes its tiers.

A verdict belongs to the bytes of records, not to their names: a record that changed afterwards is self-reported.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mjbench.errors import RecordError
from mjbench.io.strict import parse_json, read_file
from mjbench.spec.tier import TIERS, UNVERIFIED, Tier, Verified, better, weakest
from mjbench.store.codec import RECORD_LIMIT
from mjbench.store.store import Found
from mjbench.store.walk import RECORD

LIMIT = 64 * 2**20
"""Bytes of a verdict."""
_NONE = "not the JSON of mjbench submission validate"


@dataclass(frozen=True)
class Verdicts:
    """What the verdicts hold on a record, by the checksum of its bytes: refused wins, else the higher tier."""

    tiers: Mapping[str, Verified]

    def verified(self, found: Found) -> Verified:
        """What was verified about one record; nothing where no verdict has its bytes, which are read again."""
        episodes = found.record.run.protocol.final_episodes
        if found.known_sha256 is not None and found.known_sha256 not in self.tiers:
            return Verified(episodes=episodes)
        try:
            data = read_file(found.path / RECORD, RECORD_LIMIT)
        except RecordError:
            return UNVERIFIED
        kept = self.tiers.get(hashlib.sha256(data).hexdigest(), UNVERIFIED)
        kept = replace(kept, episodes=episodes)
        if (
            kept.tier in ("re-evaluated", "re-trained")
            and kept.played < episodes
            and found.record.status == "completed"
        ):
            return replace(kept, tier="spot-checked" if kept.played else "checked", retrained=0)
        return kept

    def tier(self, found: Found) -> Tier:
        """Tier of one record."""
        return self.verified(found).tier

    def lowest(self, found: Iterable[Found]) -> Verified:
        """What was verified about an entry: its weakest record counts."""
        return weakest((item.record.run.task, self.verified(item)) for item in found)


def read_verdicts(folder: Path) -> tuple[Verdicts, list[str]]:
    """The verdicts (``*.json``) in ``folder``, and a line for each file that is none."""
    tiers: dict[str, Verified] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.json")):
        try:
            rows = _read(parse_json(read_file(path, LIMIT)))
        except RecordError as error:
            problems.append(f"{path}: {error}")
            continue
        for checksum, verified in rows:
            tiers[checksum] = better(tiers.get(checksum, verified), verified)
    return Verdicts(tiers), problems


def _read(body: Any) -> list[tuple[str, Verified]]:
    """Checksum and verdict of every record."""
    runs = body.get("runs") if isinstance(body, dict) else None
    if not isinstance(body, dict) or body.get("tier") not in list(TIERS) or not isinstance(runs, dict):
        raise RecordError(_NONE)
    if not all(isinstance(run, dict) and isinstance(run.get("record_sha256"), str) for run in runs.values()):
        raise RecordError(_NONE)
    if "entries" not in body:
        return _of_the_whole(body, runs)
    rows = [(run["record_sha256"], run.get("tier"), run.get("replayed_episodes")) for run in runs.values()]
    if not all(tier in list(TIERS) and type(played) is int and played >= 0 for _, tier, played in rows):
        raise RecordError(_NONE)
    return [(checksum, Verified(tier, played, 0, int(tier == "re-trained"))) for checksum, tier, played in rows]


def _of_the_whole(body: dict[str, Any], runs: dict[str, Any]) -> list[tuple[str, Verified]]:
    """An older verdict, with one tier for all entries: one run of all was trained again, which counts for its own entry
    and task only."""
    tier, played, drawn = body["tier"], body.get("replayed_episodes") or 0, body.get("retrained_run")
    if type(played) is not int or played < 0:
        raise RecordError(_NONE)
    again = _cell(runs.get(drawn)) if isinstance(drawn, str) else None
    found: list[tuple[str, Verified]] = []
    for run in runs.values():
        own: Tier = tier
        if tier == "re-trained" and (again is None or _cell(run) != again):
            own = "re-evaluated"
        found.append((run["record_sha256"], Verified(own, played, 0, int(own == "re-trained"))))
    return found


def _cell(run: Any) -> str | None:
    """``sac gymnasium/Hopper-v5`` of the label ``sac gymnasium/Hopper-v5 seed 3``."""
    label = run.get("label") if isinstance(run, dict) else None
    return label.rpartition(" seed ")[0] or None if isinstance(label, str) else None
