"""The contract of a task, for plugin authors: from pytest in three lines, or ``mjbench plugins check``."""

from mjbench.testing.case import Case, Outcome, Skipped, Violation
from mjbench.testing.contract import CHECKS, TaskContract, check_task

__all__ = ["CHECKS", "Case", "Outcome", "Skipped", "TaskContract", "Violation", "check_task"]
