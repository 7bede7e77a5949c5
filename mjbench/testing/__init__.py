"""The contracts of tasks and algorithms, for plugin authors: pytest in three lines, or ``mjbench plugins check``."""

from mjbench.testing.algorithms.contract import ALGORITHM_CHECKS, AlgorithmContract, check_algorithm
from mjbench.testing.case import Case, Outcome, Skipped, Violation
from mjbench.testing.contract import CHECKS, TaskContract, check_task

__all__ = [
    "ALGORITHM_CHECKS",
    "CHECKS",
    "AlgorithmContract",
    "Case",
    "Outcome",
    "Skipped",
    "TaskContract",
    "Violation",
    "check_algorithm",
    "check_task",
]
