"""The robot is found, filmed from a distance that fits its size, followed and pushed."""

from contextlib import closing

import gymnasium
import numpy as np
import pytest

import mjbench
from mjbench.envs.rendering import no_rendering
from mjbench.errors import MjbenchError
from mjbench.evaluation.camera import Camera, View
from mjbench.evaluation.scene import find_robot, find_scene, push
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec

ROBOTS = {
    "gymnasium/Humanoid-v5": ("torso", ""),
    "gymnasium/Hopper-v5": ("torso", "xz"),
    "gymnasium/Swimmer-v5": ("torso", "xy"),
    "dm_control/walker-walk-v0": ("torso", "xz"),
    "dm_control/dog-fetch-v0": ("torso", ""),
    "quadruped/Go1Walk-v0": ("trunk", ""),
    "quadruped/AnymalStep-v0": ("base", ""),
}
FIXED = [
    "gymnasium/Reacher-v5",
    "gymnasium/Pusher-v5",
    "gymnasium/InvertedPendulum-v5",
    "dm_control/stacker-stack_2-v0",
    "dm_control/point_mass-easy-v0",
    "dm_control/ball_in_cup-catch-v0",
]


@pytest.mark.parametrize("task", ROBOTS)
def test_the_robot_is_found_and_pushed(task: str) -> None:
    with closing(mjbench.make(task)) as env:
        env.reset(seed=0)
        scene = find_scene(env)
        assert scene is not None
        robot = find_robot(scene.model)
        assert robot is not None
        name, plane = ROBOTS[task]
        assert (scene.model.body(robot.body).name, robot.planar) == (name, plane)
        velocities = env.unwrapped.batch.qvel[0] if task.startswith("quadruped") else scene.data.qvel  # pyright: ignore[reportAttributeAccessIssue]
        before = velocities.copy()
        assert push(env, np.array([0.5, 0.0]))
        moved = velocities - before
        assert np.abs(moved).max() == pytest.approx(0.5)
        assert np.count_nonzero(moved) == 1


@pytest.mark.parametrize("task", FIXED)
def test_what_is_fixed_to_the_world_is_no_robot(task: str) -> None:
    with closing(mjbench.make(task)) as env:
        env.reset(seed=0)
        scene = find_scene(env)
        assert scene is not None
        assert find_robot(scene.model) is None
        assert not push(env, np.ones(2))


@pytest.mark.parametrize("task", ["quadruped/Go1Walk-v0", "gymnasium/Humanoid-v5", "dm_control/walker-walk-v0"])
def test_the_robot_stays_in_the_middle_and_fills_a_third(task: str) -> None:
    if cause := no_rendering():
        pytest.skip(f"nothing can be drawn here: {cause}")
    import mujoco

    spec = Registry().task(task)
    with closing(mjbench.make(task, "rgb_array")) as env, closing(Camera(env, spec)) as camera:
        env.reset(seed=0)
        camera.aim()
        for _ in range(3):
            scene = find_scene(env)
            assert scene is not None
            camera.draw()
            renderer = camera._renderer
            renderer.enable_segmentation_rendering()
            parts = camera.draw()  # (height, width, 2): id and type of what each pixel shows
            renderer.disable_segmentation_rendering()
            robot = find_robot(scene.model)
            assert robot is not None
            geoms = np.flatnonzero(robot.bodies[scene.model.geom_bodyid])
            rows, columns = np.nonzero(np.isin(parts[..., 0], geoms) & (parts[..., 1] == mujoco.mjtObj.mjOBJ_GEOM))  # pyright: ignore[reportAttributeAccessIssue]
            assert np.ptp(rows) < 0.75 * 480
            assert 0.25 < max(np.ptp(rows) / 480, np.ptp(columns) / 640) < 0.65
            assert abs((rows.min() + rows.max()) / 2 - 240) < 100
            assert abs((columns.min() + columns.max()) / 2 - 320) < 100
            for _ in range(10):
                env.step(np.zeros(env.action_space.shape or ()))


def test_a_task_that_chooses_a_camera_draws_itself() -> None:
    spec = Registry().task("dm_control/quadruped-walk-v0")
    assert "render_kwargs" in spec.kwargs
    with closing(mjbench.make(spec.id, "rgb_array")) as env:
        assert Camera(env, spec)._draws_itself
        assert not Camera(env, spec, View(distance_m=3.0))._draws_itself


def test_without_mujoco_only_the_own_picture_is_there() -> None:
    env = gymnasium.make("CartPole-v1", render_mode="rgb_array")
    spec = TaskSpec("toy/Cart-v0", "m:a", 10, 10)
    assert Camera(env, spec).names == ["task"]
    for view in (View("side"), View(size=(64, 64)), View(distance_m=1.0)):
        with pytest.raises(MjbenchError, match="shows no MuJoCo model"):
            Camera(env, spec, view)
    camera = Camera(env, spec)
    with pytest.raises(MjbenchError):
        camera.look(View("side"))
    assert camera.view == View()
