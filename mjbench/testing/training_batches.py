"""A training batch against the reference: within tolerances where it simulates, exact where it must be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import ks_2samp

from mjbench.api.policy import Policy
from mjbench.envs.training import make_training_batch
from mjbench.envs.vector import make_batch
from mjbench.spec.task import TaskSpec
from mjbench.testing.case import Skipped, Violation

FEW, SEED = 8, 3
SHORT = 7
"""Steps of an episode, where its limit is checked."""
STEPS = 30
"""Steps that are played where numbers must be the same."""
MANY = 1024
"""Worlds whose first observations are compared."""
SHARE = 0.9
"""Of the worlds, that must be within the tolerance of a horizon: a foot that lands a step later is no fault."""
RARE = 1e-6
"""Chance at which a difference of distributions counts as one, for each number of an observation."""


@dataclass(frozen=True)
class TrainingCase:
    """One task whose training batch is checked."""

    task: TaskSpec
    place: Callable[[Any, Any], None]
    """Puts the reference batch (a ``gymnasium.vector.VectorEnv``) into the states of a training batch whose episodes
    have just begun, with what was drawn for them."""
    tolerances: Mapping[int, float]
    """By horizon, in control steps: largest difference of a number of an observation, or of a reward, that nine in ten
    worlds keep under the same random actions."""
    policy: Policy | None = None
    """Its returns in both are compared."""
    return_tolerance: float = 0.01
    """Relative difference of the mean return that is allowed beyond three standard errors."""
    device: str = "cpu"
    count: int = 64
    """Worlds, N."""
    exact: bool = True
    """Whether equal inputs give equal bits on the device."""
    full: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that make the batch the full task, such as ``curriculum=None`` for one with levels."""

    def batch(self, count: int | None = None, **changes: Any) -> Any:
        """A training batch that nobody else uses."""
        return make_training_batch(self.task, count or self.count, SEED, self.device, **changes)


def spaces(case: TrainingCase) -> None:
    """The batch has the reference's spaces, and gives float32 rows of that size and finite."""
    batch, reference = case.batch(), make_batch(case.task, 1)
    try:
        for name in ("single_observation_space", "single_action_space"):
            if getattr(batch, name) != getattr(reference, name):
                raise Violation(f"{name} is {getattr(batch, name)}, the reference's is {getattr(reference, name)}")
    finally:
        reference.close()
    observations = batch.reset()
    expected = (case.count, *batch.single_observation_space.shape)
    if tuple(observations.shape) != expected or not str(observations.dtype).endswith("float32"):
        raise Violation(f"reset gives {tuple(observations.shape)} {observations.dtype}, not {expected} float32")
    if not bool(observations.isfinite().all()):
        raise Violation("reset gives numbers that are not finite")


def beginning(case: TrainingCase) -> None:
    """First observations of the full task are distributed as the reference's; each number by itself."""
    ours = _array(case.batch(MANY, **case.full).reset())
    reference = make_batch(case.task, MANY)
    try:
        theirs = reference.reset(seed=SEED)[0]
    finally:
        reference.close()
    for i in range(ours.shape[1]):
        if np.ptp(ours[:, i]) == np.ptp(theirs[:, i]) == 0:
            chance = float(abs(ours[0, i] - theirs[0, i]) < 1e-5)
        else:
            test: Any = ks_2samp(ours[:, i].round(5), theirs[:, i].astype(np.float32).round(5))
            chance = float(test.pvalue)
        if chance < RARE:
            raise Violation(
                f"observation[{i}] begins as {ours[:, i].mean():.4g} +- {ours[:, i].std():.4g}, in the reference as "
                f"{theirs[:, i].mean():.4g} +- {theirs[:, i].std():.4g}"
            )


def number_of_worlds(case: TrainingCase) -> None:
    """The first worlds of many have the bits of a few alone."""
    few, many = _play(case.batch(FEW)), _play(case.batch())
    for step, (one, other) in enumerate(zip(few, many, strict=True)):
        for name, mine, theirs in zip(("observations", "rewards"), one, other, strict=False):
            if not np.array_equal(mine, theirs[:FEW]):
                raise Violation(f"{name} of {FEW} worlds differ at step {step} from the first of {case.count}")


def going_on(case: TrainingCase) -> None:
    """A new batch that loads a saved state continues as the batch that saved it."""
    if not case.exact:
        raise Skipped("the device gives no equal bits")
    batch, other = case.batch(FEW), case.batch(FEW)
    _play(batch)
    state = batch.state_dict()
    expected = _play(batch, reset=False)
    _play(other, steps=3)
    other.load_state_dict(state)
    for step, (one, two) in enumerate(zip(expected, _play(other, reset=False), strict=True)):
        if not all(np.array_equal(mine, theirs) for mine, theirs in zip(one, two, strict=True)):
            raise Violation(f"after loading a saved state, a batch differs at step {step}")


