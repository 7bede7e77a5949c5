"""Starts training from the policy that another run has left."""

from pathlib import Path
from typing import Protocol

from mjbench.algorithms.warm_start import read_start
from mjbench.policies.mlp import MlpPolicy
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
    start = read_start(folder, learner.policy())
    for layer, weight, bias in zip(learner.actor_layers(), start.policy.weights, start.policy.biases, strict=True):
        layer.weight[0], layer.bias[:] = weight.T, bias
    learner.actor_was_set()
    statistics = start.statistics(EPSILON)
    if statistics is not None:
        learner.observations.restore(vars(statistics))
