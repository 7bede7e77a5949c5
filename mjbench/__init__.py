"""mjbench: a registry of MuJoCo tasks, standard baselines over seeds, leaderboards that can be rebuilt.

import mjbench

env = mjbench.make("gymnasium/Hopper-v5")
runs = mjbench.run(task="gymnasium/Hopper-v5", algorithm="sac", seeds=3, steps=10_000)
policy = mjbench.load_policy(runs.run_id[0])
episodes = mjbench.read_results("results")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mjbench.errors import MjbenchError
    from mjbench.functions import evaluate, load_policy, make, run
    from mjbench.store.frame import read_results

__version__ = "0.1.0"
__all__ = ["MjbenchError", "__version__", "evaluate", "load_policy", "make", "read_results", "run"]

_HOMES = {
    "MjbenchError": "mjbench.errors",
    "evaluate": "mjbench.functions",
    "load_policy": "mjbench.functions",
    "make": "mjbench.functions",
    "read_results": "mjbench.store.frame",
    "run": "mjbench.functions",
}
"""Modules of the names, imported when one is used: the command line must start quickly."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mjbench' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
