"""Which trackers a run has: chosen where runs are planned, read by the worker from a file in the run's work folder."""

import json
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec

from mjbench.api.tracker import Tracker
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

FILE = "trackers.json"


def choose(registry: Registry, names: Iterable[str]) -> list[str]:
    """The names, each once, of trackers that load and whose libraries are installed.

    Raises:
        UnknownName: no plugin offers one.
        PluginError: the plugin that does cannot be loaded, or two offer it.
        MjbenchError: the library that one needs is not installed.
    """
    chosen = list(dict.fromkeys(names))
    for name in chosen:
        for module, package in getattr(registry.tracker(name), "needs", {}).items():
            found = find_spec(module)
            if found is None or found.origin is None:  # without an origin: a folder of this name, such as wandb's own
                raise MjbenchError(f"--track {name} needs the package {package}: pip install {package}")
    return chosen


def load(registry: Registry, names: Iterable[str]) -> dict[str, Tracker]:
    """The trackers by name; one that no longer loads costs the run its curves only, and is named on standard error."""
    found: dict[str, Tracker] = {}
    for name in names:
        try:
            found[name] = registry.tracker(name)
        except MjbenchError as error:
            print(f"the tracker {name} is left out: {error}", file=sys.stderr, flush=True)
    return found


def leave_for_workers(store: ResultStore, runs: Sequence[RunSpec], names: Iterable[str]) -> None:
    """Write the names into the work folder of each run; an earlier choice is replaced."""
    body = json.dumps(list(names)).encode()
    for run in runs:
        file = store.work(run) / FILE
        if body == b"[]":
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(file, body)


def left_for_worker(store: ResultStore, run: RunSpec) -> list[str]:
    """The names that were written; none where nothing was."""
    try:
        names = json.loads((store.work(run) / FILE).read_bytes())
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
