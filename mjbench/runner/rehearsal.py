"""The first snapshot of a task that nobody has checked is tried out before any is written.

A copy of this process (a fork) plays the training environments on for a few steps, so that nothing here is touched.
Then it becomes a new process (``python -m mjbench.runner.rehearsal FOLDER``), as a worker after a kill would be: it
builds the environments anew, restores them, plays the same actions and compares. State that a capture cannot see
shows there: behind a simulator's handle, in globals of a module, in a model that is built anew at each reset.
"""

import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.envs.gymnasium_ids import is_outside
from mjbench.registry.lookup import Registry
from mjbench.runner.progress import ProgressWriter
from mjbench.runner.session import RunSession
from mjbench.runner.training_envs import TrainingBatch
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore
from mjbench.snapshot.random_state import random_state, set_random_state
from mjbench.spec.run import RunSpec
from mjbench.store.codec import dump_run, load_run

ROUNDS, STEPS = 4, 10
"""How often a few steps are played; all but the first begin with a reset."""
PATIENCE_S = 90.0


def trial(run: RunSpec) -> Callable[[Any, Any], str] | None:
    """How to try out a snapshot of the run. None for tasks of the registry: they keep the contract, whose checks
    restore their state and play on."""
    return partial(_try, run) if is_outside(run.task) else None


def _try(run: RunSpec, objects: Any, captured: Any) -> str:
    return rehearse(run, objects, captured)


def rehearse(run: RunSpec, objects: tuple[Sequence[Any], Any], saved: Any) -> str:
    """Why a fresh process would not go on as this one does; empty where it does, as far as a few steps show.

    Args:
        run: the run under way.
        objects: its training environments and their episode log, which stay as they are.
        saved: their captured state.
    """
    with tempfile.TemporaryDirectory(prefix="mjbench-rehearsal-") as folder:
        said = Path(folder) / "said"
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        pid = os.fork()
        if pid == 0:
            _become(Path(folder), run, objects, saved)
        how = _wait(pid)
        return said.read_text() if said.exists() else f"it could not be tested: the process that tested it {how}"


def main(folder: str) -> None:
    """In the new process: build, restore, play, compare; what differs goes into the file ``said``."""
    given = pickle.loads((Path(folder) / "given").read_bytes())
    run = load_run(given["run"])
    session = RunSession(run, Registry().task(run.task), ProgressWriter(Path(folder) / "progress.json", run.steps))
    count = given["count"]
    envs: list[Any] = [session.make_batch(count)] if given["batch"] else [session.make_env(i) for i in range(count)]
    for i, env in enumerate(envs):  # as algorithms do before they ask for a snapshot
        env.reset(seed=run.seed + i)
    try:
        restore((envs, session.episodes), given["saved"])
        set_random_state(given["random"])
        said = difference(given["played"], play(envs))
        for later in [] if said else given["later"]:  # a model of another size may come with the next episode
            restore((envs, session.episodes), later)
    except Exception as error:
        said = f"it cannot be restored into a fresh environment: {str(error) or type(error).__name__}"
    _say(Path(folder), said)


def play(envs: Sequence[Any], begun: Callable[[], None] = lambda: None) -> list[tuple[str, Any]]:
    """Steps and resets, with actions that are always the same: (where, what came out). Calls ``begun`` after resets."""
    trace: list[tuple[str, Any]] = []
    draws = np.random.default_rng(0)
    try:
        for step in range(ROUNDS * STEPS):
            if step and step % STEPS == 0:
                trace += [(f"the reset after step {step}", np.array(env.reset()[0])) for env in envs]
                begun()
            for env in envs:
                observation, reward, terminated, truncated, _ = env.step(_action(env, draws))
                trace.append((f"step {step + 1}: the observation", np.array(observation)))
                trace.append((f"step {step + 1}: the reward", np.array(reward)))
                trace.append((f"step {step + 1}: the end of the episode", np.array([terminated, truncated])))
                if not isinstance(env, TrainingBatch) and (terminated or truncated):
                    trace.append((f"the reset after step {step + 1}", np.array(env.reset()[0])))
    except Unresumable:
        raise
    except Exception as error:  # a task's own; it must come again in the same place
        trace.append((f"after {len(trace)} answers: an exception", np.array(f"{type(error).__name__}: {error}")))
    return trace


def difference(one: Sequence[tuple[str, Any]], other: Sequence[tuple[str, Any]]) -> str:
    """Where two traces part, in words; empty where they do not."""
    for (where, a), (place, b) in zip(one, other, strict=False):
        if where != place:
            what = f"{place}: {b}" if b.dtype.kind == "U" else f"{place} comes before {where}"
            return f"restored into a fresh environment it continues differently; {what}"
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            values = "" if a.shape != b.shape else f" ({_first(a, b)})"
            return f"restored into a fresh environment it continues differently; {where} differs{values}"
    return "" if len(one) == len(other) else "restored into a fresh environment it continues differently"


def _become(folder: Path, run: RunSpec, objects: tuple[Sequence[Any], Any], saved: Any) -> None:
    """In the fork: play on, and become the process that compares. Does not return."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        envs, later = objects[0], list[Any]()
        count, batch = len(envs), isinstance(envs[0], TrainingBatch)
        given = {
            "run": dump_run(run),
            "saved": saved,
            "random": random_state(),
            "batch": batch,
            "count": envs[0].num_envs if batch else count,
            "played": play(envs, lambda: later.append(capture(objects))),
            "later": later,
        }
        (folder / "given").write_bytes(pickle.dumps(given))
        os.execv(sys.executable, [sys.executable, "-m", "mjbench.runner.rehearsal", str(folder)])
    except Unresumable as error:
        _say(folder, str(error))
    except BaseException as error:
        _say(folder, f"it could not be tested: {type(error).__name__}: {error}")
    finally:
        os._exit(1)


def _say(folder: Path, text: str) -> None:
    (folder / "saying").write_text(text)
    (folder / "saying").rename(folder / "said")


def _wait(pid: int) -> str:
    """How the process ended."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return f"took more than {PATIENCE_S:.0f} s"
        time.sleep(0.02)


def _action(env: Any, draws: np.random.Generator) -> np.ndarray:
    batch = isinstance(env, TrainingBatch)
    space: Any = env.single_action_space if batch else env.action_space
    low, high = np.clip(space.low, -1e3, 1e3), np.clip(space.high, -1e3, 1e3)
    shape = (env.num_envs, *space.shape) if batch else space.shape
    return draws.uniform(low, high, shape).astype(space.dtype)


def _first(a: np.ndarray, b: np.ndarray) -> str:
    """The first number that differs."""
    flat, here = a.ravel(), b.ravel()
    place = next(i for i in range(flat.size) if flat[i : i + 1].tobytes() != here[i : i + 1].tobytes())
    return f"{here[place]} at {place}, not {flat[place]}"


if __name__ == "__main__":
    main(sys.argv[1])
