"""Saving an environment in the middle of an episode, and going on from there."""

import pickle

from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore
from mjbench.testing.case import Case, Skipped, Violation
from mjbench.testing.episodes import difference, play, random_actions

BEFORE = 20


def state(case: Case) -> None:
    """State that is saved, disturbed and restored continues identically, also in an environment built afresh."""
    if case.task.stateless_reason:
        raise Skipped(f"runs restart instead of resuming: {case.task.stateless_reason}")
    with case.env() as env, case.env() as fresh:
        before, after = random_actions(env, BEFORE, seed=1), random_actions(env, case.steps, seed=2)
        play(env, before, seed=3)
        try:
            saved = pickle.dumps(capture(env))
        except Unresumable as error:
            raise Violation(f"the state cannot be saved: {error}; or declare a stateless_reason") from error
        expected = play(env, after)
        play(env, before[:5], seed=4)  # the disturbance
        play(fresh, before[:3], seed=5)
        for place, target in (("after a disturbance", env), ("in an environment built afresh", fresh)):
            try:
                restore(target, pickle.loads(saved))
            except Unresumable as error:
                raise Violation(f"the state cannot be restored {place}: {error}") from error
            if found := difference(expected, play(target, after)):
                raise Violation(f"state restored {place} continues differently; {found}; or declare a stateless_reason")
