"""A budget of environment steps, and environments that are stepped together."""

from typing import Any

from mjbench.errors import SpecError


def whole_steps(n_envs: Any, budget: int) -> int:
    """Environment steps that whole steps of all environments fill: ``budget`` or a little less, never more.

    Args:
        n_envs: the hyperparameter, unchecked.
        budget: ``session.run.steps``.

    Raises:
        SpecError: ``n_envs`` is no whole number from 1, or one step of all environments is more than the budget.
    """
    if not isinstance(n_envs, int) or isinstance(n_envs, bool) or n_envs < 1:
        raise SpecError(f"n_envs must be a whole number from 1, not {n_envs!r}")
    if n_envs > budget:
        raise SpecError(f"n_envs={n_envs} environments take more than the {budget:,} steps of the budget at once")
    return budget // n_envs * n_envs
