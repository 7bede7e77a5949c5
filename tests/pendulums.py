"""The tasks of ``pendulum_env``: single, batched, with a curriculum, and one that starts from another's policy."""

from dataclasses import replace

from mjbench.spec.curriculum import Curriculum
from mjbench.spec.task import Metric, TaskSpec

CURRICULUM = Curriculum(levels=4, score="height", rise=0.1, fall=0.02, graduates="random")
SINGLE = TaskSpec(
    id="pendulum/Swing-v0",
    entry_point="pendulum_env:PendulumEnv",
    episode_limit=20,
    budget=640,
    success="high",
    metrics=tuple(Metric(f"height_{how}", "height", how) for how in ("last", "mean", "sum", "max", "min", "std")),
    curriculum=CURRICULUM,
)
BATCHED = replace(SINGLE, id="pendulum/Batch-v0", vector_entry_point="pendulum_env:PendulumVectorEnv")
STRONG = replace(BATCHED, id="pendulum/Strong-v0", kwargs={"gear": 14.0}, warm_start=BATCHED.id)
TASKS = [SINGLE, BATCHED, STRONG]
