"""Every hostile policy is refused with its reason, before anything is made of it."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from hostile_policies import POLICIES, Harm, honest_policy

from mjbench.errors import RecordError
from mjbench.io.tensors import read_tensors
from mjbench.policies.mlp import MlpPolicy


def test_the_honest_policy_that_all_others_are_made_from_is_read(tmp_path: Path) -> None:
    policy = honest_policy()
    policy.save(tmp_path)
    observations = np.random.default_rng(1).normal(size=(5, 3))
    assert np.array_equal(MlpPolicy.load(tmp_path).act(observations), policy.act(observations))


def test_tensors_are_those_that_safetensors_itself_reads(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    honest_policy().save(tmp_path)
    ours, theirs = (read(tmp_path / "policy.safetensors") for read in (read_tensors, load_file))
    assert ours.keys() == theirs.keys()
    for name, tensor in theirs.items():
        assert np.array_equal(ours[name], tensor)
        assert ours[name].dtype == tensor.dtype


@pytest.mark.parametrize(("harm", "reason"), [p[1:] for p in POLICIES], ids=[p[0].replace("/", "|") for p in POLICIES])
def test_a_hostile_policy_is_refused_with_its_reason(tmp_path: Path, harm: Harm, reason: str) -> None:
    honest_policy().save(tmp_path)
    harm(tmp_path)
    start = time.process_time()
    with pytest.raises(RecordError) as caught:
        MlpPolicy.load(tmp_path)
    message = str(caught.value).replace(str(tmp_path), "")
    assert re.search(reason, message)
    assert message.isprintable()
    assert len(message) < 600
    assert time.process_time() - start < 5
