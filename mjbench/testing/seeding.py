"""A seed determines an episode, and another seed gives another one."""

from itertools import pairwise

import numpy as np

from mjbench.testing.case import Case, Violation
from mjbench.testing.episodes import difference, play, random_actions

SEED = 7
OTHERS = (11, 12, 13, 14)


def same_seed(case: Case) -> None:
    """The same seed gives the same trajectory: again on the same object, and on one with another past."""
    with case.env() as env, case.env() as other:
        actions = random_actions(env, case.steps)
        first = play(env, actions, SEED)
        if found := difference(first, play(env, actions, SEED)):
            raise Violation(f"a second reset(seed={SEED}) of the same object gives another trajectory; {found}")
        play(other, random_actions(other, 5, seed=1), OTHERS[0])
        if found := difference(first, play(other, actions, SEED)):
            raise Violation(f"another object with another past differs after reset(seed={SEED}); {found}")


def different_seeds(case: Case) -> None:
    """Different seeds give different episodes, to the policy or at least to the eye."""
    with case.env() as env:
        actions = random_actions(env, case.steps)
        first = play(env, actions, SEED)
        if any(difference(first, play(env, actions, seed)) for seed in OTHERS):
            return
    if not _looks_different(case):
        count = len(OTHERS) + 1
        raise Violation(f"{count} seeds give one and the same trajectory; draw from self.np_random in reset()")


def _looks_different(case: Case) -> bool:
    """Whether seeds give different pictures: what they change may be hidden from the observation, such as a maze."""
    try:
        with case.env(render_mode="rgb_array") as env:
            pictures = []
            for seed in (SEED, *OTHERS):
                env.reset(seed=seed)
                pictures.append(np.array(env.render()))
    except Exception:  # whether it can be rendered is another check's matter
        return False
    return any(not np.array_equal(pictures[0], other) for other in pictures[1:])


def observations(case: Case) -> None:
    """Observations are finite, change during an episode, and share no memory."""
    with case.env() as env:
        actions = random_actions(env, case.steps)
        received = [env.reset(seed=SEED)[0]]
        copies = [np.array(received[0])]
        for step, action in enumerate(actions):
            observation, _, terminated, truncated, _ = env.step(action)
            if not np.isfinite(observation).all():
                place = int(np.flatnonzero(~np.isfinite(observation))[0])
                raise Violation(f"step {step}: observation[{place}] is {observation[place]}")
            received.append(observation)
            copies.append(np.array(observation))
            if terminated or truncated:
                break
        if not np.isfinite(copies[0]).all():
            raise Violation("reset() returns an observation that is not finite")
        if all(np.array_equal(copies[0], later) for later in copies[1:]):
            raise Violation(f"the observation is constant over {len(copies) - 1} steps of random actions")
        for before, after in pairwise(received):
            if np.shares_memory(before, after):
                raise Violation("two observations share memory: a stored one changes later; return a copy")
        for index, (now, then) in enumerate(zip(received, copies, strict=True)):
            if not np.array_equal(now, then):
                raise Violation(f"observation {index} has changed since it was returned; return a copy")
        _not_read_back(case, actions)


def _not_read_back(case: Case, actions: np.ndarray) -> None:
    """Whoever writes into an observation must not reach the simulation."""
    with case.env() as env, case.env() as other:
        env.reset(seed=SEED)
        observation, _ = other.reset(seed=SEED)
        if observation.flags.writeable:
            observation[...] = 0.5
        expected, got = env.step(actions[0]), other.step(actions[0])
        if not np.array_equal(expected[0], got[0]) or expected[1] != got[1]:
            raise Violation("writing into an observation changes the simulation; return a copy")
