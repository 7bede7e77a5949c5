"""Episodes of a policy on published seeds, as many as are wanted, played as its own evaluation played them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mjbench.api.policy import Policy
from mjbench.envs.gymnasium_ids import is_outside
from mjbench.envs.vector import make_batch
from mjbench.errors import MjbenchError
from mjbench.evaluation.evaluator import Episodes, info_keys, play_episodes
from mjbench.evaluation.held import HeldPolicy
from mjbench.evaluation.subject import Subject, check_fit

Tell = Callable[[int, int, int], None]
"""Takes the steps that are taken of the episodes under way, the episodes that are over, and all episodes."""


def evaluate(
    subject: Subject,
    episodes: int | None = None,
    seed: int | None = None,
    stochastic: bool = False,
    jobs: int = 1,
    tell: Tell = lambda *_: None,
) -> Episodes:
    """Play a policy on its task.

    The policy's network runs for as many observations as in the evaluation of its run, so that the same episodes give
    the same returns to the last bit. More episodes are played in several batches of that size.

    Args:
        subject: the policy and its task.
        episodes: how many; None for those of the final evaluation.
        seed: of the first; None for the first published one.
        stochastic: draw actions from the policy's distribution, not its mode.
        jobs: processes that share the episodes; their number changes no return.
        tell: takes the progress, of this process's share.

    Raises:
        MjbenchError: the policy does not fit the task, or it has no distribution to draw from.
        RecordError: it gives actions that the task does not have.
    """
    protocol = subject.protocol
    wanted = protocol.final_episodes if episodes is None else episodes
    first = protocol.seed if seed is None else seed
    size = -(-wanted // min(jobs, wanted))
    parts = [range(first + start, first + min(start + size, wanted)) for start in range(0, wanted, size)]
    if len(parts) == 1 or stochastic:
        return _played(subject, range(first, first + wanted), stochastic, tell)
    with ProcessPoolExecutor(len(parts) - 1, mp_context=get_context("fork")) as pool:
        others = [pool.submit(_played, subject, part, stochastic) for part in parts[1:]]
        own = _played(subject, parts[0], stochastic, lambda step, done, _: tell(step, done, wanted))
        return _joined([own, *(other.result() for other in others)])


def _played(subject: Subject, seeds: range, stochastic: bool, tell: Tell = lambda *_: None) -> Episodes:
    """Episodes with these seeds, in batches of at most those of the run's evaluation, each at its own row of these."""
    rows = subject.protocol.final_episodes
    policy = _Sampled(subject, seeds[0]) if stochastic else subject.policy
    parts: list[Episodes] = []
    batch: Any = None
    done = 0
    with threadpool_limits(subject.threads, user_api="blas"):
        try:
            while done < len(seeds):
                place = (seeds[done] - subject.protocol.seed) % rows
                own = seeds[done : done + rows - place]
                if batch is None or batch.num_envs != len(own) or is_outside(subject.task.id):
                    if batch is not None:
                        batch.close()
                    batch = make_batch(subject.task, len(own), info_keys(subject.task))
                    check_fit(subject, batch, rows)
                bounds = batch.single_action_space.low, batch.single_action_space.high
                watched = _Watched(batch, lambda step, done=done: tell(step, done, len(seeds)))
                held = HeldPolicy(policy, rows, bounds, place)
                parts.append(play_episodes(watched, subject.task, held, own))
                done += len(own)
        finally:
            if batch is not None:
                batch.close()
    return _joined(parts)


def has_distribution(policy: Policy) -> bool:
    """Whether actions can be drawn from the policy; see ``mjbench.api.policy.Policy``."""
    return callable(getattr(policy, "sample", None))


class _Sampled:
    """A policy whose actions are drawn."""

    def __init__(self, subject: Subject, seed: int) -> None:
        if not has_distribution(subject.policy):
            raise MjbenchError(
                f"the policy file of {subject.label} holds the mode of its actions and no distribution; "
                "leave out --stochastic"
            )
        self._policy: Any = subject.policy
        self._draw = np.random.default_rng(seed)

    def act(self, observation: np.ndarray) -> np.ndarray:
        """observation (N, observation size) -> action (N, action size)."""
        return self._policy.sample(observation, self._draw)

    def save(self, folder: Path) -> None:
        """See ``mjbench.api.policy.Policy``."""
        self._policy.save(folder)


class _Watched:
    """A batch that says how far it is."""

    def __init__(self, batch: Any, tell: Callable[[int], None]) -> None:
        self._batch, self._tell = batch, tell
        self._step = 0

    def reset(self, *, seed: Sequence[int]) -> Any:
        """See ``gymnasium.vector.VectorEnv``."""
        return self._batch.reset(seed=seed)

    def step(self, actions: np.ndarray) -> Any:
        """See ``gymnasium.vector.VectorEnv``."""
        self._tell(self._step)
        self._step += 1
        return self._batch.step(actions)


def _joined(parts: Sequence[Episodes]) -> Episodes:
    whole = replace(parts[0], metrics=dict(parts[0].metrics))
    for part in parts[1:]:
        whole.seed = whole.seed + part.seed
        whole.episode_return = whole.episode_return + part.episode_return
        whole.episode_length = whole.episode_length + part.episode_length
        whole.success = None if whole.success is None else whole.success + (part.success or [])
        whole.metrics = {name: values + part.metrics[name] for name, values in whole.metrics.items()}
    return whole
