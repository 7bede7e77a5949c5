"""A tracker that keeps what it receives, and draws from the generators that training may use."""

import random
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.registry.entry_points import GROUPS
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.record import RunRecord
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore


class Recorder:
    """Each event is a tuple: the method's name, then what it received."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def start(self, run: RunSpec, folder: Path, step: int) -> None:
        self._take("start", run, folder, step)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        self._take("scalars", step, values)

    def evaluation(
        self, step: int, mean_return: float, mean_length: float, success: float | None, metrics: Mapping[str, float]
    ) -> None:
        self._take("evaluation", step, mean_return, mean_length, success, metrics)

    def end(self, record: RunRecord) -> None:
        self._take("end", record)

    def close(self) -> None:
        self._take("close")

    def of(self, name: str) -> list[tuple[Any, ...]]:
        """What the method received, call by call."""
        return [event[1:] for event in self.events if event[0] == name]

    def _take(self, *event: Any) -> None:
        random.random()
        np.random.rand()
        self.events.append(event)


RECORDER = Recorder()


def listening() -> tuple[Registry, Recorder]:
    """All that is installed and the tracker ``recorder``, which has received nothing so far."""
    RECORDER.events.clear()
    installed = [point for group in GROUPS.values() for point in entry_points(group=group)]
    return Registry([*installed, EntryPoint("recorder", "listening:RECORDER", GROUPS["tracker"])]), RECORDER


def heard_and_unheard(run: RunSpec, root: Path) -> Recorder:
    """Train with a listener and without; both must leave the same. What the listener received."""
    registry, recorder = listening()
    left = []
    for name, trackers in (("unheard", []), ("heard", ["recorder"])):
        store = ResultStore(root / name)
        record = execute(run, store, registry, trackers=trackers)
        assert record.status == "completed", record.error
        policy = (store.folder(run) / "policy.safetensors").read_bytes()
        left.append((policy, record.evaluations, record.training))
    assert left[0] == left[1]
    assert [event[0] for event in recorder.events if event[0] not in ("scalars", "evaluation")] == [
        "start",
        "end",
        "close",
    ]
    return recorder
