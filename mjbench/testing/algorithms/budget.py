"""A run takes its budget and no step more, and learns from it."""

from mjbench.errors import MjbenchError
from mjbench.plan.hyperparameters import nothing_learned
from mjbench.testing.algorithms.case import AlgorithmCase, Trained, completed, difference
from mjbench.testing.algorithms.settings import known
from mjbench.testing.case import Skipped, Violation

SEVERAL = 3
"""Environments; they do not divide the budget."""
SHORT = 20


def budget(case: AlgorithmCase) -> None:
    """A run takes its budget to the step, also with several environments, and reports each step."""
    _exact(case.train(case.spec()) if "first" not in case.kept else case.kept["first"], "")
    if "n_envs" in known(case.algorithm, case.registry.task(case.spec().task)):
        _exact(case.train(case.spec(changes={"n_envs": SEVERAL})), f" with n_envs={SEVERAL}")


def learns(case: AlgorithmCase) -> None:
    """A run leaves another policy than one that is too short to learn."""
    run = case.spec()
    if why := nothing_learned(case.algorithm, run):
        raise Violation(f"{why}; for this check: mjbench plugins check {case.name} --set NAME=VALUE")
    try:
        brief = case.spec(steps=SHORT)
        nothing_learned(case.algorithm, brief)
    except MjbenchError as error:
        raise Skipped(f"it refuses budgets of {SHORT} steps: {error}") from error
    if not difference(case.first(), completed(case.train(brief)), "policy"):
        raise Violation(
            f"the policy after {run.steps:,} steps is that after {SHORT}: nothing is learned; if it takes longer, make "
            f"it shorter for this check: mjbench plugins check {case.name} --set NAME=VALUE"
        )


def _exact(trained: Trained, where: str) -> None:
    watch, record = trained.watch, trained.record
    if "where the budget is" in record.error:
        raise Violation(
            f"{record.error.partition(': ')[2] or record.error}{where}; stop after mjbench.algorithms.budget."
            "whole_steps(n_envs, session.run.steps) steps, also within a rollout or an episode"
        )
    if record.status != "completed":
        raise Violation(f"a run of {record.run.steps:,} steps{where} is {record.status}: {record.error}")
    if watch.wrong:
        raise Violation(f"{watch.wrong}{where}; give it the steps of all environments together")
    if watch.calls * watch.at_once != watch.taken:
        raise Violation(
            f"session.on_step was called {watch.calls:,} times in {watch.taken:,} steps{where}; call it once "
            "after each step of all environments"
        )
