"""Starts training from the policy that another run has left."""

from pathlib import Path

import torch

from mjbench.algorithms.warm_start import read_start
from mjbench_warp.ppo.learner import Ppo
from mjbench_warp.ppo.normaliser import EPSILON


@torch.no_grad()
def start_from(learner: Ppo, folder: Path) -> None:
    """Take over the actor and its observation statistics; the critic and exploration begin as they would without.

    Args:
        learner: before its first step.
        folder: of the finished run.

    Raises:
        SpecError: the policy has another form than the learner's.
    """
    start = read_start(folder, learner.policy())
    for own, weight, bias in zip(learner.networks.actor, start.policy.weights, start.policy.biases, strict=True):
        own[0].copy_(torch.tensor(weight))
        own[1].copy_(torch.tensor(bias))
    statistics = start.statistics(EPSILON)
    if statistics is not None:
        seen = learner.observations.seen
        seen.mean.copy_(torch.from_numpy(statistics.mean))
        seen.var.copy_(torch.from_numpy(statistics.var))
        seen.count.fill_(statistics.count)
