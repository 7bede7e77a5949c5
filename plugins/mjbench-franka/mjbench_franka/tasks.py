"""The tasks by name."""

from dataclasses import replace

from mjbench_franka.task import FrankaTask

REACH = FrankaTask(
    start=(0.0, -0.2, 0.0, -2.2, 0.0, 2.0, 0.7854),
    goals_m=((0.3, 0.7), (-0.3, 0.3), (0.2, 0.5)),
    weights={"distance": -2.0, "near": 1.0, "progress": 5.0, "velocity": -0.005, "action": -0.01},
    tolerance_m=0.02,
    hold_steps=10,
    steps=50,
)
SPARSE = replace(REACH, weights={"outside": -1.0})
CURRICULUM = replace(SPARSE, levels=10)
PUSH = FrankaTask(
    start=(0.0, 0.25, 0.0, -2.45, 0.0, 2.7, 0.7854),
    actions="tip",
    goals_m=((0.4, 0.6), (-0.2, 0.2), (0.025, 0.025)),
    weights={"distance": -2.0, "near": 1.0, "progress": 10.0, "approach": -1.0, "velocity": -0.005, "action": -0.01},
    tolerance_m=0.05,
    hold_steps=1,
    steps=100,
    shortest_m=0.1,
    cube_m=((0.42, 0.58), (-0.15, 0.15), (-0.5, 0.5)),
)

TASKS = {"Reach": REACH, "ReachCurriculum": CURRICULUM, "ReachSparse": SPARSE, "Push": PUSH}
"""By the name that the task ids carry."""
