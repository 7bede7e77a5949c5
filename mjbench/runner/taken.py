"""The steps that training environments took, held to the budget of the run."""

from collections.abc import Iterable
from typing import Any

from mjbench.errors import SpecError
from mjbench.runner.training_envs import TrainingBatch
from mjbench.runner.training_worlds import WatchedWorlds
from mjbench.spec.run import RunSpec


def check_taken(run: RunSpec, envs: Iterable[Any]) -> None:
    """Do nothing where no environment could have taken another step within the budget.

    Raises:
        SpecError: they took more steps than the budget, or so few that all could have taken another.
    """
    envs = list(envs)
    taken, budget = sum(env.taken for env in envs), run.steps
    at_once = sum(env.num_envs if isinstance(env, (TrainingBatch, WatchedWorlds)) else 1 for env in envs)
    if taken > budget or taken + at_once <= budget:
        raise SpecError(f"{run.algorithm} took {taken:,} training steps, where the budget is {budget:,}")
