"""Hyperparameters are plain data, and a plan refuses what the algorithm cannot take."""

import json
import math
import os
import subprocess
import sys
from typing import Any

from mjbench.errors import MjbenchError, SpecError, in_words
from mjbench.plan.grid import plan
from mjbench.plan.hyperparameters import with_changes
from mjbench.registry.preset_lookup import published
from mjbench.spec.task import TaskSpec
from mjbench.testing.algorithms.case import PROTOCOL, AlgorithmCase
from mjbench.testing.algorithms.settings import known
from mjbench.testing.algorithms.tasks import POINT
from mjbench.testing.case import Violation
from mjbench.testing.metadata import SIMULATORS, TIMEOUT_S

WRONG: tuple[Any, ...] = ("no-such-value", ["no-such-value"], {"no_such_key": "no-such-value"}, math.nan)
"""Values that no hyperparameter takes; one whose default is nothing may take anything."""
PROGRAM = """
import json, sys
from importlib.metadata import EntryPoint
from mjbench.spec.task import TaskSpec
sys.path[:] = json.loads(sys.argv[1])
EntryPoint(*json.loads(sys.argv[2])).load().hyperparameters(TaskSpec("any/Task-v0", "none:none", 1, 1))
print("\\n" + json.dumps([name for name in json.loads(sys.argv[3]) if name in sys.modules]))
"""


def hyperparameters(case: AlgorithmCase) -> None:
    """Hyperparameters are JSON values, known without a learning library; a plan refuses those of another type."""
    algorithm, task = case.algorithm, case.registry.task(POINT)
    values = dict(algorithm.hyperparameters(task))
    try:
        same = json.loads(json.dumps(values, allow_nan=False)) == values
    except (TypeError, ValueError):
        same = False
    if not same:
        raise Violation(f"hyperparameters(task) must give JSON values, lists for tuples, not {values!r}")
    _imports(case)
    presets = published(algorithm, task)
    newest = str(max((int(name) for name in presets if name.isdecimal()), default=0))
    if dict(presets.get(newest, {})) != values:
        raise Violation(f"hyperparameters(task) are not those of the newest numbered preset ({newest}); make them so")
    everything = known(algorithm, task)
    strange = sorted(getattr(algorithm, "kinds", {}).keys() - everything.keys())
    if strange:
        raise Violation(f"kinds has {', '.join(strange)}, which hyperparameters(task) has not; correct the name")
    try:
        for preset in presets.values():
            with_changes(case.name, algorithm, preset, {})
    except MjbenchError as error:
        raise Violation(f"a published preset is refused: {error}") from error
    for key, default in everything.items():
        if default is None and key not in getattr(algorithm, "kinds", {}):
            continue
        for value in (*WRONG, *(() if isinstance(default, bool) else (True,))):
            _refused(case, task, key, value)


def _refused(case: AlgorithmCase, task: TaskSpec, key: str, value: Any) -> None:
    shown = json.dumps(value)
    try:
        plan([task], {case.name: case.algorithm}, [0], steps=case.steps, protocol=PROTOCOL, changes={key: value})
    except SpecError:
        return
    except Exception as error:
        raise Violation(f"a plan with {key}={shown} ends in {in_words(error)}; give {key} a kind in kinds") from error
    raise Violation(
        f"a plan accepts {key}={shown}; give {key} a kind in kinds, such as those of mjbench.algorithms.hyperparameters"
    )


def _imports(case: AlgorithmCase) -> None:
    """Hold the entry point to import no learning library: every listing of plugins loads it."""
    point = case.registry.owner("algorithm", case.name).entry_point
    arguments = [json.dumps(sys.path), json.dumps([point.name, point.value, point.group]), json.dumps(SIMULATORS)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Violation(f"{point.value} does not give its hyperparameters in a fresh process: {last}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if found:
        raise Violation(f"{point.value} imports {', '.join(found)} before it trains; import them inside train")
