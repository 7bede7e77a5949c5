"""The hyperparameters of SAC, under the names of stable-baselines3."""

from dataclasses import dataclass
from typing import Annotated

from mjbench.algorithms.hyperparameters import COEFFICIENT, COUNT, ENTROPY, NUMBER
from mjbench_fast.off_policy.options import OffPolicyOptions


@dataclass(frozen=True, kw_only=True)
class SacOptions(OffPolicyOptions):
    """See https://stable-baselines3.readthedocs.io/en/master/modules/sac.html."""

    ent_coef: Annotated[str | float, COEFFICIENT]
    target_entropy: Annotated[str | float, ENTROPY]
    target_update_interval: Annotated[int, COUNT]
    log_std_init: Annotated[float, NUMBER] = 0.0
    """Added to the logarithm of the spread that the actor begins with."""
