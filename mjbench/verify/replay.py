"""Plays submitted policies again on the published seeds and compares with what their records say.

The playing is done by a process of its own, ``python -m mjbench.verify.replay``, started with the thread count of the
runs, and so that a policy which brings down a simulator does not bring down the validation.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mjbench.api.policy import Policy
from mjbench.evaluation.evaluator import Evaluator
from mjbench.registry.lookup import Registry
from mjbench.run.command import worker_environment
from mjbench.run.provenance import elsewhere
from mjbench.spec.record import RunRecord
from mjbench.store.store import Found, ResultStore
from mjbench.verify.agreement import LIMIT, excess, success_excess

TOLERANCE = 1e-6
"""Relative difference of a return that another machine's rounding may explain."""


@dataclass(frozen=True)
class Replay:
    """What playing one policy again has shown."""

    run_id: str
    played: int
    """Episodes."""
    same: int
    """Those that gave the recorded return, length and success."""
    exact: int
    """Those whose return is the same to the last bit."""
    problem: str = ""
    """Why it could not be played, or how far it was off."""
    excess: float = 0.0
    """Standard errors by which the recorded returns are above those played here, where some differ: see
    ``agreement``."""


class _Padded:
    """A policy that always sees the batch size of the original evaluation, as rounding may depend on it."""

    def __init__(self, policy: Policy, rows: int) -> None:
        self._policy = policy
        self._rows = rows

    def act(self, observation: np.ndarray) -> np.ndarray:
        """observation (n, observation size) -> action (n, action size)."""
        count = len(observation)
        filler = np.broadcast_to(observation[-1:], (self._rows - count, *observation.shape[1:]))
        return self._policy.act(np.concatenate([observation, filler]))[:count]

    def save(self, folder: Path) -> None:
        """See ``mjbench.api.policy.Policy``."""
        self._policy.save(folder)


def replay(found: Sequence[Found], episodes: int | None) -> list[Replay]:
    """Play the final policy of every completed run again, ``episodes`` of its episodes (None: all)."""
    outcomes: list[Replay] = []
    completed = [item for item in found if item.record.status == "completed"]
    for threads in sorted({item.record.run.threads for item in completed}):
        group = [item for item in completed if item.record.run.threads == threads]
        with tempfile.TemporaryDirectory() as scratch:
            job = {"folders": [str(item.path.resolve()) for item in group], "episodes": episodes}
            (Path(scratch) / "job.json").write_text(json.dumps(job))
            done = subprocess.run(
                [sys.executable, "-m", "mjbench.verify.replay", scratch],
                env={**os.environ, **worker_environment(group[0].record.run)},
                cwd=scratch,
                capture_output=True,
                text=True,
                errors="replace",
            )
            lines = Path(scratch) / "outcomes.jsonl"
            got = [Replay(**json.loads(line)) for line in lines.read_text().splitlines()] if lines.exists() else []
        last = (done.stderr.strip().splitlines() or ["no last words"])[-1]
        cause = f"the process that played it ended with status {done.returncode}: {last}"
        outcomes += got + [Replay(item.record.run.run_id, 0, 0, 0, cause) for item in group[len(got) :]]
    return outcomes


def play(record: RunRecord, policy: Policy, evaluator: Evaluator, episodes: int | None) -> Replay:
    """Play one final policy again in this process.

    Episodes must be the same where packages and processor are those of the record. Elsewhere they may differ, as far
    as chance explains it; that takes all of the episodes.
    """
    run = record.run
    rows = run.protocol.final_episodes
    count = rows if episodes is None else min(episodes, rows)
    again = evaluator.evaluate(_Padded(policy, rows), count, run.protocol.seed)
    first = [i for i, step in enumerate(record.evaluations.step) if step == run.steps][:count]
    table = record.evaluations
    told = [table.episode_return[row] for row in first]
    success = [table.success[row] for row in first] if table.success else None
    same = sum(
        one is not None
        and math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        and table.episode_length[row] == again.episode_length[i]
        and (success[i] if success else None) == (again.success[i] if again.success else None)
        for i, (row, one, other) in enumerate(zip(first, told, again.episode_return, strict=True))
    )
    exact = sum(one == other for one, other in zip(told, again.episode_return, strict=True))
    if same == count:
        return Replay(run.run_id, count, same, exact)
    other_place = elsewhere(record.provenance)
    if other_place and count < rows:
        return play(record, policy, evaluator, None)
    returns = [0.0 if value is None else value for value in told]
    worst = max(abs(one - other) for one, other in zip(returns, again.episode_return, strict=True))
    problem = f"{count - same} of {count} episodes played again differ, returns by up to {worst:.6g}"
    if not other_place:
        problem += ", with the same packages on the same processor"
        return Replay(run.run_id, count, same, exact, problem)
    above = excess(returns, again.episode_return, count - same)
    above_success = success_excess(success, again.success, count - same) if success and again.success else 0.0
    if None in told or bool(success) != bool(again.success) or max(above, above_success) > LIMIT:
        mean = math.fsum(returns) / count - math.fsum(again.episode_return) / count
        problem += f", their mean by {mean:+.6g}, more than chance explains; play it again where it was made "
        problem += f"({'; '.join(other_place)})"
    else:
        problem = ""
    return Replay(run.run_id, count, same, exact, problem, max(-LIMIT, min(above, LIMIT)))


def main(scratch: str) -> None:
    """The process: reads ``job.json`` in the folder ``scratch``, writes a line for each run to ``outcomes.jsonl``."""
    job = json.loads((Path(scratch) / "job.json").read_text())
    registry, evaluators = Registry(), dict[str, Evaluator]()
    with open(Path(scratch) / "outcomes.jsonl", "w") as out:
        for text in job["folders"]:
            folder = Path(text)
            record = ResultStore(folder.parent).read(folder)
            try:
                outcome = _load_and_play(folder, record, registry, evaluators, job["episodes"])
            except Exception as error:  # a policy of a stranger may fail in any way, and that is an outcome
                outcome = Replay(record.run.run_id, 0, 0, 0, f"it cannot be played: {type(error).__name__}: {error}")
            out.write(json.dumps(asdict(outcome)) + "\n")
            out.flush()


def _load_and_play(
    folder: Path, record: RunRecord, registry: Registry, evaluators: dict[str, Evaluator], episodes: int | None
) -> Replay:
    run = record.run
    if run.task not in evaluators:
        evaluators[run.task] = Evaluator(registry.task(run.task))
    policy = registry.algorithm(run.algorithm).load_policy(folder)
    return play(record, policy, evaluators[run.task], episodes)


if __name__ == "__main__":
    main(sys.argv[1])
