"""The result of a validation: findings, and the tier of each entry."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from mjbench.errors import RecordError
from mjbench.io.strict import clean, read_file
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.tier import Tier, Verified, weakest
from mjbench.store.codec import RECORD_LIMIT, load_record
from mjbench.store.store import Found
from mjbench.store.walk import RECORD
from mjbench.submission.about import About

Cell = tuple[str, str]
"""Entry and task."""


@dataclass(frozen=True)
class Finding:
    """One thing to say about a submission."""

    level: Literal["error", "unchecked", "note"]
    """``error`` refuses the submission; ``unchecked`` could not be looked at, so the tier stays self-reported."""
    check: str
    """``files``, ``about``, ``record``, ``suite``, ``seeds``, ``protocol``, ``task``, ``policy``, ``source``,
    ``duplicate``, ``robustness``, ``replay`` or ``retrain``."""
    place: str
    """Path inside the submission, or empty."""
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", clean(self.place, 300))
        object.__setattr__(self, "text", clean(self.text, 600))

    def __str__(self) -> str:
        return f"{self.level}: {f'{self.place}: ' if self.place else ''}{self.text} [{self.check}]"


@dataclass(frozen=True)
class Report:
    """The outcome of a validation."""

    path: str
    about: About | None
    found: tuple[Found, ...] = ()
    """The readable records."""
    findings: tuple[Finding, ...] = ()
    replayed: Mapping[str, int] = field(default_factory=dict)
    """By run id, episodes of the final policy that were played again and found as recorded."""
    retrained: tuple[str, ...] = ()
    """Ids of the runs that were trained again and gave the same bytes."""

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong."""
        return self.tier != "refused"

    @property
    def tier(self) -> Tier:
        """Refused where anything is wrong, else the tier of the weakest entry."""
        if any(finding.level == "error" for finding in self.findings):
            return "refused"
        return weakest(("", each) for each in self.entries.values()).tier

    @cached_property
    def entries(self) -> dict[str, Verified]:
        """What was verified about each entry, by name."""
        records: dict[str, list[tuple[str, Verified]]] = {}
        for item in self.found:
            run = item.record.run
            records.setdefault(run.entry, []).append((run.task, self.verified[run.run_id]))
        return {entry: weakest(each) for entry, each in sorted(records.items())}

    @cached_property
    def verified(self) -> dict[str, Verified]:
        """What was verified about each record, by run id.

        A record is re-trained where a run of its entry on its task was, drawn at random; one that starts from another
        of the submission stands no higher than that, and one that starts from a run elsewhere, of whose training
        nothing is known here, no higher than re-evaluated.
        """
        by_id = {item.record.run.run_id: item.record for item in self.found}
        alone = {run_id: self._alone(record) for run_id, record in by_id.items()}
        tiers: dict[str, Verified] = {}
        for run_id, record in by_id.items():
            chain = [alone[run_id]]
            while (source := by_id.get(record.run.source)) is not None:
                chain.append(alone[source.run.run_id])
                record = source
            if record.run.source and chain[-1].tier == "re-trained":
                chain.append(replace(chain[-1], tier="re-evaluated", retrained=0))
            tiers[run_id] = weakest(("", each) for each in chain)
        return tiers

    def as_json(self) -> dict[str, Any]:
        """JSON values, every text printable."""
        about = {name: clean(str(value), 600) for name, value in asdict(self.about).items()} if self.about else None
        return {
            "path": clean(self.path, 600),
            "accepted": self.accepted,
            "tier": self.tier,
            "about": about,
            "entries": {clean(name): _covered(each) for name, each in self.entries.items()},
            "runs": {item.record.run.run_id: self._told(item) for item in self.found},
            "findings": [asdict(finding) for finding in self.findings],
        }

    def _alone(self, record: RunRecord) -> Verified:
        """What was verified about a record, apart from the one that it starts from."""
        run = record.run
        episodes, played, tier = run.protocol.final_episodes, self.replayed.get(run.run_id, 0), self._base[run.entry]
        again = _cell(run) in self._again
        if record.status != "completed":  # it has neither policy nor score: the runs beside it speak for it
            played = episodes if self._played[run.entry] else 0
            again = any(entry == run.entry for entry, _ in self._again)
        if tier == "checked" and played:
            tier = "spot-checked" if played < episodes else "re-evaluated"
        again = again and tier == "re-evaluated"
        return Verified("re-trained" if again else tier, played, episodes, int(again))

    @cached_property
    def _again(self) -> set[Cell]:
        """Where a run was trained again."""
        return {_cell(item.record.run) for item in self.found if item.record.run.run_id in self.retrained}

    @cached_property
    def _played(self) -> Counter[str]:
        """By entry, how many policies were played again."""
        return Counter(i.record.run.entry for i in self.found if self.replayed.get(i.record.run.run_id))

    @cached_property
    def _base(self) -> dict[str, Tier]:
        """By entry, the tier that the findings allow; a finding without a run counts for every entry."""
        folders = {str(item.path.relative_to(self.path)): item.record.run.entry for item in self.found}
        tiers: dict[str, Tier] = dict.fromkeys(sorted(folders.values()), "checked")
        for finding in self.findings:
            if finding.level == "note":
                continue
            own = [entry for folder, entry in folders.items() if f"{finding.place}/".startswith(f"{folder}/")]
            for entry in own or tiers:
                if finding.level == "error":
                    tiers[entry] = "refused"
                elif tiers[entry] != "refused":
                    tiers[entry] = "self-reported"
        return tiers

    def _told(self, item: Found) -> dict[str, Any]:
        """A run as the JSON has it; the checksum ties the verdict to the bytes of the record.

        Raises:
            RecordError: these bytes are another record by now.
        """
        data = read_file(item.path / RECORD, RECORD_LIMIT)
        checksum = hashlib.sha256(data).hexdigest()
        if load_record(data) != item.record:
            raise RecordError(f"{clean(str(item.path / RECORD), 600)} has changed since it was checked")
        run, verified = item.record.run, self.verified[item.record.run.run_id]
        return {
            "label": clean(run.label),
            "record_sha256": checksum,
            "tier": verified.tier,
            "replayed_episodes": self.replayed.get(run.run_id, 0),
            "retrained": run.run_id in self.retrained,
        }


def _cell(run: RunSpec) -> Cell:
    return run.entry, run.task


def _covered(verified: Verified) -> dict[str, Any]:
    return {
        "tier": verified.tier,
        "replayed_episodes": verified.played,
        "final_episodes": verified.episodes,
        "retrained_tasks": verified.retrained,
        "tasks": verified.tasks,
        "self_reported": verified.self_reported,
    }
