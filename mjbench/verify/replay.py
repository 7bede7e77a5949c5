"""Plays submitted policies again on the published seeds, within limits of time and memory.

The playing is done by a process of its own, ``python -m mjbench.verify.replay``, started with the thread count of the
runs, and so that a policy which brings down a simulator, or does not come to an end, does not bring down the
validation. Each task has a process: the environments of many tasks do not fit into the memory of one.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from mjbench.envs.gymnasium_ids import is_outside
from mjbench.errors import RecordError
from mjbench.evaluation.evaluator import Evaluator
from mjbench.registry.lookup import Registry
from mjbench.runner.command import worker_environment
from mjbench.spec.record import TrainingEpisodes
from mjbench.store.codec import dump_record, load_record
from mjbench.store.store import Found
from mjbench.verify.episodes import Replay, play
from mjbench.verify.limits import Limits, memory_limited
from mjbench.verify.private import copy_policy
from mjbench.verify.robustness import play_again

POLL_S = 0.2


def replay(found: Sequence[Found], episodes: int | None, limits: Limits) -> list[Replay]:
    """Play the final policy of every completed run again, ``episodes`` of its episodes (None: all)."""
    outcomes: list[Replay] = []
    completed = [item for item in found if item.record.status == "completed"]
    for kind in sorted({(item.record.run.threads, item.record.run.task) for item in completed}):
        waiting = [item for item in completed if (item.record.run.threads, item.record.run.task) == kind]
        while waiting:
            got = _play_some(waiting, episodes, limits)
            outcomes += got
            waiting = waiting[len(got) :]
    return outcomes


def _play_some(group: Sequence[Found], episodes: int | None, limits: Limits) -> list[Replay]:
    """Outcomes of the first runs of ``group``: all, or those up to one that the process did not survive."""
    with tempfile.TemporaryDirectory() as scratch, open(Path(scratch) / "log.txt", "w+b") as log:
        # The records as they were checked: their files may be others by now.
        runs = [
            (str(item.path.resolve()), dump_record(replace(item.record, training=TrainingEpisodes())).decode())
            for item in group
        ]
        job = {"runs": runs, "episodes": episodes, "limits": asdict(limits)}
        (Path(scratch) / "job.json").write_text(json.dumps(job))
        process = subprocess.Popen(
            [sys.executable, "-m", "mjbench.verify.replay", scratch],
            env={**os.environ, **worker_environment(group[0].record.run)},
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        late = not _wait(process, Path(scratch) / "outcomes.jsonl", limits)
        got = _outcomes(Path(scratch) / "outcomes.jsonl")
        if len(got) == len(group):
            return got
        log.seek(0)
        last = (log.read().decode(errors="replace").strip().splitlines() or ["no output"])[-1]
    cause = f"the process that replayed it ended with status {process.returncode}: {last}"
    if late:
        cause = f"its replay took more than {limits.minutes:g} minutes, the limit of one policy (--minutes changes it)"
    return [*got, Replay(group[len(got)].record.run.run_id, 0, 0, 0, cause)]


def _wait(process: "subprocess.Popen[bytes]", lines: Path, limits: Limits) -> bool:
    """Wait for the end; whether it came before any policy took longer than it may."""
    done, since = 0, time.monotonic()
    try:
        while process.poll() is None:
            time.sleep(POLL_S)
            if (now := len(_outcomes(lines))) > done:
                done, since = now, time.monotonic()
            if time.monotonic() - since > limits.minutes * 60:
                return False
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return True


def _outcomes(lines: Path) -> list[Replay]:
    if not lines.exists():
        return []
    return [Replay(**json.loads(line)) for line in lines.read_text().splitlines(keepends=True) if line.endswith("\n")]


def main(scratch: str) -> None:
    """The process: reads ``job.json`` in the folder ``scratch``, runs of one task, and writes a line for each run to
    ``outcomes.jsonl``."""
    job = json.loads((Path(scratch) / "job.json").read_text())
    registry, limits = Registry(), Limits(**job["limits"])
    evaluator: Evaluator | None = None
    with open(Path(scratch) / "outcomes.jsonl", "w") as out, memory_limited(limits.memory_bytes):
        for folder, text in job["runs"]:
            record = load_record(text.encode())
            try:
                task = record.run.task
                evaluator = evaluator or Evaluator(registry.task(task), keep=not is_outside(task))
                outcome = _load_and_play(Found(Path(folder), record), registry, evaluator, job["episodes"])
            except MemoryError as error:
                cause = f"it needs more memory than {limits.memory_gib:g} GiB, the limit (--memory changes it): {error}"
                outcome = Replay(record.run.run_id, 0, 0, 0, cause)
            except RecordError as error:
                outcome = Replay(record.run.run_id, 0, 0, 0, str(error))
            except Exception as error:  # a policy of a stranger may fail in any way, and that is an outcome
                outcome = Replay(record.run.run_id, 0, 0, 0, f"it cannot be replayed: {type(error).__name__}: {error}")
            out.write(json.dumps(asdict(outcome)) + "\n")
            out.flush()


def _load_and_play(found: Found, registry: Registry, evaluator: Evaluator, episodes: int | None) -> Replay:
    run = found.record.run
    with tempfile.TemporaryDirectory() as scratch:
        copy_policy(found, Path(scratch, "policy"))
        policy = registry.algorithm(run.algorithm).load_policy(Path(scratch, "policy"))
        outcome = play(found.record, policy, evaluator, episodes)
        if outcome.problem:
            return outcome
        return replace(outcome, problem=play_again(found, policy, registry.task(run.task), episodes is None))


if __name__ == "__main__":
    main(sys.argv[1])
