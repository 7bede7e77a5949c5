"""Decides when a run is snapshotted, and what belongs in it besides the algorithm's own state."""

import pickle
import sys
import time
from collections.abc import Callable
from typing import Any

from mjbench.api.session import Rows, Stopped
from mjbench.runner.claim import Claim
from mjbench.runner.command import DROPPED, REFUSED, SNAPSHOT_EVERY_S
from mjbench.snapshot.files import Snapshots
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore
from mjbench.snapshot.random_state import random_state, set_random_state


class Keeper:
    """Snapshots of one run: when, what, and what to say where they cannot be had.

    Args:
        snapshots: where they are kept.
        claim: the worker's claim on the run; without it nothing is written.
        refusal: why this task's state cannot be saved; empty if it can.
        period_s: seconds between snapshots.
        tell: takes a line for the run's log.
        try_out: given the live objects and their captured state, says why it would not go on elsewhere; None where
            the task's state is known to be whole.
    """

    def __init__(
        self,
        snapshots: Snapshots,
        claim: Claim | None = None,
        refusal: str = "",
        period_s: float = SNAPSHOT_EVERY_S,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
        try_out: Callable[[Any, Any], str] | None = None,
    ) -> None:
        self.asked = False
        """Whether the algorithm takes snapshots at all, and the task allows them."""
        self.resumed = 0
        """How often the run has gone on from a snapshot."""
        self.step = 0
        """Environment steps of the snapshot that this worker went on from; 0 for a run from the beginning."""
        self.spent_s = 0.0
        """Wall time spent on snapshots."""
        self.cpu_s = 0.0
        """Processor time of earlier workers, up to the snapshot that this one went on from."""
        self._wall_s = 0.0
        self._snapshots = snapshots
        self._claim = claim
        self._refusal = refusal
        self._period_s = period_s
        self._tell = tell
        self._try_out = try_out
        self._start = time.perf_counter()
        self._last = time.monotonic()
        if refusal:
            self.refuse(refusal)

    def elapsed_s(self) -> float:
        """Wall time of the run, earlier workers included."""
        return self._wall_s + time.perf_counter() - self._start

    def due(self, stopping: bool) -> bool:
        """Whether to save now: the period is over, or the run is to end."""
        if self._refusal:
            return False
        self.asked = True
        return stopping or time.monotonic() - self._last >= self._period_s

    def save(self, step: int, state: Any, rows: Rows | None, own: Any, objects: Any) -> None:
        """Write a snapshot; a disk that refuses costs the snapshot, not the run.

        Raises:
            Stopped: another worker has taken the run over.
        """
        if self._refusal:
            return
        if self._claim is not None and not self._claim.held():
            self._tell("another worker took over this run")
            raise Stopped
        start = time.perf_counter()
        try:
            body = self._body(state, own, objects)
        except MemoryError as error:
            self._tell(f"no snapshot at step {step:,}: {error or 'out of memory'}")
        except Exception as error:  # whatever an environment or an algorithm holds, it must not end the training
            self.refuse(str(error) if isinstance(error, Unresumable) else f"{type(error).__name__}: {error}")
        else:
            try:
                self._snapshots.write(step, body, rows)
            except OSError as error:
                self._tell(f"no snapshot at step {step:,}: {error}")
        self.spent_s += time.perf_counter() - start
        self._last = time.monotonic()

    def _body(self, state: Any, own: Any, objects: Any) -> bytes:
        """All of a snapshot but the rows.

        Raises:
            Unresumable: it would not do.
        """
        captured = capture(objects)
        if self._try_out is not None:
            reason, self._try_out = self._try_out(objects, captured), None
            if reason:
                raise Unresumable(reason)
        body = {
            "algorithm": state,
            "own": own,
            "objects": captured,
            "random": random_state(),
            "resumed": self.resumed,
            "wall_s": self.elapsed_s(),
            "spent_s": self.spent_s,
            "cpu_s": self.cpu_s + time.process_time(),
        }
        return pickle.dumps(body, protocol=pickle.HIGHEST_PROTOCOL)

    def refuse(self, reason: str) -> None:
        """Keep no snapshots from now on, and say why."""
        self._refusal, self.asked = reason, False
        self._tell(f"{REFUSED}{reason}; a stopped run starts again")

    def restore(self, rows: Rows | None, objects: Any) -> tuple[Any, Any] | None:
        """The algorithm's state and the session's own, once everything else is back in place; None without any.

        Raises:
            Unresumable: the snapshot does not fit what was built.
        """
        if self._refusal:
            return None
        self.asked = True
        found = self._snapshots.latest()
        for problem in self._snapshots.problems:
            self._tell(f"{DROPPED}{problem}; " + ("an earlier one is" if found else "the run starts again"))
        if found is None:
            return None
        try:
            body = pickle.loads(self._snapshots.read(found, rows))
            restore(objects, body["objects"])
        except Unresumable:
            raise
        except Exception as error:  # whatever unpickling may meet
            raise Unresumable(f"{type(error).__name__}: {error}") from error
        self._try_out = None  # what lies on the disk was tried out before it was written
        self.resumed = body["resumed"] + 1
        self.step = found.step
        self._wall_s, self.cpu_s, self.spent_s = body["wall_s"], body["cpu_s"], body["spent_s"]
        set_random_state(body["random"])
        self._last = time.monotonic()
        self._tell(f"resumed at step {found.step:,}")
        return body["algorithm"], body["own"]
