"""The contracts of tasks and algorithms, for plugin authors: pytest in three lines, or ``mjbench plugins check``."""

from mjbench.testing.algorithms.contract import ALGORITHM_CHECKS, AlgorithmContract, check_algorithm
from mjbench.testing.case import Case, Outcome, Skipped, Violation
from mjbench.testing.contract import CHECKS, TaskContract, check_task
from mjbench.testing.training_batches import TRAINING_CHECKS, TrainingCase, check_training_batch

__all__ = [
    "ALGORITHM_CHECKS",
    "CHECKS",
    "TRAINING_CHECKS",
    "AlgorithmContract",
    "Case",
    "Outcome",
    "Skipped",
    "TaskContract",
    "TrainingCase",
    "Violation",
    "check_algorithm",
    "check_task",
    "check_training_batch",
]
