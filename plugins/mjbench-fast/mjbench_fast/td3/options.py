"""The hyperparameters of TD3, under the names of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

from mjbench.algorithms.hyperparameters import COUNT, NOT_NEGATIVE
from mjbench_fast.off_policy.options import OffPolicyOptions


@dataclass(frozen=True, kw_only=True)
class Td3Options(OffPolicyOptions):
    """See https://stable-baselines3.readthedocs.io/en/master/modules/td3.html."""

    policy_delay: Annotated[int, COUNT]
    target_policy_noise: Annotated[float, NOT_NEGATIVE]
    target_noise_clip: Annotated[float, NOT_NEGATIVE]
