import pytest

from mjbench.algorithms.budget import whole_steps
from mjbench.errors import SpecError


@pytest.mark.parametrize(("n_envs", "budget", "steps"), [(1, 7, 7), (4, 8, 8), (4, 11, 8), (7, 7, 7)])
def test_the_budget_is_a_limit(n_envs: int, budget: int, steps: int) -> None:
    assert whole_steps(n_envs, budget) == steps


@pytest.mark.parametrize("n_envs", [0, -1, 2.0, True, "4", None])
def test_what_counts_no_environments_is_refused(n_envs: object) -> None:
    with pytest.raises(SpecError, match=f"n_envs must be a whole number from 1, not {n_envs!r}"):
        whole_steps(n_envs, 10)


def test_one_step_of_all_environments_must_fit() -> None:
    with pytest.raises(SpecError, match="n_envs=4 environments take more than the 3 steps"):
        whole_steps(4, 3)
