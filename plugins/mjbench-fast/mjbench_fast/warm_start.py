"""Starts training from the policy that another run has left."""

from pathlib import Path
from typing import Protocol

import numpy as np

from mjbench.errors import SpecError
from mjbench.policies.mlp import MlpPolicy
from mjbench.store.store import ResultStore
from mjbench_fast.nn.linear import Linear
from mjbench_fast.normalise.observation_normaliser import EPSILON, ObservationNormaliser


class Learner(Protocol):
    """What takes a policy over."""

    observations: ObservationNormaliser

    def policy(self) -> MlpPolicy:
        """The policy as it is now."""
        ...

    def actor_layers(self) -> list[Linear]:
        """From the observation to the action before it is squashed or clipped."""
        ...

    def actor_was_set(self) -> None:
        """The actor's weights come from outside."""
        ...


def start_from(learner: Learner, folder: Path) -> None:
    """Take over the actor and its observation statistics; critics and exploration begin as they would without.

    Args:
        learner: before its first step.
        folder: of the finished run.

    Raises:
        SpecError: the policy has another form than the learner's.
    """
    policy = MlpPolicy.load(folder)
    here, there = _form(learner.policy()), _form(policy)
    if here != there:
        raise SpecError(f"the policy to start from ({folder.name}) does not fit: it is {there}, this run's is {here}")
    for layer, weight, bias in zip(learner.actor_layers(), policy.weights, policy.biases, strict=True):
        layer.weight[0], layer.bias[:] = weight.T, bias
    learner.actor_was_set()
    if policy.observation_mean is not None and policy.observation_std is not None:
        # As many observations as the other run took stand behind the statistics: a few new ones change little.
        learner.observations.restore(
            {
                "mean": policy.observation_mean.astype(np.float64),
                "var": np.maximum(policy.observation_std.astype(np.float64) ** 2 - EPSILON, 0.0),
                "count": float(ResultStore(folder.parent).read(folder).run.steps),
            }
        )


def _form(policy: MlpPolicy) -> str:
    sizes = "-".join(
        str(size) for size in (policy.weights[0].shape[1], *(weight.shape[0] for weight in policy.weights))
    )
    output = "a squashed output" if policy.squash == "tanh" else "a clipped output"
    observations = "raw" if policy.observation_mean is None else "normalised"
    return f"{sizes} with {policy.activation}, {output}, {observations} observations"
