"""The command that makes a run again."""

import json
import shlex
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError
from mjbench.plan.selection import installed_suites, select
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import published, variant_changes
from mjbench.spec.run import RunSpec
from mjbench.store.found import Found
from mjbench.store.presets import preset_path, results_of


def command_again(found: Found, registry: Registry) -> str:
    """A ``mjbench run`` whose plan has a run with this id; empty where none has, as after an update of a plugin."""
    run = found.record.run
    presets = (run.preset, *_others(found, registry))
    # Named steps are also the budget of the run that this one starts from; otherwise each has its own.
    for steps, suite, preset in product((run.steps, None), (None, *_suites(run, registry)), presets):
        with suppress(MjbenchError):
            if _plans(run, registry, suite, preset, steps):
                return shlex.join(_words(run, suite, preset, steps))
    return ""


def _suites(run: RunSpec, registry: Registry) -> Iterator[str]:
    """Names of suites that evaluate the task as the run was evaluated, the newest versions first."""
    for suite in sorted(installed_suites(registry)[0], key=lambda each: -each.version):
        if run.task in suite.tasks and suite.protocol == run.protocol:
            yield f"{suite.name}@{suite.version}"


def _others(found: Found, registry: Registry) -> list[str]:
    """What else ``--preset`` may name: the file of the run's preset beside its record, or an older default preset."""
    run = found.record.run
    if run.preset:
        path = preset_path(results_of(found), run.preset)
        return [str(path)] if path.is_file() else []
    with suppress(MjbenchError):
        return [
            name for name in published(registry.algorithm(run.algorithm), registry.task(run.task)) if name.isdecimal()
        ]
    return []


def _plans(run: RunSpec, registry: Registry, suite: str | None, preset: str, steps: int | None) -> bool:
    selection = select(
        registry,
        suite=suite,
        tasks=(run.task,),
        algorithms=(run.algorithm,),
        seeds=f"{run.seed},",
        steps=steps,
        changes=_changes(run),
        from_scratch=_from_scratch(run),
        preset=preset,
        stop_at=run.stop_at,
        find_task=find_task,
    )
    return any(planned.run_id == run.run_id for planned in selection.runs)


def _words(run: RunSpec, suite: str | None, preset: str, steps: int | None) -> list[str]:
    words = ["mjbench", "run", *(("--suite", suite) if suite else ()), "--task", run.task, "--algo", run.algorithm]
    words += ["--seeds", f"{run.seed},", *(("--steps", str(steps)) if steps else ())]
    words += ["--preset", preset] if preset else []
    words += [word for change in _changes(run) for word in ("--set", change)]
    words += ["--stop-at", run.stop_at] if run.stop_at else []
    return words + (["--from-scratch"] if _from_scratch(run) else [])


def _changes(run: RunSpec) -> list[str]:
    return [f"{name}={json.dumps(value)}" for name, value in variant_changes(run.variant).items()]


def _from_scratch(run: RunSpec) -> bool:
    return run.variant.split(",")[0] == "from_scratch"
