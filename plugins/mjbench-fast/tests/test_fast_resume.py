"""Stopped or killed at any instant, a run ends in the bytes of one that was not."""

import pickle
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from bfloat16 import needs_bfloat16
from killing import Interrupted, content, killed_and_resumed, resumed, small_run, undisturbed
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.ppo.learner import Ppo

from mjbench.spec.run import RunSpec

HOPPER = "gymnasium/Hopper-v5"
LEARNERS: dict[str, Any] = {"fast-ppo": Ppo, "fast-sac": OffPolicy, "fast-td3": OffPolicy}
CHANGES = {"fast-td3": {"action_noise": "ornstein-uhlenbeck"}}
PIECES = {
    "fast-ppo": ["steps", "random", "parameters", "adam", "observations", "rewards", "seen"],
    "fast-sac": [
        "steps",
        "random",
        "observations",
        "rewards",
        "last",
        "seen",
        "written",
        "agent.actor",
        "agent.adam",
        "agent.critics",
        "agent.temperature",
    ],
    "fast-td3": ["noise", "agent.target", "agent.updates"],
}


def run_of(algorithm: str, steps: int, **changes: Any) -> RunSpec:
    """As the tests of mjbench-sb3 have it, but for ``changes``."""
    small = small_run(HOPPER, algorithm.removeprefix("fast-"), steps=steps)
    settings = {**small.hyperparameters, **CHANGES.get(algorithm, {}), **changes}
    return RunSpec(HOPPER, algorithm, settings, 0, steps, small.protocol)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", LEARNERS)
def test_a_process_that_is_killed_goes_on_to_the_same_bytes(algorithm: str, tmp_path: Path) -> None:
    run = run_of(algorithm, steps=3000 if algorithm == "fast-ppo" else 1500)
    expected = content(undisturbed(run, tmp_path / "undisturbed"), run)
    store = killed_and_resumed(run, tmp_path / "killed", kills=2, rng=random.Random(), every_s=0.05)
    assert resumed(store, run) >= 1
    assert content(store, run) == expected


@pytest.mark.parametrize("algorithm", LEARNERS)
def test_every_algorithm_goes_on_from_where_it_was(algorithm: str, tmp_path: Path) -> None:
    run = run_of(algorithm, steps=640)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(200, 500))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


def test_so_does_one_with_shared_layers_and_a_floor_of_its_noise(tmp_path: Path) -> None:
    run = run_of("fast-ppo", 640, shared_net_arch=[16], net_arch=[8], std_min=0.9)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(200, 500))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


@needs_bfloat16
def test_so_does_one_that_multiplies_in_bfloat16(tmp_path: Path) -> None:
    # so large that torch rounds
    run = run_of("fast-sac", 300, matmul_precision="bfloat16", net_arch=[64, 64], batch_size=64)
    parts = Interrupted(run, tmp_path / "parts", stop_at=random.randrange(150, 250))
    parts.first()
    assert parts.second() == content(undisturbed(run, tmp_path / "whole"), run)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """By algorithm: a run in two parts whose first is done, and what the whole should leave."""
    made: dict[str, tuple[Interrupted, Any]] = {}

    def get(algorithm: str) -> tuple[Interrupted, Any]:
        if algorithm not in made:
            run = run_of(algorithm, steps=600)
            # the buffer has wrapped, and TD3 stands between two delayed updates of its actor
            parts = Interrupted(run, tmp_path_factory.mktemp(algorithm), 300 if algorithm == "fast-ppo" else 451)
            parts.first()
            made[algorithm] = parts, content(undisturbed(run, tmp_path_factory.mktemp("whole")), run)
        return made[algorithm]

    return get


@pytest.mark.slow
@pytest.mark.parametrize(("algorithm", "piece"), [(name, piece) for name in PIECES for piece in PIECES[name]])
def test_dropping_any_one_piece_of_the_state_is_noticed(
    algorithm: str, piece: str, interrupted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, expected = interrupted(algorithm)
    shutil.copytree(parts.store.root, tmp_path / "copy")
    learner, real = LEARNERS[algorithm], LEARNERS[algorithm].restore

    def restore(self: Any, state: Any) -> None:
        fresh = pickle.loads(pickle.dumps(self.capture()))
        saved, own, (*path, last) = state, fresh, piece.split(".")
        for key in path:
            saved, own = saved[key], own[key]
        saved[last] = own[last]
        real(self, state)

    monkeypatch.setattr(learner, "restore", restore)
    again = Interrupted(parts.run, tmp_path / "copy", 0)
    try:
        assert again.second() != expected
    except FileNotFoundError:  # it failed, as it took another number of steps than its budget
        assert again.store.failures(again.run)
