"""What a task's specification promises before any simulator is loaded."""

import json
import os
import subprocess
import sys
from functools import cache
from importlib.metadata import EntryPoint

from mjbench.testing.case import Case, Violation

SIMULATORS = (
    "mujoco",
    "dm_control",
    "shimmy",
    "envpool",
    "brax",
    "torch",
    "jax",
    "tensorflow",
    "stable_baselines3",
    "sbx",
)
"""Simulators and learning libraries: they take seconds to import."""
PROGRAM = """
import json, sys
from importlib.metadata import EntryPoint
sys.path[:] = json.loads(sys.argv[1])
point = EntryPoint(*json.loads(sys.argv[2]))
offered = point.load()
if not hasattr(offered, "find"):
    list(offered() if callable(offered) else offered)
print("\\n" + json.dumps([name for name in json.loads(sys.argv[3]) if name in sys.modules]))
"""
TIMEOUT_S = 120


def metadata(case: Case) -> None:
    """The tasks of its plugin load without a simulator; its numbers agree with each other."""
    task = case.task
    plugin = case.registry.owner("task", task.id)
    loaded = _loaded(plugin.entry_point, tuple(sys.path))
    if loaded:
        raise Violation(
            f"importing {plugin.entry_point.value} imports {', '.join(loaded)}; name the environment as "
            '"module:attribute" in a module that the specifications do not import'
        )
    try:
        same = json.loads(json.dumps(dict(task.kwargs), allow_nan=False)) == dict(task.kwargs)
    except (TypeError, ValueError):
        same = False
    if not same:
        raise Violation(f"kwargs must hold JSON values only, not {dict(task.kwargs)!r}")
    low, high = task.random_return, task.reference_return
    if low and high and not high.value > low.value:
        raise Violation(f"the reference return {high.value:g} must be above the random one, {low.value:g}")


@cache
def _loaded(point: EntryPoint, path: tuple[str, ...]) -> list[str]:
    """Heavy modules that a fresh process has after loading the entry point."""
    arguments = [json.dumps(list(path)), json.dumps([point.name, point.value, point.group]), json.dumps(SIMULATORS)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode:
        words = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Violation(f"{point.value} does not load in a fresh process: {words}")
    return json.loads(done.stdout.strip().splitlines()[-1])
