"""What a kill leaves behind around the writing of a record."""

import shutil
from collections.abc import Iterable

from mjbench.runner.claim import is_claimed
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore


def clear_leftovers(store: ResultStore, runs: Iterable[RunSpec]) -> None:
    """Remove half-written records of ``runs``, and the private folders of those that are done; claimed runs stay."""
    work, partial = _names(store, ".work"), _names(store, ".partial")
    begun = {name.partition("-")[0] for name in partial}
    for run in runs:
        done = run.run_id in work and store.has(run)
        if (done or run.run_id in begun) and not is_claimed(store.work(run)):
            if done:
                store.clear_work([run])
            for name in partial:
                if name.startswith(f"{run.run_id}-"):
                    shutil.rmtree(store.root / ".partial" / name, ignore_errors=True)


def _names(store: ResultStore, folder: str) -> set[str]:
    try:
        return {path.name for path in (store.root / folder).iterdir()}
    except OSError:
        return set()
