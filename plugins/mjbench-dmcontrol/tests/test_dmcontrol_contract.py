"""The contract of mjbench on a sample; `make test-all` holds every task to it."""

from mjbench_dmcontrol.tasks import TASKS

from mjbench.testing import TaskContract

SAMPLE = {"cartpole-swingup", "reacher-easy", "ball_in_cup-catch", "walker-walk", "fish-swim"}


class TestDmControl(TaskContract):
    tasks = [task for task in TASKS if task.id.removeprefix("dm_control/").removesuffix("-v0") in SAMPLE]
    quick = True
