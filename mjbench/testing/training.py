"""What training may do with a task that evaluation never does: play at levels of a curriculum, start from a policy."""

import math
from typing import Any

import numpy as np

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError
from mjbench.spec.curriculum import LEVEL
from mjbench.testing.case import Case, Skipped, Violation
from mjbench.testing.episodes import difference, play, random_actions

SEED = 7


def curriculum(case: Case) -> None:
    """Every level can be played; the end of an episode gives the score; without a level it is the full task again."""
    rule = case.task.curriculum
    if rule is None:
        raise Skipped("the task has no curriculum")
    with case.env() as env, case.env() as other:
        actions = random_actions(env, case.steps)
        full = play(env, actions, SEED)
        for level in range(rule.levels):
            one, two = (np.array(each.reset(seed=SEED, options={LEVEL: level})[0]) for each in (env, other))
            if not np.array_equal(one, two):
                raise Violation(f"reset(seed={SEED}) at level {level} gives another observation the second time")
            if not env.observation_space.contains(one):
                raise Violation(f"reset at level {level} gives an observation outside the space")
            env.step(actions[0])
            if level in (0, rule.levels - 1):
                _score(env, rule.score, level, case.task.episode_limit)
            if found := difference(full, play(env, actions, SEED)):
                raise Violation(f"reset without a level is not the full task after one at level {level}: {found}")


def warm_start(case: Case) -> None:
    """The task whose policy training starts from exists, and has the same spaces."""
    source = case.task.warm_start
    if not source:
        raise Skipped("the task has no warm start")
    try:
        task = case.registry.task(source)
    except MjbenchError as error:
        raise Violation(f"the task for its warm start: {error}") from error
    other = make_env(task)
    try:
        with case.env() as env:
            for name in ("observation_space", "action_space"):
                here, there = getattr(env, name), getattr(other, name)
                if here.shape != there.shape:
                    raise Violation(f"{name} has the shape {here.shape}, that of {source} {there.shape}")
    finally:
        other.close()


def _score(env: Any, key: str, level: int, limit: int) -> None:
    env.reset(seed=SEED, options={LEVEL: level})
    info: dict[str, Any] = {}
    for action in random_actions(env, limit, seed=1):
        *_, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            break
    try:
        score = float(info[key])
    except (KeyError, TypeError, ValueError):
        raise Violation(f"at the end of an episode info has no number {key!r}, the curriculum's score") from None
    if not math.isfinite(score):
        raise Violation(f"the curriculum's score, info[{key!r}], is {score} at the end of an episode")
