import pytest

from mjbench.algorithms.budget import nothing_learned, whole_steps
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


@pytest.mark.parametrize(
    ("hyperparameters", "budget", "line"),
    [
        (
            {"learning_starts": 10_000, "buffer_size": 9},
            2000,
            "learning_starts is 10,000 and the budget 2,000 steps: nothing is learned; lower it with --set "
            "learning_starts=100",
        ),
        ({"learning_starts": 40, "n_steps": 1}, 40, "learning_starts=10"),
        ({"learning_starts": 39, "n_steps": 100}, 40, ""),
        (
            {"n_steps": 64, "n_envs": 4},
            255,
            "a rollout (n_steps x n_envs) is 256 and the budget 255 steps: nothing is learned; lower n_steps with "
            "--set n_steps=15",
        ),
        ({"n_steps": 64, "n_envs": 4}, 256, ""),
        ({}, 1, ""),
    ],
)
def test_a_budget_that_ends_before_learning_begins(hyperparameters: dict[str, int], budget: int, line: str) -> None:
    said = nothing_learned(hyperparameters, budget)
    assert said.endswith(line)
    assert bool(said) == bool(line)


def test_more_environments_than_steps_are_refused() -> None:
    with pytest.raises(SpecError, match="n_envs=8 environments take more than the 7 steps"):
        nothing_learned({"n_envs": 8}, 7)
