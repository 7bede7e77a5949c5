"""The contract of mjbench on one task of each family; those whose models take long to load are slow tests."""

import pytest
from mjbench_envpool.tasks import TASKS

from mjbench.testing import TaskContract

QUICK = {"envpool/Hopper-v5", "envpool/CartpoleSwingup-v1", "envpool/FetchReach-v4"}
SLOW = {
    "envpool/MetaWorld-Reach-v3",
    "envpool/Go1JoystickFlatTerrain-v1",
    "envpool/PandaPickCube-v1",
    "envpool/MyoHandCupRandom-v0",
    "envpool/AdroitHandPen-v1",
    "envpool/FrankaKitchen-v1",
}


class TestEnvPool(TaskContract):
    tasks = [task for task in TASKS if task.id in QUICK]
    quick = True


@pytest.mark.slow
class TestHeavyEnvPool(TaskContract):
    tasks = [task for task in TASKS if task.id in SLOW]
    quick = True
