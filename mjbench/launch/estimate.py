"""How long runs will take, how much memory, how much disk: from existing records, else the algorithm's own figures."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mjbench.algorithms.device import gpu_here
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.store import Found

EVALUATION_STEPS_PER_S = 10_000.0
"""Batched evaluation of a small network; measured on HalfCheetah-v5 on one core, used until there is a record."""
RUN_BYTES = 400_000
"""A record and a 256-256 policy; used until there is a record."""
WORKER_BYTES = 500 * 2**20
"""Memory of a worker without its replay buffer; 370 to 455 MiB measured with torch and MuJoCo."""

START_UP_S = 2.0
"""Of a worker, until it trains; 1 to 3 seconds measured on an idle core, less where it is forked."""
SAMPLE = 20
"""Records of an algorithm whose size on the disk is looked at."""

Sizes = tuple[int, int]
"""Of a task's observation and action."""


@dataclass
class Estimator:
    """Learns from every record that it is shown, but from those of a GPU only where there is one: the same training
    takes hundreds of times as long without."""

    registry: Registry
    _rates: dict[tuple[str, ...], list[float]] = field(default_factory=dict)
    _evaluation_s: dict[tuple[str, ...], list[float]] = field(default_factory=dict)
    _found: dict[str, list[Found]] = field(default_factory=dict)
    _peaks: dict[tuple[object, ...], float] = field(default_factory=dict)
    _seconds: dict[tuple[object, ...], float | None] = field(default_factory=dict)
    """What was computed since it last learned."""

    def learn(self, records: Iterable[Found]) -> None:
        """Take in finished runs."""
        self._seconds.clear()
        gpu = gpu_here()
        for found in records:
            run, cost = found.record.run, found.record.resources
            if found.record.status != "completed" or cost.steps_per_s <= 0:
                continue
            if run.simulator and not gpu and _on_gpu(found.record.provenance):
                continue
            for key in _alike(run):
                self._rates.setdefault(key, []).append(cost.steps_per_s)
            self._evaluation_s.setdefault((run.task, str(run.protocol)), []).append(cost.evaluate_s)
            if cost.peak_memory_mib > 0:
                self._peaks[_kind(run)] = max(cost.peak_memory_mib * 2**20, self._peaks.get(_kind(run), 0.0))
            self._found.setdefault(run.algorithm, []).append(found)

    def seconds(self, run: RunSpec) -> float | None:
        """Wall time of one run, its worker's start included; None where nothing is known of its algorithm."""
        key = run.task, run.algorithm, run.preset_id, run.steps, run.protocol
        if key not in self._seconds:
            rate = self._rate(run)
            self._seconds[key] = START_UP_S + run.steps / rate + self._evaluation(run) if rate else None
        return self._seconds[key]

    def total_seconds(self, runs: Iterable[RunSpec], jobs: int) -> float | None:
        """Wall time of all runs, ``jobs`` at once; None where one of them is unknown."""
        each = [self.seconds(run) for run in runs]
        known = [seconds for seconds in each if seconds is not None]
        return max(sum(known) / jobs, max(known, default=0.0)) if len(known) == len(each) else None

    def memory(self, run: RunSpec, sizes: Sizes) -> float:
        """Bytes of memory that the run will take at most: what one of its kind took, else its algorithm's own figure.

        Args:
            run: that is to be done.
            sizes: of its task.
        """
        if _kind(run) in self._peaks:
            return self._peaks[_kind(run)]
        needed = getattr(self.registry.algorithm(run.algorithm), "training_bytes", None)
        try:
            return WORKER_BYTES + (needed(run, *sizes) if needed else 0)
        except Exception:  # hyperparameters that it does not take: its worker will say so
            return WORKER_BYTES

    def bytes(self, runs: Iterable[RunSpec]) -> float:
        """What the records of the runs will take on the disk."""
        counts = Counter(run.algorithm for run in runs)
        return sum(count * self._run_bytes(algorithm) for algorithm, count in counts.items())

    def _run_bytes(self, algorithm: str) -> float:
        found = self._found.get(algorithm, [])
        sample = found[:: max(1, len(found) // SAMPLE)]
        sizes = [sum(path.stat().st_size for path in each.path.iterdir()) for each in sample if each.path.is_dir()]
        return statistics.fmean(sizes or [RUN_BYTES])

    def source(self, runs: Iterable[RunSpec]) -> str:
        """Where the estimate comes from."""
        kinds = {_alike(run) for run in runs}
        if all(keys[0] in self._rates for keys in kinds):
            return "measured in this results folder"
        if all(keys[1] in self._rates for keys in kinds):
            return (
                "measured with other hyperparameters in this results folder; "
                "other networks and batches can take several times as long"
            )
        if all(keys[-1] in self._rates for keys in kinds):
            return "measured on other tasks in this results folder; more exact when runs of each kind have finished"
        return "typical of small robots on one core; large ones take several times as long"

    def _rate(self, run: RunSpec) -> float | None:
        for key in _alike(run):
            if key in self._rates:
                return statistics.median(self._rates[key])
        return getattr(self.registry.algorithm(run.algorithm), "typical_steps_per_s", None)

    def _evaluation(self, run: RunSpec) -> float:
        measured = self._evaluation_s.get((run.task, str(run.protocol)))
        if measured:
            return statistics.median(measured)
        episodes = sum(run.protocol.schedule(run.steps).values())
        return episodes * self.registry.task(run.task).episode_limit / EVALUATION_STEPS_PER_S


def _alike(run: RunSpec) -> tuple[tuple[str, ...], ...]:
    """What runs must share to train at about the same rate, the best guess first. Tasks of a plugin are alike."""
    domain = run.task.partition("/")[0]
    return (
        (run.algorithm, run.task, run.preset_id),
        (run.algorithm, run.task),
        (run.algorithm, domain),
        (run.algorithm,),
    )


def _on_gpu(provenance: Mapping[str, Any]) -> bool:
    """Whether a GPU simulated the training."""
    simulator = provenance.get("simulator")
    return isinstance(simulator, Mapping) and str(simulator.get("device")).startswith("cuda")


def _kind(run: RunSpec) -> tuple[object, ...]:
    """What runs must share to take the same memory; a replay buffer grows with the steps until it is full."""
    return run.task, run.algorithm, run.preset_id, run.steps
