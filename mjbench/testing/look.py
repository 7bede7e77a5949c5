"""A look at a task before anything trains on it: two seconds, for tasks that nobody has checked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.envs.make import make_env
from mjbench.snapshot.random_state import random_state, set_random_state
from mjbench.spec.task import TaskSpec
from mjbench.testing.answers import Answers, Fault

SEED, OTHERS = 7, (11, 12)
STEPS = 60
PLAY_S = 0.4
"""A slow environment is played for fewer steps."""


@dataclass(frozen=True)
class Notice:
    """One thing that is wrong with a task, and what to do."""

    text: str
    error: bool = True
    """Whether training on it would be for nothing."""


def look(task: TaskSpec) -> list[Notice]:
    """Build the task, play it a little, and say what is wrong; one cause is one notice. Global generators stay."""
    before = random_state()
    try:
        with _built(task) as env, _built(task) as other:
            notices = _spaces(env)
            first = Answers(env.observation_space)
            try:
                steps = _play(env, first, SEED)
                notices += [Notice(text, error) for text, error in first.notices]
                notices += _seeds(env, other, first, steps)
            except Fault as fault:  # the rest would fail for the same cause
                notices.append(Notice(str(fault)))
            return notices
    except Exception as error:
        return [Notice(f"it cannot be played: {type(error).__name__}: {error}")]
    finally:
        set_random_state(before)


@contextmanager
def _built(task: TaskSpec) -> Iterator[Any]:
    """The environment inside of the time limit, which would hide what it returns."""
    env = make_env(task)
    try:
        yield env.env
    finally:
        env.close()


def _spaces(env: Any) -> list[Notice]:
    space = env.action_space
    low, high = space.low, space.high
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return [Notice("the action space has no bounds; declare finite ones, such as Box(-1, 1, ...)", error=False)]
    if (low + high != 0).any() or (high > 10).any():
        bounds = f"[{low.flat[0]:g}, {high.flat[0]:g}]"
        cure = "policies begin around 0 with a spread of 1: wrap it in gymnasium.wrappers.RescaleAction(env, -1, 1)"
        return [Notice(f"actions lie in {bounds}; {cure}", error=False)]
    return []


def _play(env: Any, answers: Answers, seed: int, steps: int = STEPS) -> int:
    """Play with actions that are always the same; how many steps there was time for."""
    draws, began = np.random.default_rng(0), time.monotonic()
    low, high = np.clip(env.action_space.low, -1e3, 1e3), np.clip(env.action_space.high, -1e3, 1e3)
    answers.reset(lambda: env.reset(seed=seed), seed)
    for step in range(steps):
        action = draws.uniform(low, high).astype(env.action_space.dtype)
        if answers.step(lambda action=action: env.step(action), action):
            answers.reset(env.reset)
        if steps == STEPS and time.monotonic() - began > PLAY_S:
            return step + 1
    return steps


def _seeds(env: Any, other: Any, first: Answers, steps: int) -> list[Notice]:
    """Whether a seed determines an episode, and nothing else does."""

    def again(where: Any, seed: int = SEED) -> list[np.ndarray]:
        answers = Answers(env.observation_space)
        _play(where, answers, seed, steps)
        return answers.trace

    state = random_state()
    elsewhere, here = again(other), again(env)
    if not _same(first.trace, elsewhere):
        set_random_state(state)
        one = again(env)
        set_random_state(state)
        by_global = _same(one, again(other))
        cause = "it draws from the global generator of numpy or random" if by_global else "something else decides, too"
        return [
            Notice(
                f"reset(seed={SEED}) twice gives two different episodes: {cause}; begin reset() with "
                "super().reset(seed=seed), and draw from self.np_random only"
            )
        ]
    if not _same(first.trace, here):
        return [
            Notice(
                f"reset(seed={SEED}) gives another episode after an episode was played: something is kept from one "
                "episode to the next; set all state in reset(), filters and counters of wrappers too"
            )
        ]
    if all(_same(first.trace, again(env, seed)) for seed in OTHERS):
        return [Notice("three seeds give one and the same episode; draw the start from self.np_random", error=False)]
    return []


def _same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))
