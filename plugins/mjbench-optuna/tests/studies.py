"""Small studies of a moment."""

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from mjbench_optuna.commands import tune
from mjbench_optuna.outcome import Outcome, read_outcome
from mjbench_optuna.plan import enter, make_plan, read_plan
from mjbench_optuna.storage import Trials
from mjbench_optuna.tuner import RESULTS, Tuner

from mjbench.registry.lookup import Registry
from mjbench.store.store import ResultStore

NEAR, FAR = "pointmass/Centre-v0", "far/Centre-v0"
SMALL = ("--algo", "random-search", "--steps", "300", "--jobs", "2")


def run(*arguments: str, tasks: str = NEAR) -> Result:
    """``mjbench tune`` in this process; its runs are workers as ever."""
    return CliRunner().invoke(tune, ["--task", tasks, *SMALL, *arguments])


def outcome(folder: Path) -> Outcome:
    """The study in ``folder`` as it is."""
    registry, plan = Registry(), read_plan(folder)
    return read_outcome(plan, registry, ResultStore(folder / RESULTS), Trials(folder, plan))


def tuner(folder: Path, **options: Any) -> Tuner:
    """A worker of a study on one task."""
    registry = Registry()
    given = {"seeds": "2", "steps": 300, "preset": "", "space": None, "sampler": "tpe", "prune": True, **options}
    plan = make_plan(registry, [registry.task(NEAR)], "random-search", **given)
    enter(folder, plan)
    return Tuner(folder, plan, registry, registry.launcher("local"), 2)
