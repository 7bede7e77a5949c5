"""What a plan refuses, with the algorithm's own kinds and without."""

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mjbench.algorithms.hyperparameters import COUNT, FRACTION, sizes_of
from mjbench.api.hyperparameter import Kind
from mjbench.errors import MjbenchError, UnknownName
from mjbench.plan.grid import plan
from mjbench.plan.hyperparameters import warnings, with_changes
from mjbench.plan.selection import parse_changes
from mjbench.registry.lookup import Registry
from mjbench.spec.suite import EvalProtocol

PRESET = {"count": 64, "rate": 0.5, "on": True, "sizes": [64, 64], "kind": "auto", "table": {"a": 1}, "any": None}


class Kindless:
    """An algorithm as far as this needs one."""

    optional_hyperparameters = {"extra": 1.0}


class Kinds(Kindless):
    kinds = {
        "rate": FRACTION,
        "count": COUNT,
        "sizes": sizes_of("pi", "qf"),
        "kind": Kind("above 1", lambda value: value > 1),
    }


def changed(algorithm: Any, **changes: Any) -> dict[str, Any]:
    return with_changes("x", algorithm, {**PRESET, "kind": 2} if algorithm is Kinds else PRESET, changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"count": 64.5}, "x: count must be a whole number of at least 1, not 64.5; such as --set count=64"),
        ({"count": 2**53 + 1}, "x: count must be a whole number of at least 1, not 9007199254740993; "),
        ({"count": -5}, "x: count must be a whole number of at least 1, not -5; such as --set count=64"),
        ({"count": True}, "x: count must be a whole number of at least 1, not true; such as --set count=64"),
        ({"rate": 2}, "x: rate must be a number from 0 to 1, not 2; such as --set rate=0.5"),
        ({"rate": "nan"}, "x: rate must be a number from 0 to 1, not 'nan'; such as --set rate=0.5"),
        ({"rate": math.nan}, "x: rate must be a number from 0 to 1, not NaN; such as --set rate=0.5"),
        ({"rate": 10**400}, "x: rate must be a number from 0 to 1, not 1000"),
        ({"sizes": 64}, 'x: sizes must be a list of layer sizes, or {"pi": [...], "qf": [...]}, not 64; such as '),
        ({"sizes": {"pi": [1]}}, "x: sizes must be a list of layer sizes, or {"),
        ({"sizes": [0]}, "x: sizes must be a list of layer sizes, or {"),
        ({"kind": "text"}, "x: kind must be above 1, not 'text'; such as --set kind=2"),
        ({"on": 1}, "x: on must be true or false, not 1; such as --set on=true"),
    ],
    ids=str,
)
def test_a_value_that_an_algorithm_does_not_take_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(MjbenchError) as raised:
        changed(Kinds, **changes)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"count": 0.5}, "a whole number"),
        ({"rate": "0,5"}, "a number"),
        ({"rate": math.inf}, "a number"),
        ({"extra": [1]}, "a number"),
        ({"on": "True"}, "true or false"),
        ({"sizes": 64}, "a list"),
        ({"sizes": [math.nan]}, "a list"),
        ({"kind": math.nan}, "text or a number"),
        ({"table": [1]}, "a table in braces"),
        ({"any": [math.inf]}, "text, finite numbers, or lists and tables of them"),
        ({"any": [2**53 + 1]}, "text, finite numbers, or lists and tables of them"),
    ],
    ids=str,
)
def test_without_kinds_a_value_is_like_the_default(changes: dict[str, Any], kind: str) -> None:
    with pytest.raises(MjbenchError, match=rf"must be {kind}, not .*; such as --set"):
        changed(Kindless, **changes)


def test_values_that_are_right_stay_what_they_were() -> None:
    changes = {"rate": 1, "count": 3, "kind": 0.1, "any": {"a": [1]}, "extra": 2.0, "sizes": [8], "table": {}}
    assert changed(Kindless, **changes) == {**PRESET, **changes}
    assert type(changed(Kindless, rate=1)["rate"]) is int
    assert changed(Kinds, sizes={"pi": [], "qf": [8]})["sizes"] == {"pi": [], "qf": [8]}


