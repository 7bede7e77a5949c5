"""What a picture of a task shows."""

import pytest
from mjbench_dmcontrol.tasks import TASKS

from mjbench.envs.make import make_env


@pytest.mark.parametrize(
    ("name", "camera"),
    [
        ("CmuHumanoidGoToTarget", "walker/back"),
        ("dog-fetch", "y-axis"),
        ("hopper-hop", "cam0"),
        ("lqr-lqr_2_1", "cam0"),
    ],
)
def test_the_camera_is_near_the_robot(name: str, camera: str) -> None:
    (task,) = [spec for spec in TASKS if spec.id == f"dm_control/{name}-v0"]
    env = make_env(task).unwrapped
    assert env.dm_env.physics.model.id2name(env._render_kwargs["camera_id"], "camera") == camera  # pyright: ignore[reportAttributeAccessIssue]
    env.close()
