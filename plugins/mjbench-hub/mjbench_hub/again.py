"""The command that trains a run again."""

import json
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.plan.ledgers import OF_A_FILE
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers, published, variant_changes
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.store.presets import preset_path


def command(runs: Sequence[RunSpec], registry: Registry) -> str:
    """``mjbench run ...`` of runs that differ in their seed alone.

    A suite gives the evaluation protocol, which no option does; it is named where an installed one has these runs.
    """
    run = runs[0]
    suite = _suite(run, registry)
    words = ["mjbench", "run", *(["--suite", f"{suite.name}@{suite.version}"] if suite else [])]
    words += ["--task", run.task.removeprefix("adhoc/"), "--algo", run.algorithm]
    words += ["--seeds", ",".join(str(each.seed) for each in runs) + ("," if len(runs) == 1 else "")]
    # Named steps would also be the budget of the run that this one starts from.
    words += [] if suite or run.steps == _budget(run, registry) else ["--steps", str(run.steps)]
    found = preset_numbers(registry)(run)
    if run.preset:
        words += ["--preset", _preset(run, registry)]
    elif found.numbers and found.newest not in found.numbers:
        words += ["--preset", str(max(found.numbers))]
    for name, value in variant_changes(run.variant).items():
        words += ["--set", f"{name}={json.dumps(value)}"]
    words += ["--stop-at", run.stop_at] if run.stop_at else []
    words += ["--from-scratch"] if "from_scratch" in run.variant.split(",") else []
    return shlex.join(words)


def _preset(run: RunSpec, registry: Registry) -> str:
    """Its name, or the file that ``mjbench pull`` writes where no package has a preset of this name."""
    with suppress(MjbenchError):
        if run.preset in published(registry.algorithm(run.algorithm), registry.task(run.task)):
            return run.preset
    return str(preset_path(Path("results"), run.preset)) if OF_A_FILE.search(run.preset) else run.preset


def _suite(run: RunSpec, registry: Registry) -> Suite | None:
    """The newest installed suite with the task, budget and protocol of the run."""
    budget = _budget(run, registry)
    for name in registry.names("suite"):
        try:
            for suite in reversed(registry.suites(name)):
                if (
                    run.task in suite.tasks
                    and run.protocol == suite.protocol
                    and run.steps == (suite.steps or budget)
                    and run.seed < suite.seeds
                ):
                    return suite
        except MjbenchError:
            continue
    return None


def _budget(run: RunSpec, registry: Registry) -> int | None:
    """Environment steps that the task declares; None where it is not installed."""
    with suppress(MjbenchError):
        return registry.task(run.task).budget
    return None
