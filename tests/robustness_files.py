"""Makes robustness files for tests that need some."""

from dataclasses import replace

from mjbench.spec.record import RunRecord
from mjbench.spec.robustness import UNDISTURBED, DisturbedEpisodes, Robustness
from mjbench.spec.suite import EVALUATION_SEED

EPISODES = 2
DIGEST = {"policy.json": "0" * 64}


def with_policy(record: RunRecord) -> RunRecord:
    """The record, with the checksum of a policy."""
    return replace(record, policy_sha256=DIGEST)


def make_robustness(record: RunRecord, calm: float = 1.0, pushed: tuple[float, ...] = (0.5, 0.0)) -> Robustness:
    """A file of a made-up set: pushes at strengths 1, 2, ... after which all episodes return ``pushed``."""
    points = [(UNDISTURBED, 0.0, calm), *(("push", float(i), value) for i, value in enumerate(pushed, 1))]
    rows = [(*point, EVALUATION_SEED + i) for point in points for i in range(EPISODES)]
    condition, strength, returns, seeds = map(list, zip(*rows, strict=True))
    table = DisturbedEpisodes(condition, strength, seeds, returns, [10] * len(rows))  # pyright: ignore[reportArgumentType]
    return Robustness(
        record.run.run_id,
        record.run.task,
        dict(record.policy_sha256),
        "standard",
        1,
        table,
        {"push": 3.5},
        {"payload": "its robot is fixed to the world"},
        {"packages": {"numpy": "2"}},
    )
