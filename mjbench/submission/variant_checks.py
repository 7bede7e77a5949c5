"""The name of an entry, computed again from what its runs really used: a name may not show other values."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from mjbench.io.strict import clean
from mjbench.spec.run import FROM_SCRATCH, RunSpec
from mjbench.spec.suite import Suite
from mjbench.spec.task import TaskSpec
from mjbench.store.store import Found
from mjbench.submission.report import Finding

_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")


def check_variants(
    found: Sequence[Found], places: Sequence[str], tasks: Mapping[str, TaskSpec], suite: Suite | None = None
) -> Iterator[Finding]:
    """What stands in brackets behind the algorithm is ``name=value``, sorted by name, each value the run's own."""
    for item, place in zip(found, places, strict=True):
        run = item.record.run
        for text in _wrong(run, tasks.get(run.task), suite):
            yield Finding("error", "task", place, f"the entry's name has {clean(run.variant, 120)!r}: {text}")


def changed_names(variant: str) -> list[str] | None:
    """Names of the hyperparameters in a variant; None where it is not of the form ``name=value,name=value``."""
    names: list[str] = []
    decoder = json.JSONDecoder()
    rest = variant.removeprefix(FROM_SCRATCH)
    if rest != variant and rest[:1] not in ("", ","):
        return None
    rest = rest.removeprefix(",") if rest != variant else rest
    while rest:
        head = _NAME.match(rest)
        if head is None:
            return None
        try:
            _, end = decoder.raw_decode(rest, head.end())
        except (ValueError, RecursionError):
            return None
        names.append(head[1])
        if rest[end:] and (rest[end] != "," or not rest[end + 1 :]):
            return None
        rest = rest[end + 1 :]
    return names


def _wrong(run: RunSpec, task: TaskSpec | None, suite: Suite | None) -> Iterator[str]:
    names = changed_names(run.variant)
    if names is None:
        yield "it must have the form name=value,name=value, values as JSON"
        return
    unknown = [name for name in names if name not in run.hyperparameters]
    if unknown:
        yield f"the run has no hyperparameter {', '.join(unknown)}"
        return
    scratch = run.is_from_scratch
    start = task is None or (suite.start(task) if suite else task.warm_start)
    if scratch and (run.source or not start):
        yield f"{FROM_SCRATCH} is in the name of a run that " + (
            "has a warm start" if run.source else "could not have one"
        )
    parts = [f"{name}={json.dumps(run.hyperparameters[name])}" for name in sorted(set(names))]
    due = ",".join([FROM_SCRATCH, *parts] if scratch else parts)
    if run.variant != due:
        yield f"by its hyperparameters it must be {due!r}"
