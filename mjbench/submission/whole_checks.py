"""The records of a submission together: whole sets of seeds, nothing twice, nothing that others have submitted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mjbench.errors import MjbenchError
from mjbench.plan.hyperparameters import with_changes
from mjbench.plan.preset_file import PresetFile
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import Hyperparameters, published
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.store.store import Found
from mjbench.submission.report import Finding
from mjbench.submission.variant_checks import changed_names

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


def check_presets(
    found: Sequence[Found],
    places: Sequence[str],
    registry: Registry,
    files: Mapping[str, PresetFile] | None = None,
) -> Iterator[Finding]:
    """A standard entry has the standard hyperparameters; changed ones show in the entry's name, with values that the
    algorithm takes. ``files`` are the submission's own presets, by name."""
    known: dict[tuple[str, str, str], list[Hyperparameters] | None] = {}
    strange: dict[str, None] = {}
    for item, place in zip(found, places, strict=True):
        run = item.record.run
        key = run.algorithm, run.task, run.preset
        if key not in known:
            known[key] = _presets(run, registry, files or {})
        presets = known[key]
        if presets is None:
            strange[run.algorithm] = None
        elif not presets:
            text = f"{run.algorithm} has no preset {run.preset!r} for {run.task}, and results/presets/ has no such file"
            yield Finding("error", "task", place, text)
        elif wrong := _wrong(presets, run, registry):
            yield Finding("error", "task", place, wrong)
    for name in strange:
        text = f"the algorithm {name} or its task is not installed here: its hyperparameters were not checked"
        yield Finding("note", "task", "", text)


def check_versions(found: Sequence[Found]) -> Iterator[Finding]:
    """A note where the runs used several versions of the simulator."""
    versions: dict[str, int] = {}
    for item in found:
        packages = item.record.provenance.get("packages")
        mujoco = packages.get("mujoco") if isinstance(packages, dict) else None
        if isinstance(mujoco, str):
            versions[mujoco] = versions.get(mujoco, 0) + 1
    if len(versions) > 1:
        used = ", ".join(f"{version} ({count} runs)" for version, count in sorted(versions.items()))
        yield Finding("note", "suite", "", f"the runs used several versions of MuJoCo: {used}")


def _keys(record: RunRecord) -> Iterator[tuple[str, object]]:
    run = record.run
    yield "run", run.run_id
    yield "entry, task and seed", (run.entry, run.preset_id, run.task, run.seed, run.steps, run.protocol)
    if record.policy_sha256:
        yield "policy", tuple(sorted(record.policy_sha256.values()))
    returns = record.training.episode_return
    if len(returns) >= ENOUGH_EPISODES and len(set(returns)) > 1:
        yield "training curve", (tuple(record.training.step), tuple(returns))


def _presets(run: RunSpec, registry: Registry, files: Mapping[str, PresetFile]) -> list[Hyperparameters] | None:
    """Of the run's algorithm: the one that it names, else every number; None where it cannot be looked up."""
    try:
        algorithm, task = registry.algorithm(run.algorithm), registry.task(run.task)
        known = published(algorithm, task)
    except MjbenchError:
        return None
    if run.preset in files:
        try:
            return [files[run.preset].resolve(run.algorithm, algorithm, task)]
        except MjbenchError:
            return []
    return [values for name, values in known.items() if (name == run.preset if run.preset else name.isdecimal())]


def _wrong(presets: Sequence[Hyperparameters], run: RunSpec, registry: Registry) -> str:
    """How the run's hyperparameters are not those of a preset with the changes in its name; empty where they are."""
    own = run.hyperparameters
    changes = {name: own[name] for name in changed_names(run.variant) or () if name in own}
    # Held to the preset that fits best: any published number will do.
    preset = min(presets, key=lambda each: len(_secret(each, own, changes)))
    if secret := _secret(preset, own, changes):
        return f"{', '.join(secret)} differ from the preset of {run.algorithm}, which the entry's name does not show"
    try:
        with_changes(run.algorithm, registry.algorithm(run.algorithm), preset, changes)
    except MjbenchError as error:
        return str(error)
    return ""


def _secret(preset: Hyperparameters, own: Hyperparameters, named: Hyperparameters) -> list[str]:
    """Hyperparameters that differ from the preset without being named."""
    return sorted(
        name
        for name in (preset.keys() | own.keys()) - named.keys()
        if name not in preset or name not in own or not _equal(preset[name], own[name])
    )


def _equal(one: Any, other: Any) -> bool:
    """Also in type: 1, 1.0 and true are other settings."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _some(items: Sequence[object], most: int = 5) -> str:
    text = ", ".join(str(item) for item in items[:most])
    return text if len(items) <= most else f"{text} and {len(items) - most} more"
