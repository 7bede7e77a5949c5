"""The command that makes runs again."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

from mjbench.envs.find import find_task
from mjbench.errors import MjbenchError
from mjbench.plan.selection import installed_suites, select
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import published, variant_changes
from mjbench.spec.run import FROM_SCRATCH, RunSpec
from mjbench.store.found import Found
from mjbench.store.presets import preset_path, results_of


def command_again(found: Sequence[Found], registry: Registry, results: Path | None = None) -> str:
    """A ``mjbench run`` whose plan has the runs with these ids; empty where none has, as after an update of a plugin.

    Args:
        found: runs that differ in their seed alone, at least one.
        registry: knows tasks, presets and suites.
        results: folder whose copies of preset files the command names; by default where the runs lie.
    """
    run, wanted = found[0].record.run, {item.record.run.run_id for item in found}
    seeds = ",".join(str(item.record.run.seed) for item in found) + ("," if len(found) == 1 else "")
    # A suite gives the protocol. Named steps are also the budget of the run that this one starts from.
    suites = (None, *_suites(run, registry))
    for suite, preset, steps in product(suites, _presets(found[0], registry), (None, run.steps)):
        with suppress(MjbenchError):
            selection = select(
                registry,
                suite=suite,
                tasks=(_task(run),),
                algorithms=(run.algorithm,),
                seeds=seeds,
                steps=steps,
                changes=_changes(run),
                from_scratch=_from_scratch(run),
                preset=preset,
                stop_at=run.stop_at,
                find_task=find_task,
            )
            if wanted <= {planned.run_id for planned in selection.runs}:
                named = preset_path(results, run.preset) if results and selection.preset else preset
                return shlex.join(_words(run, suite, str(named), seeds, steps))
    return ""


def _suites(run: RunSpec, registry: Registry) -> Iterator[str]:
    """Names of suites that evaluate the task as the run was evaluated, the newest versions first."""
    for suite in sorted(installed_suites(registry)[0], key=lambda each: -each.version):
        if run.task in suite.tasks and suite.protocol == run.protocol:
            yield f"{suite.name}@{suite.version}"


def _presets(found: Found, registry: Registry) -> Iterator[str]:
    """What ``--preset`` may name: the run's preset, the file of it beside the record, or an older default preset."""
    run = found.record.run
    yield run.preset
    if run.preset and (path := preset_path(results_of(found), run.preset)).is_file():
        yield str(path)
    elif not run.preset:
        with suppress(MjbenchError):
            names = published(registry.algorithm(run.algorithm), registry.task(run.task))
            yield from filter(str.isdecimal, names)


def _words(run: RunSpec, suite: str | None, preset: str, seeds: str, steps: int | None) -> list[str]:
    words = ["mjbench", "run", *(("--suite", suite) if suite else ()), "--task", _task(run), "--algo", run.algorithm]
    words += ["--seeds", seeds, *(("--steps", str(steps)) if steps else ())]
    words += ["--preset", preset] if preset else []
    words += [word for change in _changes(run) for word in ("--set", change)]
    words += ["--stop-at", run.stop_at] if run.stop_at else []
    return words + (["--from-scratch"] if _from_scratch(run) else [])


def _task(run: RunSpec) -> str:
    """As it is typed."""
    return run.task.removeprefix("adhoc/")


def _changes(run: RunSpec) -> list[str]:
    return [f"{name}={json.dumps(value)}" for name, value in variant_changes(run.variant).items()]


def _from_scratch(run: RunSpec) -> bool:
    return run.variant.split(",")[0] == FROM_SCRATCH
