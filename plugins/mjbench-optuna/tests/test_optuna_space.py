"""Search spaces: what a file may hold, and what of it an algorithm takes."""

from pathlib import Path

import optuna
import pytest
from mjbench_optuna.space import Parameter, check_space, find_space

from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry

HOPPER = "gymnasium/Hopper-v5"


def space_of(text: str, tmp_path: Path, algorithm: str = "ppo") -> dict[str, Parameter]:
    file = tmp_path / "space.toml"
    file.write_text(text)
    registry = Registry()
    found = find_space(registry, algorithm, file)
    owner, task = registry.algorithm(algorithm), registry.task(HOPPER)
    check_space(found, algorithm, owner, task, owner.hyperparameters(task))
    return found


@pytest.mark.parametrize("name", ["ppo", "sac", "td3", "fast-ppo", "fast-sac", "fast-td3"])
def test_the_spaces_of_this_package_fit_their_algorithms(name: str) -> None:
    registry = Registry()
    algorithm = registry.algorithm(name)
    for task in (registry.task(HOPPER), registry.task("gymnasium/Swimmer-v5")):
        check_space(find_space(registry, name), name, algorithm, task, algorithm.hyperparameters(task))


def test_a_space_may_extend_another(tmp_path: Path) -> None:
    found = space_of('extends = "ppo"\n[gamma]\nchoices = [0.5, 0.75]\n', tmp_path, "fast-ppo")
    assert found["gamma"].choices == (0.5, 0.75)
    assert found.keys() == find_space(Registry(), "ppo").keys()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[learning_rte]\nlow = 1e-5\nhigh = 1e-3\n", "did you mean learning_rate"),
        ("[learning_rate]\nlow = 1e-3\nhigh = 1e-5\n", "low below high"),
        ("[learning_rate]\nlow = 0.0\nhigh = 1e-3\nlog = true\n", "only where low is above 0"),
        ("[learning_rate]\nlow = 1e-5\nhihg = 1e-3\n", "did you mean high"),
        ("[learning_rate]\nlow = nan\nhigh = 1.0\n", "learning_rate.low: a number that is not finite"),
        ("[gamma]\nchoices = []\n", "at least one value"),
        ("[gamma]\nchoices = [0.9, 0.9]\n", "choices has a value twice"),
        ("[n_epochs]\nlow = 1\nhigh = " + "9" * 5000, "a number is too large"),
        ("[net_arch]\nchoices = " + "[" * 20_000, "nested deeper than"),
        ("extends = 3\n[gamma]\nchoices = [0.9]\n", "extends must be the name of an algorithm, not 3"),
        ("[gamma]\nchoices = [0.9, 1.5]\n", "a number from 0 to 1"),
        ("[activation]\nchoices = ['tnh']\n", "one of tanh, relu"),
        ("gamma = 3\n", "must be a table"),
        ("", "has no hyperparameters"),
        ("[gamma\n", "space.toml"),
        ('extends = "pppo"\n', "no search space of 'pppo'"),
        ('extends = "ppo"\n', "extends itself"),
    ],
)
def test_what_a_space_may_not_hold_is_named(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(MjbenchError, match="space") as caught:
        space_of(text, tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named(data: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "space.toml"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(MjbenchError, match="cannot read the search space"):
        find_space(Registry(), "ppo", file)


def test_values_come_back_as_the_algorithm_takes_them() -> None:
    study = optuna.create_study()
    trial = study.ask()
    sizes, whole, real = Parameter(choices=([64, 64], "auto")), Parameter(1, 8), Parameter(1e-5, 1e-3, True)
    for name, parameter in {"a": sizes, "b": whole, "c": real}.items():
        parameter.suggest(name, trial)
    assert sizes.value(trial.params["a"]) in ([64, 64], "auto")
    assert type(whole.value(trial.params["b"])) is int
    assert whole.whole
    value = real.value(trial.params["c"])
    assert value == float(f"{value:.4g}") == pytest.approx(trial.params["c"], rel=1e-3)
