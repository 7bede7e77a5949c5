"""The policy beside a record: the files that the record names, with their checksums, in formats that run no code."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mjbench.errors import RecordError
from mjbench.io.strict import parse_json, read_file
from mjbench.io.tensors import FILE_LIMIT, read_tensors
from mjbench.policies.mlp import FORMAT, MlpPolicy
from mjbench.spec.record import RunRecord
from mjbench.store.robustness import NAME as ROBUSTNESS
from mjbench.store.walk import RECORD
from mjbench.submission.report import Finding

JSON_LIMIT = 2**20


def check_policy(record: RunRecord, folder: Path, place: str, names: Sequence[str]) -> Iterator[Finding]:
    """Findings about the files of one run's folder."""
    named = set(record.policy_sha256)
    present = {name for name in names if name != RECORD and not ROBUSTNESS.fullmatch(name)}
    for name in sorted(present - named):
        yield Finding("error", "files", f"{place}/{name}", "the record does not name this file")
    for name in sorted(named - present):
        yield Finding("error", "policy", place, f"the file {name} of its policy is missing")
    if record.status == "completed" and not named:
        yield Finding("error", "policy", place, "no policy, so it cannot be replayed")
    sound = not named - present
    for name in sorted(named & present):
        for text in _file(folder / name, record.policy_sha256[name]):
            sound = False
            yield Finding("error", "policy", f"{place}/{name}", text)
    if sound and {"policy.json", "policy.safetensors"} <= named:
        yield from _network(record.run.hyperparameters, folder, place)


def _file(path: Path, checksum: str) -> Iterator[str]:
    try:
        data = read_file(path, FILE_LIMIT)
        if hashlib.sha256(data).hexdigest() != checksum:
            yield "its checksum is not the one in the record"
        if path.suffix == ".safetensors":
            read_tensors(path)
        elif path.suffix == ".json":
            parse_json(read_file(path, JSON_LIMIT))
        else:
            yield "a policy must be saved as .safetensors and .json"
    except RecordError as error:
        yield str(error)


def _network(hyperparameters: Mapping[str, Any], folder: Path, place: str) -> Iterator[Finding]:
    settings = parse_json(read_file(folder / "policy.json", JSON_LIMIT))
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        return  # another plugin's format, which only its algorithm can load
    try:
        policy = MlpPolicy.load(folder)
    except RecordError as error:
        yield Finding("error", "policy", place, str(error).replace(f"{folder}", place))
        return
    for text in _other_shape(policy, hyperparameters):
        yield Finding("error", "policy", place, text)


def _other_shape(policy: MlpPolicy, hyperparameters: Mapping[str, Any]) -> Iterator[str]:
    """What differs between the network and the hyperparameters that describe it."""
    hidden = [len(bias) for bias in policy.biases[:-1]]
    arch = hyperparameters.get("net_arch", hidden)
    arch = arch.get("pi", hidden) if isinstance(arch, dict) else arch
    said = f"the hyperparameter net_arch is {arch}"
    if "net_arch" in hyperparameters and (shared := hyperparameters.get("shared_net_arch")):
        said = f"the hyperparameters shared_net_arch and net_arch are {shared} and {arch}"
        arch = [*shared, *arch] if isinstance(shared, list) and isinstance(arch, list) else None
    if arch != hidden:
        yield f"its policy has hidden layers of {hidden} units, {said}"
    activation = hyperparameters.get("activation", policy.activation)
    if activation != policy.activation:
        yield f"its policy has the activation {policy.activation}, the hyperparameter is {activation}"
    normal = policy.observation_mean is not None
    if hyperparameters.get("normalize_observation", normal) != normal:
        has = "normalises observations" if normal else "does not normalise observations"
        yield f"its policy {has}, the hyperparameter normalize_observation is {str(not normal).lower()}"
