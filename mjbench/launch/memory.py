"""How much memory there is, and how much of it runs will take."""

import heapq
import json
import math
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mjbench.errors import MjbenchError
from mjbench.launch.estimate import WORKER_BYTES, Estimator, Sizes
from mjbench.spec.run import RunSpec

LARGE = (1000, 100)
"""Sizes of observation and action that the tasks of most launches stay below."""
MODEST = 2 * 2**30
"""Bytes that may be requested for a run without a closer look at what it needs."""
SIZES_S = 120.0
"""How long the sizes of the tasks may take to be found."""


@dataclass
class MemoryLimit:
    """Lets no more workers run at once than memory holds."""

    free: float
    """Bytes for all of them together."""
    needs: Mapping[str, float]
    """Bytes by run id."""
    tell: Callable[[str], None]
    """Takes a line for the user."""
    _told: set[str] = field(default_factory=set)

    def need(self, run: RunSpec) -> float:
        """Bytes that ``run`` may take."""
        return self.needs.get(run.run_id, WORKER_BYTES)

    def fits(self, run: RunSpec, at_work: Sequence[RunSpec]) -> bool:
        """Whether ``run`` can be started beside those at work; a line where it cannot, once."""
        need = sum(self.need(other) for other in (*at_work, run))
        if need <= self.free:
            return True
        if not at_work:  # one alone is always tried
            self._say(run.entry + run.task, f"{run.label} may need {_gb(need)} of memory; {_gb(self.free)} are free")
            return True
        count = len(at_work)
        now = "one" if count == 1 else count
        self._say(
            "",
            f"{count + 1} parallel runs need {_gb(need)} of memory, {_gb(self.free)} are free: running {now} at a time",
        )
        return False

    def _say(self, what: str, line: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.tell(line)


def _gb(size: float) -> str:
    return f"{size / 1e9:.{0 if size >= 1e10 else 1}f} GB"


def available(root: Path = Path("/")) -> float:
    """Bytes that new processes can have, within the limits of the control groups; infinite where it is unknown.

    Args:
        root: holds ``proc`` and ``sys``.
    """
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return math.inf
    return min(free, _left_by_groups(root))


def _left_by_groups(root: Path) -> float:
    """What the control groups of this process (version 1 or 2) and those around them leave of their limits."""
    left = math.inf
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return left
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mount, names = root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            mount = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        inner = Path(path.lstrip("/"))
        for group in (inner, *inner.parents):  # a container sees its own group as the outermost
            left = min(left, _left(mount / group, *names))
    return left


def _left(group: Path, limit: str, usage: str, reclaimable: str) -> float:
    try:
        most = (group / limit).read_text().strip()
        if most == "max":
            return math.inf
        used = int((group / usage).read_text())
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return max(0, int(most) - used + int(counts.get(reclaimable, 0)))  # cached files give way to processes
    except (OSError, ValueError):
        return math.inf


def needs(runs: Sequence[RunSpec], jobs: int, free: float, estimator: Estimator) -> dict[str, float]:
    """Bytes that each run will take, by run id.

    The environments are made to learn the sizes of their observations only where large ones might not fit, or might
    ask a cluster for much.

    Args:
        runs: all that are to be done.
        jobs: most of them at once.
        free: bytes that there are.
        estimator: that has read the existing records.
    """
    least = {run.run_id: estimator.memory(run, LARGE) for run in runs}
    alone = math.isinf(free)  # each has memory of its own, and what is requested for it should not be far too much
    if max(least.values(), default=0.0) <= MODEST if alone else sum(heapq.nlargest(jobs, least.values())) <= free:
        return least
    sizes = _sizes(list(dict.fromkeys(run.task for run in runs)))
    return {run.run_id: estimator.memory(run, sizes.get(run.task, (0, 0))) for run in runs}


def _sizes(tasks: Sequence[str]) -> dict[str, Sizes]:
    """Of the tasks whose environments can be made; in a process of its own, as they import a simulator."""
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "mjbench.launch.memory", *tasks],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SIZES_S,
        ).stdout
        found: Mapping[str, list[int]] = json.loads(answer.splitlines()[-1])
        return {task: (size, actions) for task, (size, actions) in found.items()}
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return {}


def _tell_sizes(tasks: Sequence[str]) -> None:
    from mjbench.envs.make import make_env
    from mjbench.registry.lookup import Registry

    registry, found = Registry(), {}
    for task in tasks:
        try:
            env = make_env(registry.task(task))
            found[task] = [*env.observation_space.shape, *env.action_space.shape]
            env.close()
        except MjbenchError:  # its worker will say so
            continue
    print(json.dumps(found))


if __name__ == "__main__":
    _tell_sizes(sys.argv[1:])
