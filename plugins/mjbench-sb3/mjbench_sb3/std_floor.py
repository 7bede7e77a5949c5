"""A floor of the standard deviation of a Gaussian policy's actions."""

import math
from typing import Any

import torch


def hold_above(policy: Any, std_min: float) -> None:
    """From now on, a standard deviation that is below ``std_min`` after a step of the optimiser is set to it.

    The gradient at the floor stays as it is, so that it can raise the deviation again.

    Args:
        policy: with ``log_std`` (A,), a parameter, and an ``optimizer``.
        std_min: above 0, in the units of actions.
    """

    def hold(*_: Any) -> None:
        with torch.no_grad():
            policy.log_std.clamp_(min=math.log(std_min))

    hold()
    policy.optimizer.register_step_post_hook(hold)
