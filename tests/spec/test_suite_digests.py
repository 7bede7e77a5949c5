"""A published version of a suite never changes, since boards are compared over years."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from published import problems

from mjbench.registry.lookup import Registry
from mjbench.spec.suite import EvalProtocol, Suite

ROOT = Path(__file__).parents[2]
PLACE = "tests/spec/suite_digests.json"
CHANGE = "offer what changes as the next version beside it"
FIXED = ("name", "version", "tasks", "algorithms", "seeds", "steps")
PROTOCOL = ("checkpoints", "episodes", "final_episodes", "seed")
PLUGINS = sorted(path.name for path in (ROOT / "plugins").glob("mjbench-*"))
COMMITTED: dict[str, dict[str, str]] = json.loads((ROOT / PLACE).read_text())


def digest(suite: Suite) -> str:
    """SHA-256 of what a version of a suite fixes; its description may be worded better."""
    body: dict[str, Any] = {name: getattr(suite, name) for name in FIXED}
    if suite.chains:  # younger than the digests
        body["chains"] = [[[stage.task, stage.steps] for stage in chain] for chain in suite.chains]
    body["protocol"] = {name: getattr(suite.protocol, name) for name in PROTOCOL}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def digests(suites: Iterable[Suite]) -> dict[str, str]:
    """By ``name@version``."""
    return {f"{suite.name}@{suite.version}": digest(suite) for suite in suites}


def check(plugin: str, suites: Iterable[Suite]) -> list[str]:
    return list(problems(digests(suites), COMMITTED.get(plugin, {}), f"{PLACE}, under {plugin}", CHANGE))


@pytest.mark.parametrize("plugin", PLUGINS)
def test_published_suites_are_as_they_were(plugin: str) -> None:
    registry = Registry()
    offered = [item for item in registry.plugins if item.distribution == plugin]
    if not offered:
        pytest.skip(f"{plugin} is not installed")
    suites = [suite for item in offered if item.kind == "suite" for suite in registry.suites(item.name)]
    assert not check(plugin, suites), "\n".join(check(plugin, suites))


def test_every_digest_belongs_to_a_plugin_of_ours() -> None:
    assert COMMITTED.keys() <= set(PLUGINS)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "fast"},
        {"version": 2},
        {"tasks": ("gymnasium/Reacher-v5",)},
        {"algorithms": ("ppo",)},
        {"seeds": 4},
        {"steps": 8_001},
        {"steps": None},
        *({"protocol": replace(EvalProtocol(8, 5, 20), **{name: 1_000_001})} for name in PROTOCOL),
    ],
    ids=str,
)
def test_every_part_of_a_suite_is_held(change: dict[str, Any]) -> None:
    suite = Registry().suite("quickstart@1")
    assert digest(replace(suite, **change)) != digest(suite)
    assert digest(replace(suite, description="Better said")) == digest(suite)


def test_a_change_a_new_version_and_a_missing_one_are_named() -> None:
    suite = Registry().suite("parity@1")
    second = replace(suite, version=2)
    assert check("mjbench-fast", [replace(suite, seeds=9), second]) == [
        "parity-off-policy@1 is published and is gone: put it back, since records refer to it",
        f"parity@1 is published and has changed: put it back, and {CHANGE}",
        f'parity@2 has no digest: to publish it add "parity@2": "{digest(second)}" to {PLACE}, under mjbench-fast',
        "tuning@1 is published and is gone: put it back, since records refer to it",
        "upc-study@1 is published and is gone: put it back, since records refer to it",
    ]