def limit(case: TrainingCase) -> None:
    """Episodes are truncated at their limit, and begin anew in the same step."""
    batch = case.batch(FEW, episode_limit=SHORT)
    batch.reset()
    since = np.zeros(FEW, int)
    for action in _actions(batch, 2 * SHORT + 2):
        step = batch.step(_tensor(batch, action))
        observations, _, terminated, truncated, final = map(_array, step)
        since += 1
        if not np.array_equal(truncated, since >= SHORT):
            raise Violation(f"episodes of {since.tolist()} steps are truncated: {truncated.tolist()}; limit {SHORT}")
        over = terminated | truncated
        if over.any() and np.array_equal(observations[over], final[over]):
            raise Violation("an episode ends, and its last observation is the first one of the next episode")
        if not np.array_equal(observations[~over], final[~over]):
            raise Violation("final_observations differ from observations where no episode ends")
        since[over] = 0


def horizons(case: TrainingCase) -> None:
    """Under the same actions observations and rewards are the reference's, within the tolerance of each horizon."""
    for horizon, (difference, what) in distances(case, max(case.tolerances)).items():
        allowed = case.tolerances.get(horizon)
        if allowed is not None and difference > allowed:
            raise Violation(
                f"after {horizon} steps {what} is {difference:.2g} from the reference, more than {allowed:g}"
            )


def distances(case: TrainingCase, steps: int) -> dict[int, tuple[float, str]]:
    """Of nine in ten worlds to the reference, after each number of steps: the largest, and of what."""
    batch, reference = case.batch(**case.full), make_batch(case.task, case.count)
    try:
        batch.reset()
        reference.reset(seed=SEED)
        case.place(batch, reference)
        alive, found = np.ones(case.count, bool), {}
        for number, action in enumerate(_actions(batch, steps), 1):
            ours = batch.step(_tensor(batch, action))
            theirs = reference.step(action)
            alive &= ~(_array(ours.terminated | ours.truncated) | theirs[2])
            apart = abs(_array(ours.final_observations) - theirs[0])
            worst = [(_share(apart[alive, i]), f"observation[{i}]") for i in range(apart.shape[1])]
            worst.append((_share(abs(_array(ours.rewards) - theirs[1])[alive]), "the reward"))
            found[number] = max(worst)
        return found
    finally:
        reference.close()


def paired_return(case: TrainingCase) -> None:
    """A policy returns as much as in the reference, episode by episode from the same beginnings."""
    if case.policy is None:
        raise Skipped("no policy is given")
    ours, theirs = returns(case, case.policy)
    difference = ours - theirs
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    if abs(difference.mean()) > 3 * error + case.return_tolerance * abs(theirs.mean()):
        raise Violation(
            f"the policy returns {ours.mean():.4g} and {theirs.mean():.4g} in the reference; the paired difference is "
            f"{difference.mean():.3g} +- {error:.2g}"
        )


def returns(case: TrainingCase, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Of one episode of each world, (N,) each: in the batch, and in the reference from the same beginning."""
    batch, reference = case.batch(**case.full), make_batch(case.task, case.count)
    try:
        seen = batch.reset()
        reference.reset(seed=SEED)
        case.place(batch, reference)
        played, open_here = np.zeros((2, case.count)), np.ones((2, case.count), bool)
        views = _array(seen), _array(seen)
        for _ in range(case.task.episode_limit):
            ours = batch.step(_tensor(batch, policy.act(views[0])))
            theirs = reference.step(policy.act(views[1]))
            played += np.stack([_array(ours.rewards), theirs[1]]) * open_here
            open_here &= ~np.stack([_array(ours.terminated), theirs[2]])
            views = _array(ours.observations), theirs[0].astype(np.float32)
        return played[0], played[1]
    finally:
        reference.close()


TRAINING_CHECKS: dict[str, Callable[[TrainingCase], None]] = {
    "spaces": spaces,
    "beginning": beginning,
    "number-of-worlds": number_of_worlds,
    "going-on": going_on,
    "limit": limit,
    "horizons": horizons,
    "return": paired_return,
}
"""By name; the docstring of each is its clause of the contract."""


def check_training_batch(case: TrainingCase, only: Iterable[str] = tuple(TRAINING_CHECKS)) -> None:
    """Hold the training batch of a task to the reference.

    Args:
        case: the task, and how close its batch must be.
        only: names from ``TRAINING_CHECKS``.

    Raises:
        Violation: the batch breaks the contract.
        Skipped: the check does not apply here.
    """
    for name in only:
        TRAINING_CHECKS[name](case)


def _play(batch: Any, steps: int = STEPS, reset: bool = True) -> list[Any]:
    """Observations, rewards, ends and last observations of each step."""
    if reset:
        batch.reset()
    return [tuple(map(_copy, batch.step(_tensor(batch, action)))) for action in _actions(batch, steps)]


def _actions(batch: Any, steps: int) -> np.ndarray:
    """Uniform actions (steps, N, A) float32; the first worlds get the same whatever N is."""
    space = batch.single_action_space
    draws = np.random.default_rng(0).uniform(space.low, space.high, (batch.num_envs, steps, *space.shape))
    return draws.astype(np.float32).swapaxes(0, 1)


def _tensor(batch: Any, values: np.ndarray) -> Any:
    """Float32 on the device of the batch."""
    like = next(value for value in batch.state_dict().values() if value.is_floating_point())
    return like.new_tensor(values.tolist()).float().to(batch.device)


def _array(tensor: Any) -> np.ndarray:
    return tensor.cpu().numpy()


def _copy(tensor: Any) -> np.ndarray:
    return _array(tensor).copy()


def _share(values: np.ndarray) -> float:
    return float(np.quantile(values, SHARE)) if values.size else 0.0
