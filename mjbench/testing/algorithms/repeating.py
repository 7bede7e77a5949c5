"""The same run gives the same bytes, whoever looks."""

from dataclasses import replace

from mjbench.testing.algorithms.case import AlgorithmCase, completed, difference
from mjbench.testing.case import Skipped, Violation

SEED_ALL = "seed every generator with session.run.seed and draw from no other"


def same_seed(case: AlgorithmCase) -> None:
    """The same run gives the same bytes: again in the same process, and in a process of its own."""
    first = case.first()
    if found := difference(first, case.again()):
        raise Violation(f"the same run again leaves other bytes ({found}); {SEED_ALL}, and keep nothing in modules")
    if found := difference(first, case.elsewhere()):
        raise Violation(
            f"the same run in another process leaves other bytes ({found}); depend on no order of sets, hash() or time"
        )


def evaluation(case: AlgorithmCase) -> None:
    """Evaluating more often changes neither the training nor the policy."""
    run = case.spec()
    often = replace(run, protocol=replace(run.protocol, checkpoints=9, episodes=3))
    first, other = case.first(), completed(case.train(often))
    if found := difference(first, other, "policy", "training episodes"):
        require_repeatable(case)
        raise Violation(
            f"evaluating more often changes the {found}; the function given to on_step must copy the weights, draw no "
            "random number and change nothing"
        )


def require_repeatable(case: AlgorithmCase) -> None:
    """Leave a check that compares runs where equal runs differ anyway.

    Raises:
        Skipped: they do.
    """
    if difference(case.first(), case.again()) or difference(case.first(), case.elsewhere()):
        raise Skipped("equal runs differ, so nothing can be compared; see same-seed")
