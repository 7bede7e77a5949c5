"""What this package adds to mjbench. Imports no simulator."""

from mjbench.spec.suite import EvalProtocol, Suite
from mjbench.spec.task import Metric, Reference, TaskSpec

TASKS = [
    TaskSpec(
        id="pointmass/Centre-v0",
        entry_point="pointmass.env:CentreEnv",
        episode_limit=100,
        budget=2_000,
        description="Push a ball to the middle of a table.",
        tags=("small",),
        random_return=Reference(-68.2, "measured by the author over 100 episodes", 2.6),
        reference_return=Reference(-20.4, "a proportional-derivative controller over the same 100 episodes"),
        success="is_success",
        metrics=(Metric("distance_m", "distance"), Metric("mean_distance_m", "distance", "mean")),
    )
]

SUITE = Suite(
    name="pointmass",
    tasks=("pointmass/Centre-v0",),
    algorithms=("random-search",),
    seeds=5,
    steps=2_000,
    protocol=EvalProtocol(checkpoints=2, episodes=3, final_episodes=5),
)
