"""What a step returns besides the observation."""

import math
from numbers import Real
from typing import Any

import numpy as np

from mjbench.testing.case import Case, Skipped, Violation
from mjbench.testing.episodes import random_actions

TRIES = 5


def reward_and_end(case: Case) -> None:
    """Rewards are finite and within the declared range, ``terminated`` and ``truncated`` booleans, ``info`` a dict."""
    with case.env() as env:
        answer = env.reset(seed=1)
        if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[1], dict)):
            raise Violation("reset() must return (observation, info), info being a dictionary")
        for step, action in enumerate(random_actions(env, case.steps)):
            _, reward, terminated, truncated, info = env.step(action)
            if not isinstance(reward, Real) or isinstance(reward, (bool, np.bool_)):
                raise Violation(f"step {step}: the reward is {reward!r}, a {type(reward).__name__}; return a float")
            if not math.isfinite(reward):
                raise Violation(f"step {step}: the reward is {reward}")
            low, high = case.task.reward_range or (-math.inf, math.inf)
            if not low <= float(reward) <= high:
                raise Violation(
                    f"step {step}: the reward is {reward}, outside the declared reward_range {low} to {high}"
                )
            for name, flag in (("terminated", terminated), ("truncated", truncated)):
                if not isinstance(flag, (bool, np.bool_)):
                    raise Violation(f"step {step}: {name} is {flag!r}, a {type(flag).__name__}; return a bool")
            if not isinstance(info, dict):
                raise Violation(f"step {step}: info is a {type(info).__name__}, not a dictionary")
            if terminated or truncated:
                env.reset()


def info(case: Case) -> None:
    """``info`` holds what the task's success and metrics are read from, at every step, as numbers."""
    task = case.task
    keys = {metric.key: f"metric {metric.name}" for metric in task.metrics}
    if task.success is not None:
        keys[task.success] = "success"
    with case.env() as env:
        env.reset(seed=1)
        for step, action in enumerate(random_actions(env, case.steps)):
            _, _, terminated, truncated, info = env.step(action)
            for key, reader in keys.items():
                _readable(info, key, reader, step)
            if terminated or truncated:
                env.reset()


def _readable(info: dict[str, Any], key: str, reader: str, step: int) -> None:
    if key not in info:
        raise Violation(f"step {step}: info lacks {key!r}, which the task's {reader} is read from; it has {list(info)}")
    try:
        value = float(info[key])
    except (TypeError, ValueError):
        raise Violation(
            f"step {step}: info[{key!r}] = {info[key]!r} is not a number; {reader} is read from it"
        ) from None
    if not math.isfinite(value):
        raise Violation(f"step {step}: info[{key!r}], which {reader} is read from, is {value}")


def limit(case: Case) -> None:
    """An episode is truncated at the declared limit; time ends it neither earlier nor as a termination."""
    declared = case.task.episode_limit
    if case.quick and declared > 1000:
        raise Skipped(f"a quick check plays no episode of {declared:,} steps")
    terminated: list[int] = []
    truncated: list[int] = []
    with case.env() as env:
        for attempt in range(TRIES):
            length, by_termination = _episode(env, attempt, declared)
            if length == declared and not by_termination:
                return
            (terminated if by_termination else truncated).append(length)
    # Leaving the arena may truncate too, but at any step; what comes at one and the same step is a time limit.
    if len(truncated) > 1 and len(set(truncated)) == 1:
        raise Violation(f"the environment truncates at step {truncated[0]}, before the task's limit of {declared}")
    if len(terminated) == TRIES and len(set(terminated)) == 1:
        raise Violation(
            f"{TRIES} random episodes are all terminated at step {terminated[0]}: an end by time is a truncation, and "
            f"comes at the declared limit of {declared}"
        )


def _episode(env: Any, seed: int, declared: int) -> tuple[int, bool]:
    """Length of a random episode, and whether it was terminated."""
    env.reset(seed=seed)
    for step, action in enumerate(random_actions(env, declared, seed), start=1):
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            return step, bool(terminated)
    raise Violation(f"an episode continues after the task's limit of {declared} steps")
