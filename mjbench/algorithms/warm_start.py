"""What training needs of the policy that it starts from. The kit reads and checks it; a plugin copies the weights.

folder = session.source_policy()
if folder is not None:
    start = read_start(folder, own)  # own: the learner's policy before its first step
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore


@dataclass(frozen=True)
class ObservationStatistics:
    """Running statistics as a normaliser holds them."""

    mean: np.ndarray
    """(observation size,) double precision."""
    var: np.ndarray
    """(observation size,) double precision."""
    count: float
    """Observations behind them: with as many as the other run took, a few new ones change little."""


@dataclass(frozen=True)
class WarmStart:
    """The final policy of another run."""

    policy: MlpPolicy
    steps: int
    """Environment steps of the other run."""

    def statistics(self, epsilon: float) -> ObservationStatistics | None:
        """Of the observations; None where they are not normalised.

        Args:
            epsilon: the normaliser's: what it adds to the variance before it takes the root.
        """
        mean, std = self.policy.observation_mean, self.policy.observation_std
        if mean is None or std is None:
            return None
        var = np.maximum(std.astype(np.float64) ** 2 - epsilon, 0.0)
        return ObservationStatistics(mean.astype(np.float64), var, float(self.steps))


def read_start(folder: Path, own: MlpPolicy) -> WarmStart:
    """The policy and the step count of the finished run in ``folder``.

    Args:
        folder: what ``Session.source_policy`` gives.
        own: the learner's policy, which must have the same form.

    Raises:
        SpecError: the policy has another form.
        RecordError: the policy or the record cannot be read.
    """
    policy = MlpPolicy.load(folder)
    here, there = _form(own), _form(policy)
    if here != there:
        raise SpecError(
            f"the policy of the warm start ({folder.name}) does not fit: it is {there}, this run needs {here}"
        )
    return WarmStart(policy, ResultStore(folder.parent).read(folder).final_step)


def _form(policy: MlpPolicy) -> str:
    sizes = (policy.weights[0].shape[1], *(weight.shape[0] for weight in policy.weights))
    output = "a squashed output" if policy.squash == "tanh" else "a clipped output"
    observations = "raw" if policy.observation_mean is None else "normalised"
    return f"{'-'.join(map(str, sizes))} with {policy.activation}, {output}, {observations} observations"
