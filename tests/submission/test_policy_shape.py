"""The policy is the network that the hyperparameters say; and one policy with noise under several seeds is seen."""

import dataclasses
import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_submissions import MadeUpRegistry, honest, run_folder, write_submission

from mjbench.policies.mlp import MlpPolicy
from mjbench.submission.report import Report
from mjbench.submission.validate import validate


def network(rng: np.random.Generator, hidden: tuple[int, ...] = (8, 6), **more: Any) -> MlpPolicy:
    sizes = [4, *hidden, 2]
    weights = tuple(rng.normal(size=(b, a)).astype(np.float32) for a, b in pairwise(sizes))
    biases = tuple(np.zeros(size, np.float32) for size in sizes[1:])
    return MlpPolicy(weights, biases, -np.ones(2), np.ones(2), **more)


def put(folder: Path, policy: MlpPolicy) -> None:
    """Exchange the policy of a run, with its checksums."""
    policy.save(folder)
    body = json.loads((folder / "record.json").read_text())
    names = ("policy.json", "policy.safetensors")
    body["policy_sha256"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "record.json").write_text(json.dumps(body))


def submission(root: Path, policies: list[MlpPolicy], **hyperparameters: Any) -> Report:
    records = [
        dataclasses.replace(honest(s), run=dataclasses.replace(honest(s).run, hyperparameters=hyperparameters))
        for s in range(3)
    ]
    write_submission(root, records)
    for seed, policy in enumerate(policies):
        put(run_folder(root, seed), policy)
    return validate(root, MadeUpRegistry())


@pytest.mark.parametrize(
    ("hyperparameters", "reason"),
    [
        ({"net_arch": [8, 6], "activation": "tanh", "normalize_observation": False}, ""),
        ({"net_arch": {"pi": [8, 6], "qf": [9]}}, ""),
        ({}, ""),
        ({"net_arch": [8]}, "hidden layers of [8, 6] units, the hyperparameter net_arch is [8]"),
        ({"net_arch": [6, 8]}, "net_arch is [6, 8]"),
        ({"net_arch": []}, "net_arch is []"),
        ({"net_arch": "large"}, "net_arch is large"),
        ({"shared_net_arch": [8], "net_arch": [6]}, ""),
        ({"shared_net_arch": [], "net_arch": [8, 6]}, ""),
        ({"shared_net_arch": [8], "net_arch": {"pi": [6], "vf": [9]}}, ""),
        ({"shared_net_arch": [8], "net_arch": [8]}, "shared_net_arch and net_arch are [8] and [8]"),
        ({"shared_net_arch": 8, "net_arch": [6]}, "shared_net_arch and net_arch are 8 and [6]"),
        ({"shared_net_arch": [8], "net_arch": "large"}, "are [8] and large"),
        ({"activation": "relu"}, "activation tanh, the hyperparameter is relu"),
        ({"normalize_observation": True}, "does not normalise observations"),
    ],
)
def test_layers_are_held_to_the_hyperparameters(tmp_path: Path, hyperparameters: dict[str, Any], reason: str) -> None:
    policies = [network(np.random.default_rng(seed)) for seed in range(3)]
    report = submission(tmp_path / "s", policies, **hyperparameters)
    texts = [finding.text for finding in report.findings if finding.level == "error"]
    assert len(texts) == (3 if reason else 0)
    assert all(reason in text for text in texts)


def test_normalisation_that_nobody_speaks_of_is_found(tmp_path: Path) -> None:
    policies = [network(np.random.default_rng(seed)) for seed in range(3)]
    policies = [dataclasses.replace(p, observation_mean=np.ones(4), observation_std=np.ones(4)) for p in policies]
    report = submission(tmp_path / "s", policies, normalize_observation=False)
    assert "normalises observations, the" in report.findings[0].text


def test_one_policy_with_noise_is_pointed_out(tmp_path: Path) -> None:
    base = network(np.random.default_rng(0))
    noise = np.random.default_rng(1)
    noisy = dataclasses.replace(base, weights=tuple(w + 1e-3 * noise.normal(size=w.shape) for w in base.weights))
    report = submission(tmp_path / "s", [base, noisy, network(np.random.default_rng(2))])
    assert report.tier == "checked"  # it may be so; somebody looks
    (finding,) = (f for f in report.findings if f.check == "duplicate")
    assert (finding.level, "one policy with noise?" in finding.text) == ("note", True)


def test_policies_of_their_own_are_not(tmp_path: Path) -> None:
    report = submission(tmp_path / "s", [network(np.random.default_rng(seed)) for seed in range(3)])
    assert not [f for f in report.findings if f.check == "duplicate"]
