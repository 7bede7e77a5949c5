"""What a validation says: findings, and the tier that they leave."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mjbench.io.strict import clean, read_file
from mjbench.spec.tier import Tier
from mjbench.store.codec import RECORD_LIMIT
from mjbench.store.store import RECORD, Found
from mjbench.submission.about import About


@dataclass(frozen=True)
class Finding:
    """One thing to say about a submission."""

    level: Literal["error", "unchecked", "note"]
    """``error`` refuses the submission; ``unchecked`` could not be looked at, so the tier stays self-reported."""
    check: str
    """``files``, ``about``, ``record``, ``suite``, ``seeds``, ``protocol``, ``task``, ``policy``, ``source``,
    ``duplicate``, ``replay`` or ``retrain``."""
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
    replayed: int = 0
    """Episodes of each final policy that were played again, the fewest over the policies."""
    retrained: str = ""
    """Id of the run that was trained again and gave the same bytes."""

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong."""
        return self.tier != "refused"

    @property
    def tier(self) -> Tier:
        """The highest step of the ladder whose steps below are all taken."""
        levels = {finding.level for finding in self.findings}
        if "error" in levels:
            return "refused"
        if "unchecked" in levels:
            return "self-reported"
        if not self.replayed:
            return "checked"
        return "re-trained" if self.retrained else "re-evaluated"

    def as_json(self) -> dict[str, Any]:
        """JSON values, every text printable."""
        about = {name: clean(str(value), 600) for name, value in asdict(self.about).items()} if self.about else None
        return {
            "path": clean(self.path, 600),
            "accepted": self.accepted,
            "tier": self.tier,
            "about": about,
            "replayed_episodes": self.replayed,
            "retrained_run": self.retrained or None,
            "runs": {item.record.run.run_id: _told(item) for item in self.found},
            "findings": [asdict(finding) for finding in self.findings],
        }


def _told(item: Found) -> dict[str, str]:
    """A run as the JSON has it; the checksum ties the verdict to the bytes of the record."""
    checksum = hashlib.sha256(read_file(item.path / RECORD, RECORD_LIMIT)).hexdigest()
    return {"label": clean(item.record.run.label), "record_sha256": checksum}
