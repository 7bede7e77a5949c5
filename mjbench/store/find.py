"""One run, by what was typed."""

import re
from pathlib import Path

from mjbench.errors import MjbenchError, nearest_names
from mjbench.io.strict import clean
from mjbench.store.store import Found, ResultStore
from mjbench.store.walk import RECORD


def find_run(text: str, results: Path) -> Found:
    """The run in the folder ``text``, or the one under ``results`` whose id begins with it.

    Raises:
        MjbenchError: there is none, there are several, or its record cannot be read.
    """
    if (Path(text) / RECORD).exists():
        return Found(Path(text), ResultStore(Path(text)).read(Path(text)))
    if not re.fullmatch(r"[0-9a-f]{1,12}", text):
        named = clean(repr(text))
        raise MjbenchError(f"{named} is neither a run's folder (with a {RECORD}) nor the first digits of a run id")
    if not results.exists():
        raise MjbenchError(f"the results folder {results} does not exist; name another with --results")
    found, problems = ResultStore(results).current(training=False)
    by_id = {item.record.run.run_id: item for item in found}
    fits = [run_id for run_id in by_id if run_id.startswith(text)]
    if not fits:
        # A damaged record has no run id; its folder's name ends in one.
        for line in problems:
            if re.search(rf"/\d+-{text}[0-9a-f]*(-failed-\d+)?[/:]", line):
                raise MjbenchError(line)
    if len(fits) != 1:
        near = ", ".join(fits[:3] or nearest_names(text, by_id)[:3])
        hint = f"; similar ids: {near}" if near else ""
        raise MjbenchError(f"{len(fits) or 'no'} runs under {results} have an id that starts with {text}{hint}")
    return by_id[fits[0]]


def find_completed(text: str, results: Path) -> Found:
    """``find_run``, of a run that has a final policy.

    Raises:
        MjbenchError: as ``find_run``, or the run did not complete.
    """
    found = find_run(text, results)
    if found.record.status != "completed":
        raise MjbenchError(f"{found.record.run.label} is {found.record.status}: it has no final policy")
    return found
