"""The order of the runs, and what comes of each; a launcher (``mjbench.api.launcher``) only says where workers run."""

import math
import sys
import time
from collections.abc import Generator, Sequence

from mjbench.api.launcher import Launcher, Room, State
from mjbench.errors import MjbenchError
from mjbench.launch.attempt import Attempt, Ended, found_at, how_it_ended
from mjbench.launch.estimate import Estimator
from mjbench.launch.leftovers import clear_leftovers
from mjbench.launch.memory import MemoryLimit, available, needs
from mjbench.launch.one_line import of_the_launcher, one_line, tell
from mjbench.launch.order import longest_first
from mjbench.launch.start import Need, Starter
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import STALE_S, is_claimed
from mjbench.runner.command import STOPPED
from mjbench.spec.run import RunSpec
from mjbench.store.remote_api import Remote
from mjbench.store.remote_records import download_run
from mjbench.store.store import ResultStore

POLL_S = 0.2
TELL_S = 1.0
PROBE_S = 10.0
"""How often the results folder is tried while workers are at work."""
PATIENCE_S = 30.0
"""How long a worker that must stop may take before it is killed."""
UNKNOWN_STEPS_PER_S = 100.0
"""Of an algorithm without a figure and without a record; only the order of the runs rests on it."""


class Queue:
    """Works off runs: the longest first, each behind the one it starts from, as many at once as fit.

    Args:
        launcher: where workers run.
        store: where records go.
        estimator: has read the existing records; None for one that reads them.
        jobs: how many at once; 0 for as many as fit by the launcher.
        snapshot_every_s: seconds between snapshots; None for the usual.
        remote: the place that all machines share; None for none.

    Raises:
        MjbenchError: the launcher does not say how many workers fit.
    """

    def __init__(
        self,
        launcher: Launcher,
        store: ResultStore,
        estimator: Estimator | None = None,
        jobs: int = 0,
        snapshot_every_s: float | None = None,
        remote: Remote | None = None,
    ) -> None:
        self.ended: list[Ended] = []
        """What came of the runs so far, in the order in which they ended."""
        self._launcher, self._store, self._estimator = launcher, store, estimator
        self._starter = Starter(launcher, store, snapshot_every_s, remote.url if remote else None)
        self._remote = remote
        with of_the_launcher("does not say how many workers fit"):
            self._room = launcher.room(jobs)
            if not isinstance(self._room, Room):
                raise TypeError(f"room() gave {self._room!r}, which is no Room")
        self._attempts: list[Attempt] = []
        self._probed = time.monotonic()
        self._refused = ""
        self._told: set[tuple[str, str]] = set()

    @property
    def at_once(self) -> int:
        """Most workers at once."""
        return max(1, self._room.workers)

    @property
    def detached(self) -> bool:
        """Whether workers outlive this process."""
        return self._launcher.detached

    @property
    def at_work(self) -> list[RunSpec]:
        """The runs whose workers have been started and have not ended."""
        return [attempt.run for attempt in self._attempts]

    def work(self, runs: Sequence[RunSpec]) -> Generator[None, None, None]:
        """Execute ``runs``, each after the run of its warm start, yielding about once a second.

        Closing the generator stops the workers, but for those of a launcher whose workers are detached.
        """
        clear_leftovers(self._store, runs)
        waiting, memory = self._planned(runs)
        look, yielded = True, 0.0
        try:
            while waiting or self._attempts:
                if look:
                    self._fill(waiting, memory)
                time.sleep(POLL_S)
                before = len(self._attempts)
                for attempt in list(self._attempts):
                    state = self._over(attempt)
                    if state is not None:
                        self._attempts.remove(attempt)
                        self._account(attempt, state)
                look = len(self._attempts) < before or not self._attempts
                if time.monotonic() - yielded >= TELL_S:
                    self._watch()
                    yield
                    yielded = time.monotonic()
            yield
        finally:
            if not self._launcher.detached:
                if self._attempts:
                    print("\nStopping the workers ...", file=sys.stderr, flush=True)
                self._stop()

    def hand_over(self, runs: Sequence[RunSpec]) -> list[RunSpec]:
        """Start what can be started now and leave it to the launcher; the runs that wait for another one's policy.

        Raises:
            MjbenchError: the launcher's workers end with this process, or it cannot start them.
        """
        if not self._launcher.detached:
            raise MjbenchError("--detach needs a launcher whose workers outlive mjbench, such as --launcher slurm")
        clear_leftovers(self._store, runs)
        waiting, memory = self._planned(runs)
        self._fill(waiting, memory)
        return waiting

    def stop(self) -> None:
        """End the workers, also those that outlive this process; their snapshots stay. ``work`` is then at its end."""
        self._stop()

    def _planned(self, runs: Sequence[RunSpec]) -> tuple[list[RunSpec], MemoryLimit]:
        """The runs in the order in which to do them, and what is known of their memory."""
        if self._estimator is None:
            self._estimator = Estimator(Registry())
            self._estimator.learn(self._store.current(training=False)[0])
        estimator = self._estimator
        free = available() if self._room.memory is None else self._room.memory
        try:
            ordered = longest_first(runs, lambda run: estimator.seconds(run) or run.steps / UNKNOWN_STEPS_PER_S)
            return ordered, MemoryLimit(free, needs(runs, min(self.at_once, len(runs)), free, estimator), tell)
        except MjbenchError:  # something that is not installed: its workers will say so
            return list(runs), MemoryLimit(free, {}, tell)

    def _fill(self, waiting: list[RunSpec], memory: MemoryLimit) -> None:
        """Start as many of those that wait as fit."""
        most = math.inf if self._room.ahead else self.at_once
        while True:
            begun: list[RunSpec] = []
            while len(self._attempts) + len(begun) < most:
                run = self._next(waiting, [*self.at_work, *begun], memory)
                if run is None:
                    break
                begun.append(run)
            if not begun:
                return
            started = self._starter.start([(run, self._need(run, memory)) for run in begun])
            self._attempts += started.attempts
            self.ended += started.ended

    def _next(self, waiting: list[RunSpec], at_work: list[RunSpec], memory: MemoryLimit) -> RunSpec | None:
        """Take the first run that need not wait for the one it starts from, nor for memory; None where all must."""
        ahead = {run.run_id for run in (*at_work, *waiting)} if any(run.source for run in waiting) else set()
        for place, run in enumerate(waiting):
            ready = run.source not in ahead or self._store.source(run) is not None
            if ready and memory.fits(run, at_work):
                return waiting.pop(place)
        return None

    def _need(self, run: RunSpec, memory: MemoryLimit) -> Need:
        try:
            return Need(memory.need(run), None if self._estimator is None else self._estimator.seconds(run))
        except MjbenchError:  # something that is not installed: its worker will say so
            return Need(memory.need(run), None)

    def _over(self, attempt: Attempt) -> State | None:
        """Its last state, where the worker is over; None while there is something to come from it."""
        state = attempt.state()
        if state == "running":
            attempt.missed_since = None
            return None
        final = state != "unknown" and (not self._launcher.detached or state == STOPPED)
        if final or attempt.record(self._store) is not None:
            return state
        # Files that another machine wrote can be seen late, and a launcher may not know for a while.
        now = time.monotonic()
        attempt.missed_since = attempt.missed_since or now
        patient = now - attempt.missed_since <= STALE_S or is_claimed(self._store.work(attempt.run))
        return None if patient else state

    def _account(self, attempt: Attempt, state: State) -> None:
        """See to it that a worker that is over has left a record, and clean up, but for snapshots of a killed one."""
        run, store, found = attempt.run, self._store, None
        attempt.say_snapshots(store, self._told)
        with one_line(run):
            if self._remote is not None and attempt.record(store) is None:
                download_run(self._remote, store, run)  # of a worker that has another folder than ours
            folder = attempt.record(store)
            if state == "unknown" and folder is None:
                raise MjbenchError(f"its worker has not reported for {STALE_S:.0f} s; the same command tries again")
            if isinstance(state, int) and state != STOPPED and folder is None and not attempt.vanished:
                folder = attempt.fail(how_it_ended(state), store)
            found = None if folder is None else found_at(folder, store)
            if found is None and state == STOPPED and self._launcher.detached and not is_claimed(store.work(run)):
                tell(f"{run.label}: its job was stopped before the run was done; the same command continues it")
            if store.has(run) and not is_claimed(store.work(run)):
                store.clear_work([run])
        self.ended.append(Ended(run, found))

    def _watch(self) -> None:
        """Say at once where a run starts again, and where results that are under way cannot be kept any more."""
        for attempt in self._attempts:
            attempt.say_snapshots(self._store, self._told)
            work = self._store.work(attempt.run)
            if not attempt.vanished and not (work / "run.json").exists() and not self._store.has(attempt.run):
                attempt.vanished = True
                tell(f"{attempt.run.label}: stopped, as its folder {work} has vanished and no record can be written")
                attempt.stop(force=False)
        if self._attempts and time.monotonic() - self._probed >= PROBE_S:
            try:
                self._store.prepare(self.at_work)
                self._refused = ""
            except MjbenchError as error:
                if str(error) != self._refused:
                    self._refused = str(error)
                    tell(self._refused)
            self._probed = time.monotonic()

    def _stop(self) -> None:
        """End all workers: in good order, and those that do not obey by force."""
        left = self._attempts
        for force in (False, True):
            for attempt in left:
                attempt.stop(force)
            deadline = time.monotonic() + PATIENCE_S
            while left and time.monotonic() < deadline:
                time.sleep(POLL_S / 10)
                left = [attempt for attempt in left if attempt.state() in ("running", "unknown")]
        attempts, self._attempts = self._attempts, []
        for attempt in attempts:
            self._account(attempt, STOPPED)
