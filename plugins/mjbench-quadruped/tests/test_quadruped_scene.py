"""What an environment shows of its robot: feet and torques as its metrics count them."""

import gymnasium
import numpy as np
import pytest
from mjbench_legged.simulator import CONTROL_S
from mjbench_quadruped.env import QuadrupedEnv
from mjbench_quadruped.gait import diagonal_stance


@pytest.mark.parametrize("task", ["Go1Walk", "AnymalStep"])
def test_feet_and_torques_are_those_of_the_metrics(task: str) -> None:
    env: gymnasium.Env = QuadrupedEnv(task)
    env.reset(seed=3)
    draw = np.random.default_rng(0)
    trot, work, path = 0.0, 0.0, 0.0
    for _ in range(20):
        *_, info = env.step(draw.uniform(-1, 1, 12))
        feet = env.unwrapped.foot_contacts()  # pyright: ignore[reportAttributeAccessIssue]
        assert list(feet) == list(env.unwrapped.batch.task.robot.feet)  # pyright: ignore[reportAttributeAccessIssue]
        contact = np.array([list(feet.values())])
        trot = float(diagonal_stance(contact)[0])
        assert trot == info["trot"]
        assert (not contact.any()) == info["flight"]
        model, data = env.unwrapped.mujoco_scene()  # pyright: ignore[reportAttributeAccessIssue]
        work += float(np.abs(data.qfrc_actuator * data.qvel).sum()) * CONTROL_S
        path += float(np.hypot(*data.qvel[:2])) * CONTROL_S
    weight = float(model.body_subtreemass[1]) * 9.81  # pyright: ignore[reportPossiblyUnboundVariable]
    assert work / (weight * max(path, 0.01)) == pytest.approx(info["cost_of_transport"], rel=0.01)  # pyright: ignore[reportPossiblyUnboundVariable]
    env.close()
