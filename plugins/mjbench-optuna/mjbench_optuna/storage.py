"""The trials of a study on disk: Optuna's journal, and claims that say who is at which trial."""

import contextlib
import fcntl
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState

from mjbench.errors import MjbenchError
from mjbench.runner.claim import Claim
from mjbench_optuna.plan import StudyPlan

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
JOURNAL = "journal.log"
CLAIMS = "claims"
STARTUP = 5
"""Trials that are drawn at random, and complete trials before one is pruned."""
STOPPED = "stopped"
"""Attribute of a trial: runs that pruning has stopped, each with its steps and seconds."""
ERROR = "error"
"""Attribute of a failed trial."""


class Trials:
    """The trials of the study in ``folder``, shared by all workers that use the folder.

    Args:
        folder: of the study.
        plan: what it is.

    Raises:
        MjbenchError: the journal is damaged or cannot be used.
    """

    def __init__(self, folder: Path, plan: StudyPlan) -> None:
        self._folder, self._plan = folder, plan
        self._claims: dict[int, Claim] = {}
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        with self._locked():
            _mend(folder / JOURNAL)
            try:
                storage = JournalStorage(JournalFileBackend(str(folder / JOURNAL)))
                pruner = optuna.pruners.MedianPruner(STARTUP) if plan.prune else optuna.pruners.NopPruner()
                self.study = optuna.create_study(
                    study_name="mjbench", storage=storage, direction="maximize", load_if_exists=True, pruner=pruner
                )
                self.all()
            except OSError as error:
                raise MjbenchError(f"cannot use {folder / JOURNAL}: {error.strerror or error}") from error
            except Exception as error:
                line = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                raise MjbenchError(
                    f"{folder / JOURNAL} is damaged ({line}); the records of its trials are in {folder / 'results'}. "
                    "Restore the file, or begin again with another --out"
                ) from error

    def all(self) -> list[FrozenTrial]:
        """Every trial, by number."""
        return self.study.get_trials(deepcopy=False)

    def next(self, most: int) -> Trial | None:
        """A trial to work on: one that was left, or a new one; None where there are ``most`` already.

        It is ours until ``release``.
        """
        with self._locked(), _undisturbed():  # half a drawing would continue otherwise
            trials = self.all()
            for left in trials:
                if left.state == TrialState.RUNNING and left.number not in self._claims and self._claim(left.number):
                    return self._drawn(Trial(self.study, left._trial_id))
            if len(trials) >= most:
                return None
            # A sampler of its own for each trial: a study that was stopped draws what it would have drawn.
            self.study.sampler = _sampler(self._plan.sampler, len(trials))
            trial = self.study.ask()
            self._claim(trial.number)
            return self._drawn(trial)

    def release(self, number: int) -> None:
        """Let other workers have the trial, if it is not finished."""
        if number in self._claims:
            self._claims.pop(number).release()

    @contextlib.contextmanager
    def exclusively(self, what: str) -> Iterator[bool]:
        """Whether no other worker is at ``what``, which then is ours."""
        claim, taken = self._take(what)
        try:
            yield taken
        finally:
            claim.release()

    def _claim(self, number: int) -> bool:
        claim, taken = self._take(str(number))
        if taken:
            self._claims[number] = claim
        return taken

    def _take(self, what: str) -> tuple[Claim, bool]:
        with _usable(self._folder / CLAIMS / what) as path:
            claim = Claim(path)
            return claim, claim.take()

    def _drawn(self, trial: Trial) -> Trial:
        for name, parameter in self._plan.space.items():
            parameter.suggest(name, trial)
        return trial

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with _usable(self._folder / "lock") as path:
            file = open(path, "wb")  # noqa: SIM115
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextlib.contextmanager
def _usable(path: Path) -> Iterator[Path]:
    """Errors of the file system name ``path`` in one line."""
    try:
        yield path
    except OSError as error:
        raise MjbenchError(f"cannot use {path}: {error.strerror or error}") from error


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Holds back signals to stop until the end of the block."""
    if threading.current_thread() is not threading.main_thread():  # signals go to the main thread alone
        yield
        return
    held: list[int] = []
    before = {number: signal.signal(number, lambda got, _: held.append(got)) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if held:
            signal.raise_signal(held[0])


def changes_of(plan: StudyPlan, trial: FrozenTrial | Trial) -> dict[str, Any]:
    """The hyperparameters that a trial has drawn; of the plan's space alone, and only those that it has."""
    return {name: each.value(trial.params[name]) for name, each in plan.space.items() if name in trial.params}


def _sampler(name: str, number: int) -> "optuna.samplers.BaseSampler":
    if name == "random":
        return optuna.samplers.RandomSampler(seed=number)
    return optuna.samplers.TPESampler(n_startup_trials=STARTUP, seed=number, constant_liar=True, multivariate=True)


def _mend(path: Path) -> None:
    """Remove a last line that was cut off by a kill, which nobody has read yet."""
    try:
        data = path.read_bytes()
        end = data.rfind(b"\n") + 1
        if end < len(data):
            with open(path, "r+b") as file:
                file.truncate(end)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise MjbenchError(f"cannot use {path}: {error.strerror or error}") from error
