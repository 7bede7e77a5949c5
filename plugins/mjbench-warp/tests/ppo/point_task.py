"""A task with a batch of worlds for training, which a worker finds by name."""

from mjbench.spec.task import TaskSpec

POINT = TaskSpec(
    id="points/Point-v0",
    entry_point="mjbench.testing.algorithms.tasks:PointEnv",
    episode_limit=20,
    budget=10_000,
    training_entry_point="point_batch:PointBatch",
)
POINTS = [POINT]
