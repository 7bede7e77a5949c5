"""Makes records for tests that need some."""

from mjbench.spec.record import Evaluations, RunRecord, TrainingEpisodes
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EVALUATION_SEED, EvalProtocol

PROTOCOL = EvalProtocol(checkpoints=2, episodes=2, final_episodes=3)


def make_run(task: str = "pointmass/Centre-v0", algorithm: str = "sac", seed: int = 0, steps: int = 100) -> RunSpec:
    """A RunSpec that nobody has executed."""
    return RunSpec(task, algorithm, {"learning_rate": 1e-3}, seed, steps, PROTOCOL)


def make_record(run: RunSpec, final: float = 1.0) -> RunRecord:
    """A completed record whose final episodes all return ``final``."""
    steps = [run.steps // 2] * 2 + [run.steps] * 3
    seeds = [EVALUATION_SEED + i for i in (0, 1, 0, 1, 2)]
    table = Evaluations(steps, seeds, [0.0, 0.5, final, final, final], [10] * 5, None, {"distance_m": [0.1] * 5})
    return RunRecord(run, "completed", table, TrainingEpisodes([10], [-1.5], [10]))
