import json
from pathlib import Path

import numpy as np
import pytest

from mjbench.api.session import Diverged
from mjbench.errors import RecordError
from mjbench.policies.mlp import MlpPolicy


def make(seed: int = 0, **changes) -> MlpPolicy:
    rng = np.random.default_rng(seed)
    arguments = {
        "weights": (rng.normal(size=(8, 3)).astype(np.float32), rng.normal(size=(2, 8)).astype(np.float32)),
        "biases": (rng.normal(size=8).astype(np.float32), rng.normal(size=2).astype(np.float32)),
        "action_low": np.array([-1, -2], np.float32),
        "action_high": np.array([1, 4], np.float32),
    }
    return MlpPolicy(**{**arguments, **changes})


@pytest.mark.parametrize("squash", ["clip", "tanh"])
@pytest.mark.parametrize("activation", ["tanh", "relu", "elu"])
def test_saved_and_loaded_acts_the_same_to_the_last_bit(tmp_path: Path, squash: str, activation: str) -> None:
    policy = make(squash=squash, activation=activation, observation_mean=np.ones(3), observation_std=np.full(3, 2.0))
    policy.save(tmp_path)
    observations = np.random.default_rng(1).normal(size=(5, 3))
    assert np.array_equal(MlpPolicy.load(tmp_path).act(observations), policy.act(observations))


def test_same_policy_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make().save(tmp_path / name)
    for file in ("policy.safetensors", "policy.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_who_may_read_one_file_of_a_policy_may_read_the_other(tmp_path: Path) -> None:
    make().save(tmp_path)
    modes = {(tmp_path / file).stat().st_mode for file in ("policy.safetensors", "policy.json")}
    assert len(modes) == 1


@pytest.mark.parametrize("squash", ["clip", "tanh"])
def test_actions_stay_within_the_bounds(squash: str) -> None:
    actions = make(squash=squash).act(1e3 * np.random.default_rng(2).normal(size=(50, 3)))
    assert (actions >= [-1, -2]).all()
    assert (actions <= [1, 4]).all()


def test_observations_of_another_size_are_refused() -> None:
    for policy in (make(), make(observation_mean=np.ones(3), observation_std=np.ones(3))):
        with pytest.raises(ValueError, match="the policy takes 3 observations, not 4"):
            policy.act(np.zeros((5, 4), np.float32))


def test_normalisation_is_applied_and_clipped() -> None:
    mean, std = np.array([1, 2, 3], np.float32), np.array([2, 2, 2], np.float32)
    normalising = make(observation_mean=mean, observation_std=std, observation_clip=1.0)
    raw = np.array([[2.0, 2.0, 103.0]])
    assert np.array_equal(normalising.act(raw), make().act(np.array([[0.5, 0.0, 1.0]])))


def test_numbers_that_are_not_finite_are_divergence() -> None:
    with pytest.raises(Diverged, match=r"bias\.1"):
        make(biases=(np.zeros(8, np.float32), np.array([0, np.nan], np.float32)))


@pytest.mark.parametrize("harm", ["missing", "format", "tensors", "json", "activation"])
def test_a_damaged_policy_is_refused(tmp_path: Path, harm: str) -> None:
    make().save(tmp_path)
    settings = tmp_path / "policy.json"
    if harm == "missing":
        (tmp_path / "policy.safetensors").unlink()
    elif harm == "format":
        settings.write_text(settings.read_text().replace("mjbench-mlp-1", "mjbench-mlp-9"))
    elif harm == "tensors":
        (tmp_path / "policy.safetensors").write_bytes(b"\x80\x04pickle")
    elif harm == "json":
        settings.write_text("{")
    else:
        settings.write_text(json.dumps({**json.loads(settings.read_text()), "activation": "softmax"}))
    with pytest.raises(RecordError, match="cannot read the policy"):
        MlpPolicy.load(tmp_path)