def test_an_unknown_name_gets_the_nearest_or_all() -> None:
    with pytest.raises(UnknownName, match=r"unknown hyperparameter 'rat'; did you mean rate\? See .* algorithms x$"):
        changed(Kinds, rat=0.1)
    with pytest.raises(UnknownName, match="x has: any, count, extra, kind, on, rate, sizes, table"):
        changed(Kinds, unlike=0.1)


def test_a_preset_that_its_own_algorithm_does_not_take_is_named() -> None:
    with pytest.raises(MjbenchError, match="x: its preset has rate=2, which must be a number from 0 to 1"):
        with_changes("x", Kinds, {"rate": 2}, {})  # pyright: ignore[reportArgumentType]
    assert with_changes("x", Kinds, {"rate": 2}, {"rate": 1}) == {"rate": 1}  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        (["a=1,b=2"], {"a": 1, "b": 2}),
        (["a=1, b = x ,c=true"], {"a": 1, "b": "x", "c": True}),
        (["net_arch=64,64"], {"net_arch": [64, 64]}),
        (["net_arch=64,64,gamma=0.9", "c=1e-3"], {"net_arch": [64, 64], "gamma": 0.9, "c": 1e-3}),
        (["net_arch=[64,64],gamma=0.9"], {"net_arch": [64, 64], "gamma": 0.9}),
        (['a={"pi": [1, 2], "qf": "x,y=3"},b="c,d=4"'], {"a": {"pi": [1, 2], "qf": "x,y=3"}, "b": "c,d=4"}),
        (["s=linear to 1e-5"], {"s": "linear to 1e-5"}),
        (["s=a,b"], {"s": "a,b"}),
        (["s=a=b"], {"s": "a=b"}),
    ],
    ids=str,
)
def test_what_is_typed_after_set(typed: list[str], changes: dict[str, Any]) -> None:
    assert parse_changes(typed) == changes


@given(st.text(alphabet='a1=,[]{}"\\ .-', max_size=12))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(MjbenchError):  # anything else is a failure
        parse_changes([text])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sbx-tqc", {"dropout_rate": 1}),
        ("sbx-ppo", {"ent_coef": "auto"}),
        ("fast-sac", {"matmul_precision": "half"}),
        ("fast-ppo", {"net_arch": []}),
        ("fast-ppo", {"std_min": -1}),
        ("ppo", {"shared_net_arch": [0]}),
        ("a2c", {"gamma": 2}),
        ("sac", {"ent_coef": "auto_0"}),
    ],
)
def test_the_kinds_of_installed_algorithms_are_held(name: str, change: dict[str, Any]) -> None:
    algorithm = Registry().algorithm(name)
    preset = algorithm.hyperparameters(Registry().task("gymnasium/Hopper-v5"))
    with pytest.raises(MjbenchError, match=f"{name}: {next(iter(change))} must be"):
        with_changes(name, algorithm, preset, change)


def test_a_plan_that_learns_nothing_says_so_once_and_one_that_cannot_train_is_refused() -> None:
    registry = Registry()
    algorithms = {name: registry.algorithm(name) for name in ("fast-sac", "ppo", "sbx-td3")}
    tasks = [registry.task(f"gymnasium/{name}-v5") for name in ("HalfCheetah", "Ant")]
    runs = plan(tasks, algorithms, [0, 1], steps=2000, protocol=EvalProtocol())
    assert warnings(registry, runs) == [
        "fast-sac: learning_starts is 10,000 and the budget 2,000 steps: nothing is learned; "
        "lower it with --set learning_starts=100",
        "ppo: a rollout (n_steps x n_envs) is 2,048 and the budget 2,000 steps: nothing is learned; "
        "lower n_steps with --set n_steps=500",
        "sbx-td3: learning_starts is 10,000 and the budget 2,000 steps: nothing is learned; "
        "lower it with --set learning_starts=100",
    ]
    assert not warnings(registry, plan(tasks, algorithms, [0], steps=20_000, protocol=EvalProtocol()))
    with pytest.raises(MjbenchError, match="n_envs=9 environments take more than the 8 steps"):
        plan(tasks, algorithms, [0], steps=8, protocol=EvalProtocol(), changes={"n_envs": 9})
