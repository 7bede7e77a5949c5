"""Franka Panda tasks as Gymnasium environments: ``gymnasium.make("mjbench_franka:Reach-v0")``."""

import gymnasium
from mjbench_franka_specs import TASKS

for _task in TASKS:
    gymnasium.register(
        id=_task.id.partition("/")[2],
        entry_point=_task.entry_point,
        vector_entry_point=_task.vector_entry_point,
        max_episode_steps=_task.episode_limit,
        kwargs=dict(_task.kwargs),
    )
gymnasium.register(
    id="ReachSparseGoal-v0",
    entry_point="mjbench_franka.goal_env:FrankaGoalEnv",
    max_episode_steps=50,
    kwargs={"task": "ReachSparse"},
)
