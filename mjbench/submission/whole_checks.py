"""The records of a submission together: whole sets of seeds, nothing twice, nothing that others have submitted."""

from collections.abc import Iterator, Sequence, Set

from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import Hyperparameters, published
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.store.store import Found
from mjbench.submission.report import Finding

ENOUGH_EPISODES = 10
"""So many equal training returns in a row are a copy and no coincidence."""


def check_seeds(found: Sequence[Found], suite: Suite) -> Iterator[Finding]:
    """Every entry has all of the suite's seeds on each of its tasks; whole tasks may be missing."""
    seeds: dict[str, dict[str, set[int]]] = {}
    for item in found:
        run = item.record.run
        seeds.setdefault(run.entry, {}).setdefault(run.task, set()).add(run.seed)
    due = set(range(suite.seeds))
    for entry, tasks in sorted(seeds.items()):
        for task, present in sorted(tasks.items()):
            if missing := sorted(due - present):
                text = f"{entry} on {task} lacks the seeds {_some(missing)}; a failed run must be submitted too"
                yield Finding("error", "seeds", "", text)
        if absent := [task for task in suite.tasks if task not in tasks]:
            text = f"{entry} has {len(suite.tasks) - len(absent)} of {len(suite.tasks)} tasks; it lacks {_some(absent)}"
            yield Finding("note", "suite", "", text)


def check_duplicates(found: Sequence[Found], places: Sequence[str], existing: Sequence[Found]) -> Iterator[Finding]:
    """No run, cell, policy or training curve twice, neither here nor among ``existing`` records."""
    seen: dict[tuple[str, object], str] = {}
    for item in existing:
        for key in _keys(item.record):
            seen.setdefault(key, f"{item.record.run.label} (run {item.record.run.run_id}) of the existing results")
    for item, place in zip(found, places, strict=True):
        for what, key in _keys(item.record):
            before = seen.setdefault((what, key), place)
            if before is not place:
                yield Finding("error", "duplicate", place, f"the same {what} as {before}")
                break


def check_presets(found: Sequence[Found], places: Sequence[str], registry: Registry) -> Iterator[Finding]:
    """A standard entry has the standard hyperparameters; changed ones show in the entry's name."""
    known: dict[tuple[str, str, str], list[Hyperparameters]] = {}
    strange: dict[str, None] = {}
    for item, place in zip(found, places, strict=True):
        run = item.record.run
        key = run.algorithm, run.task, run.preset
        if key not in known:
            known[key] = _presets(run, registry)
        if not known[key]:
            strange[run.algorithm] = None
            continue
        named = {part.partition("=")[0] for part in _split(run.variant)}
        # The one that fits best: any published number will do.
        if secret := min((_secret(preset, run, named) for preset in known[key]), key=len):
            text = (
                f"{', '.join(secret)} differ from the preset of {run.algorithm}, which the entry's name does not show"
            )
            yield Finding("error", "task", place, text)
    for name in strange:
        text = f"the algorithm {name} or its task is not installed here: its hyperparameters were not checked"
        yield Finding("note", "task", "", text)


def check_versions(found: Sequence[Found]) -> Iterator[Finding]:
    """A note where the runs used several versions of the simulator."""
    versions: dict[str, int] = {}
    for item in found:
        packages = item.record.provenance.get("packages")
        told = packages.get("mujoco") if isinstance(packages, dict) else None
        if isinstance(told, str):
            versions[told] = versions.get(told, 0) + 1
    if len(versions) > 1:
        told = ", ".join(f"{version} ({count} runs)" for version, count in sorted(versions.items()))
        yield Finding("note", "suite", "", f"the runs used several versions of MuJoCo: {told}")


def _keys(record: RunRecord) -> Iterator[tuple[str, object]]:
    run = record.run
    yield "run", run.run_id
    yield "entry, task and seed", (run.entry, run.preset_id, run.task, run.seed, run.steps, run.protocol)
    if record.policy_sha256:
        yield "policy", tuple(sorted(record.policy_sha256.values()))
    returns = record.training.episode_return
    if len(returns) >= ENOUGH_EPISODES and len(set(returns)) > 1:
        yield "training curve", (tuple(record.training.step), tuple(returns))


def _presets(run: RunSpec, registry: Registry) -> list[Hyperparameters]:
    """Of the run's algorithm: the one that it names, else every number; empty where there is none here."""
    try:
        known = published(registry.algorithm(run.algorithm), registry.task(run.task))
    except MjbenchError:
        return []
    return [values for name, values in known.items() if (name == run.preset if run.preset else name.isdecimal())]


def _secret(preset: Hyperparameters, run: RunSpec, named: Set[str]) -> list[str]:
    """Hyperparameters that differ from the preset without being named."""
    own = run.hyperparameters
    return sorted(
        name
        for name in (preset.keys() | own.keys()) - named
        if name not in preset or name not in own or preset[name] != own[name]
    )


def _split(variant: str) -> list[str]:
    """``a=1,b=[1,2]`` -> its parts; commas inside of values do no harm, as only what stands before ``=`` is used."""
    return [part for part in variant.split(",") if "=" in part]


def _some(items: Sequence[object], most: int = 5) -> str:
    text = ", ".join(str(item) for item in items[:most])
    return text if len(items) <= most else f"{text} and {len(items) - most} more"
