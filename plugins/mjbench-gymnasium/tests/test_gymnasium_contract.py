"""The contract of mjbench on a sample; `make test-all` holds every task to it."""

from mjbench_gymnasium.tasks import TASKS

from mjbench.testing import TaskContract

SAMPLE = {"gymnasium/Ant-v5", "gymnasium/HalfCheetah-v4", "gymnasium/InvertedPendulum-v5", "gymnasium/Reacher-v5"}


class TestGymnasium(TaskContract):
    tasks = [task for task in TASKS if task.id in SAMPLE]
    quick = True
