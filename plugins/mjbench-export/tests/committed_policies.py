"""Policies of the committed records: of each kind one, or all."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from committed import committed_results

from mjbench.policies.mlp import MlpPolicy

RESULTS = committed_results()


def all_policies() -> Iterator[Path]:
    """Folders of the runs that have a policy."""
    return (path.parent for path in sorted(RESULTS.glob("*/*/*/*/policy.json")))


@cache
def kinds() -> dict[str, Path]:
    """A folder for each kind: algorithm, variant, activation, squash, normalisation, warm start, robot."""
    found: dict[str, Path] = {}
    for folder in all_policies():
        run = json.loads((folder / "record.json").read_bytes())["run"]
        settings = json.loads((folder / "policy.json").read_bytes())
        with (folder / "policy.safetensors").open("rb") as file:
            normal = b"observation_mean" in file.read(2000)
        words = [run["task"].split("/")[0], run["algorithm"], run.get("preset", ""), run["variant"]]
        words += [settings["activation"], settings["squash"], "normal" if normal else ""]
        words += ["warm" if run.get("source") else "", str(run["hyperparameters"].get("precision", ""))]
        found.setdefault("-".join(filter(None, words)), folder)
    return found


def first(pattern: str) -> Path:
    """The first run that fits, such as ``quadruped/Go1Walk-v0/ppo``."""
    return min((RESULTS / pattern).iterdir())


def policy_of(folder: Path) -> MlpPolicy:
    """The policy of a run."""
    return MlpPolicy.load(folder)
