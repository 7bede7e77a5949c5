"""How far a record was verified."""

from collections.abc import Mapping
from typing import Literal

Tier = Literal["refused", "self-reported", "checked", "re-evaluated", "re-trained"]
TIERS: Mapping[Tier, str] = {
    "refused": "something in it is wrong",
    "self-reported": "nothing in it is wrong, but not everything could be checked",
    "checked": "every record is what the suite asks for",
    "re-evaluated": "and every policy, played again on the published seeds, gives the same returns, "
    "or other ones by chance alone where another processor rounds differently",
    "re-trained": "and a run that was trained again gives the same policy, byte by byte",
}
"""From worst to best, each with its meaning."""
