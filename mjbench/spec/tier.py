"""How far a record was verified, and how much of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Tier = Literal["imported", "refused", "self-reported", "checked", "spot-checked", "re-evaluated", "re-trained"]
TIERS: Mapping[Tier, str] = {
    "refused": "something is wrong",
    "self-reported": "nothing wrong was found, but not everything could be checked",
    "checked": "every record matches the suite",
    "spot-checked": "the replay of some episodes of every policy on the published seeds gives the same returns",
    "re-evaluated": "the replay of every policy on the published seeds gives the same returns, or differs only by "
    "chance on a processor that rounds differently",
    "re-trained": "also, on every task one run, drawn at random and trained again, gives the same policy, byte by "
    "byte, and the same curves",
}
"""From worst to best, each with its meaning. A tier is that of one entry, never of a whole submission."""
IMPORTED: Tier = "imported"
"""Of a log of another program. No verdict gives it: there is no record to look at."""
SELF_REPORTED: Mapping[Tier, str] = {
    "spot-checked": "the other episodes, evaluation points, training curves and cost",
    "re-evaluated": "evaluation points, training curves and cost",
    "re-trained": "cost",
}
"""What of a record only its author has seen, by tier; with any other tier, everything."""
EVERYTHING = "every return, evaluation point, training curve and cost"
_ORDER = [IMPORTED, *TIERS]


@dataclass(frozen=True)
class Verified:
    """What was verified about one record, or about the weakest of the records of an entry."""

    tier: Tier = "self-reported"
    played: int = 0
    """Episodes of the final policy that were played again, the fewest over the policies."""
    episodes: int = 0
    """Episodes that a final policy has."""
    retrained: int = 0
    """Tasks on which a run of the entry was trained again; 0 or 1 of one record."""
    tasks: int = 1
    """Tasks of the entry."""

    @property
    def text(self) -> str:
        """The tier, with the numbers that it needs to be true: ``spot-checked (1 of 50 episodes)``."""
        if self.tier == "spot-checked":
            return f"{self.tier} ({self.played:,} of {self.episodes:,} episodes)"
        if self.tier == "re-evaluated" and 0 < self.retrained < self.tasks:
            return f"{self.tier} (re-trained on {self.retrained:,} of {self.tasks:,} tasks)"
        return self.tier

    @property
    def self_reported(self) -> str:
        """What only the author has seen."""
        return SELF_REPORTED.get(self.tier, EVERYTHING)


UNVERIFIED = Verified()
FROM_A_LOG = Verified(IMPORTED)


def better(one: Verified, other: Verified) -> Verified:
    """Of two verdicts on the same record the one that counts: refused wins, else the higher tier."""
    if "refused" in (one.tier, other.tier):
        return one if one.tier == "refused" else other
    return max(one, other, key=lambda each: (_ORDER.index(each.tier), each.played))


def weakest(records: Iterable[tuple[str, Verified]]) -> Verified:
    """What holds for an entry: the tier of the weakest of its records, each given with its task."""
    found = list(records)
    if not found:
        return UNVERIFIED
    low = min((each for _, each in found), key=lambda each: (_ORDER.index(each.tier), each.played))
    tasks = {task for task, _ in found}
    again = tasks - {task for task, each in found if each.tier != "re-trained"}
    return Verified(low.tier, low.played, low.episodes, len(again), len(tasks))
