"""Makes submissions for tests: whole, and then harmed."""

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from records import PROTOCOL, make_record, make_run

from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.spec.record import RunRecord, TrainingEpisodes
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import Suite
from mjbench.spec.task import Metric, Reference, TaskSpec
from mjbench.store.codec import dump_record
from mjbench.store.store import ResultStore
from mjbench.store.walk import RECORD
from mjbench.submission.about import About

TASK = TaskSpec(
    id="pointmass/Centre-v0",
    entry_point="pointmass.env:CentreEnv",
    episode_limit=100,
    budget=100,
    random_return=Reference(0.0, "made up"),
    reference_return=Reference(10.0, "made up"),
    metrics=(Metric("distance_m", "distance"),),
)
SUITE = Suite("made-up", (TASK.id,), algorithms=("sac",), seeds=3, steps=100, protocol=PROTOCOL)
ABOUT = About("A team", "https://example.org/me", "https://example.org/code", "What was done.", "made-up")


class MadeUpRegistry(Registry):
    """One suite with one task and no algorithm, nothing of what is installed."""

    def __init__(self) -> None:
        super().__init__([])

    def suite(self, name: str) -> Suite:
        return SUITE if name == SUITE.name else super().suite(name)

    def task(self, task_id: str) -> TaskSpec:
        return TASK if task_id == TASK.id else super().task(task_id)


def honest(seed: int, **changes: Any) -> RunRecord:
    """The record of one seed, as the task would have it."""
    record = make_record(make_run(seed=seed), float(seed))
    definition = {"entry_point": TASK.entry_point, "kwargs": {}, "episode_limit": TASK.episode_limit}
    training = TrainingEpisodes([10, 20], [float(seed), 1.0], [10, 10])
    return dataclasses.replace(record, training=training, provenance={"task": definition}, **changes)


def policy(seed: int) -> MlpPolicy:
    return MlpPolicy((np.full((2, 4), seed, np.float32),), (np.zeros(2, np.float32),), -np.ones(2), np.ones(2))


def write_submission(root: Path, records: list[RunRecord] | None = None) -> Path:
    """A submission of three seeds, or of ``records``."""
    store = ResultStore(root / "results")
    for record in [honest(seed) for seed in range(3)] if records is None else records:
        store.write(record, policy(record.run.seed) if record.status == "completed" else None)
    for name in (".work", ".partial"):
        (store.root / name).rmdir()
    (root / "submission.toml").write_text(ABOUT.to_toml())
    return root


def run_folder(root: Path, seed: int = 0) -> Path:
    return next((root / "results").glob(f"*/*/*/{seed}-*"))


def rewritten(change: Callable[[RunRecord], RunRecord], seed: int = 0) -> Callable[[Path], None]:
    """Changes one record in place, under the name that its changed run asks for."""

    def harm(root: Path) -> None:
        from mjbench.store.codec import load_record

        folder = run_folder(root, seed)
        record = change(load_record((folder / RECORD).read_bytes()))
        (folder / RECORD).write_bytes(dump_record(record))
        home = ResultStore(root / "results").folder(record.run)
        if home != folder:
            home.parent.mkdir(parents=True, exist_ok=True)
            os.rename(folder, home)
            if not any(folder.parent.iterdir()):
                folder.parent.rmdir()

    return harm


def with_run(**changes: Any) -> Callable[[Path], None]:
    return rewritten(lambda record: dataclasses.replace(record, run=changed(record.run, **changes)))


def with_table(**changes: Any) -> Callable[[Path], None]:
    return rewritten(
        lambda record: dataclasses.replace(record, evaluations=dataclasses.replace(record.evaluations, **changes))
    )


def with_training(*columns: list[Any]) -> Callable[[Path], None]:
    return rewritten(lambda record: dataclasses.replace(record, training=TrainingEpisodes(*columns)))


def changed(run: RunSpec, **changes: Any) -> RunSpec:
    return dataclasses.replace(run, **changes)


def told(**changes: Any) -> Callable[[Path], None]:
    """Exchange values of submission.toml."""

    def harm(root: Path) -> None:
        body = {**dataclasses.asdict(ABOUT), **changes}
        (root / "submission.toml").write_text("".join(f"{k} = {json.dumps(v)}\n" for k, v in body.items()))

    return harm
