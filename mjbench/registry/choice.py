"""Which distributions the user wants plugins from. Imports nothing that takes time: ``mjbench --help`` reads it."""

import os
import re

CORE = "mjbench"
"""Distribution that is always loaded."""
ONLY = "MJBENCH_PLUGINS"
"""Environment variable: distributions to load plugins from, with commas; unset or empty for all."""


def chosen_distributions() -> list[str] | None:
    """Distributions that the user wants plugins from, their names normalised; None for all."""
    names = [normalised(name) for name in os.environ.get(ONLY, "").split(",") if name.strip()]
    return list(dict.fromkeys(names)) or None


def is_chosen(distribution: str) -> bool:
    """Whether plugins of this distribution are to be loaded."""
    only = chosen_distributions()
    return only is None or normalised(distribution) in {*only, CORE}


def normalised(name: str) -> str:
    """A distribution's name as package indexes compare it: ``My_Robots`` is ``my-robots``."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
