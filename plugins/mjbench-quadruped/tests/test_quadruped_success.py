"""Success and progress of each kind of task, at and on either side of its limits."""

from dataclasses import replace

import numpy as np
import pytest
from mjbench_legged.success import CrossTerrain, Episodes, FollowCommands, ReachLine, Success, WalkAhead
from mjbench_quadruped.tasks import TASKS

GOOD = Episodes(
    lived=np.array([1.0]),
    start_m=np.array([0.0]),
    distance_m=np.array([6.0]),
    speed_m_s=np.array([0.75]),
    heading_deg=np.array([3.0]),
    velocity_error_m_s=np.array([0.05]),
    turn_error_rad_s=np.array([0.05]),
    walked_m=np.array([8.0]),
    commanded_m=np.array([10.0]),
)


def episodes(**changes: float) -> Episodes:
    return replace(GOOD, **{name: np.array([value]) for name, value in changes.items()})


@pytest.mark.parametrize(
    ("success", "reached", "missed"),
    [
        (WalkAhead(), {"speed_m_s": 0.7, "heading_deg": 10.0}, {"speed_m_s": 0.69}),
        (WalkAhead(), {"speed_m_s": 0.7, "heading_deg": 10.0}, {"heading_deg": 10.1}),
        (FollowCommands(), {"velocity_error_m_s": 0.1, "turn_error_rad_s": 0.15}, {"velocity_error_m_s": 0.11}),
        (FollowCommands(), {"velocity_error_m_s": 0.1, "turn_error_rad_s": 0.15}, {"turn_error_rad_s": 0.16}),
        (CrossTerrain(), {"velocity_error_m_s": 0.25, "turn_error_rad_s": 0.3}, {"velocity_error_m_s": 0.26}),
        (CrossTerrain(), {"velocity_error_m_s": 0.25, "turn_error_rad_s": 0.3}, {"turn_error_rad_s": 0.31}),
        (ReachLine(3.0), {"distance_m": 3.5, "start_m": -0.5}, {"distance_m": 3.4, "start_m": -0.5}),
    ],
)
def test_limits(success: Success, reached: dict[str, float], missed: dict[str, float]) -> None:
    assert success.reached(episodes(**reached)).tolist() == [True]
    assert success.reached(episodes(**missed)).tolist() == [False]


def test_progress() -> None:
    half = episodes(lived=0.5, velocity_error_m_s=0.3, turn_error_rad_s=0.4)
    assert WalkAhead().progress(half) == pytest.approx([0.5])
    assert FollowCommands().progress(half) == pytest.approx([0.5 * np.exp(-1.0)])
    assert CrossTerrain().progress(episodes()) == pytest.approx([0.8])
    assert CrossTerrain().progress(episodes(lived=0.5, commanded_m=5.0, walked_m=4.0)) == pytest.approx([0.4])
    assert CrossTerrain().progress(episodes(lived=0.5, commanded_m=0.4)) == pytest.approx([0.5])  # commands to stand
    assert ReachLine(3.0).progress(episodes(distance_m=1.5)) == pytest.approx([0.5])


@pytest.mark.parametrize("name", TASKS)
def test_levels_change_either_the_ground_or_the_commands(name: str) -> None:
    task = TASKS[name]
    assert task.levels in (1, task.terrain.levels) or task.widens_commands
    draws = np.random.default_rng(0)
    drawn = {task.terrain.task_level(draws) for _ in range(200)}
    everything = set(range(6 if name == "AnymalRough1" else task.terrain.levels))
    assert drawn == (everything if isinstance(task.success, CrossTerrain) else {task.terrain.levels - 1})
