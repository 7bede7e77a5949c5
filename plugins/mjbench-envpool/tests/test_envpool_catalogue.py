"""What is listed without EnvPool is what the installed EnvPool offers."""

import numpy as np
import pytest
from mjbench_envpool.collect import CATALOGUE, as_json, collect
from mjbench_envpool.env import EnvPoolEnv
from mjbench_envpool.tasks import FAMILIES, TASKS

IDS = {task.id for task in TASKS}


def test_the_catalogue_is_what_the_installed_envpool_offers() -> None:
    assert as_json(collect()) == CATALOGUE.read_text(encoding="utf-8"), "run: python -m mjbench_envpool.collect"


def test_every_family_is_there_and_every_name_once() -> None:
    assert len(IDS) == len(TASKS)
    assert {task.tags for task in TASKS} == {(tag,) for tag, _ in FAMILIES.values()}
    assert {"envpool/Ant-v5", "envpool/WalkerWalk-v1", "envpool/MetaWorld-Reach-v3", "envpool/FetchPush-v4"} <= IDS
    assert {"envpool/Go1JoystickFlatTerrain-v1", "envpool/PandaPickCube-v1", "envpool/MyoHandCupRandom-v0"} <= IDS
    assert not {task.kwargs["task"] for task in TASKS if task.kwargs["task"].startswith(("MyoSuite/", "MuJoCoP"))}


def test_no_task_can_save_its_state() -> None:
    assert all(task.stateless_reason for task in TASKS)


@pytest.mark.parametrize(("task", "differs"), [("MyoHandCupRandom-v0", True), ("myoElbowPose1D6MRandom-v0", False)])
def test_myosuite_tasks_are_left_out_where_they_ignore_their_seed(task: str, differs: bool) -> None:
    env = EnvPoolEnv(task)
    starts = [env.reset(seed=1)[0], env.reset()[0], env.reset(seed=2)[0]]
    assert any(not np.array_equal(starts[0], start) for start in starts[1:]) is differs
    assert (f"envpool/{task}" in IDS) is differs
