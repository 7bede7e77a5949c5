"""A policy under every condition of a disturbance set: undisturbed first, then each strength of each condition."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from threadpoolctl import threadpool_limits

from mjbench.api.policy import Policy
from mjbench.envs.vector import make_batch
from mjbench.evaluation.disturbances.batch import DisturbedBatch
from mjbench.evaluation.disturbances.catalogue import CONDITIONS, absences, choose
from mjbench.evaluation.disturbances.condition import Effect
from mjbench.evaluation.disturbances.noise import NOISE, Noise, Watch
from mjbench.evaluation.disturbances.target import Target
from mjbench.evaluation.evaluator import Episodes, info_keys, play_episodes
from mjbench.evaluation.held import HeldPolicy
from mjbench.evaluation.subject import Subject, check_fit
from mjbench.spec.disturbance_set import DisturbanceSet
from mjbench.spec.robustness import UNDISTURBED, DisturbedEpisodes
from mjbench.spec.task import TaskSpec

Tell = Callable[[int, int], None]
"""Takes the number of points that are played, and of all."""


@dataclass(frozen=True)
class Disturbed:
    """What came of it."""

    episodes: DisturbedEpisodes
    scales: dict[str, float]
    absent: dict[str, str]


def play_disturbed(
    subject: Subject,
    chosen: DisturbanceSet,
    *,
    seed: int,
    rows: int,
    threads: int = 1,
    only: Sequence[str] = (),
    tell: Tell = lambda *_: None,
) -> Disturbed:
    """Play a policy under a set.

    Args:
        subject: the policy and its task.
        chosen: the set.
        seed: episode i of each point is reset with ``seed + i``.
        rows: episodes of the policy's own evaluation. Its network always runs for so many observations, so that the
            undisturbed episodes are the first ones of that evaluation.
        threads: of the numerical libraries.
        only: conditions; all that the task can have where there are none.
        tell: takes the progress.

    Raises:
        MjbenchError: the policy does not fit the task, or a condition that the set or the task does not have.
        RecordError: the policy gives actions that the task does not have.
    """
    task, seeds = subject.task, range(seed, seed + chosen.episodes)
    with threadpool_limits(threads, user_api="blas"), _batch(task, len(seeds)) as batch:
        batch.reset(seed=list(seeds))
        target = Target.of(task, batch)
        check_fit(subject, batch, max(rows, len(seeds)))
        names = choose(target, list(chosen.strengths), list(only))
        bounds = batch.single_action_space.low, batch.single_action_space.high
        held = HeldPolicy(subject.policy, max(rows, len(seeds)), bounds)
        points = [(name, strength) for name in names for strength in chosen.strengths[name]]
        watch = Watch()
        tell(0, len(points) + 1)
        calm = _play(batch, watch, task, held, seeds)
        deviation = watch.deviation(calm.episode_length)
        played = [(UNDISTURBED, 0.0, calm)]
        for done, (name, strength) in enumerate(points, 1):
            tell(done, len(points) + 1)
            condition = CONDITIONS[name]
            effect = Noise(deviation * strength) if condition is NOISE else condition.effect(target, strength)
            if arguments := condition.arguments(target, strength):
                other = replace(task, kwargs={**task.kwargs, **arguments})
                with _batch(other, len(seeds)) as own:
                    played.append((name, strength, _play(own, effect, task, held, seeds)))
            else:
                played.append((name, strength, _play(batch, effect, task, held, seeds)))
        tell(len(points) + 1, len(points) + 1)
        scales = {name: CONDITIONS[name].scale(target) for name in names}
        return Disturbed(_table(played), scales, absences(target, list(chosen.strengths)))


@contextmanager
def _batch(task: TaskSpec, count: int) -> Iterator[Any]:
    batch = make_batch(task, count, info_keys(task))
    try:
        yield batch
    finally:
        batch.close()


def _play(batch: Any, effect: Effect, task: TaskSpec, policy: Policy, seeds: Sequence[int]) -> Episodes:
    disturbed = DisturbedBatch(batch, effect, task.episode_limit)
    try:
        return play_episodes(disturbed, task, policy, seeds)
    finally:
        disturbed.settle()


def _table(played: Sequence[tuple[str, float, Episodes]]) -> DisturbedEpisodes:
    rows = [(name, strength, episodes, i) for name, strength, episodes in played for i in range(len(episodes.seed))]
    known = played[0][2].success is not None
    return DisturbedEpisodes(
        condition=[name for name, *_ in rows],
        strength=[strength for _, strength, *_ in rows],
        seed=[episodes.seed[i] for *_, episodes, i in rows],
        episode_return=[episodes.episode_return[i] for *_, episodes, i in rows],
        episode_length=[episodes.episode_length[i] for *_, episodes, i in rows],
        success=[bool((episodes.success or ())[i]) for *_, episodes, i in rows] if known else None,
    )
