"""What the uniformly random policy earns: the zero of normalised scores, measured, and kept as a TOML file.

Episode i is reset with ``seed + i`` and its actions are samples of an action space seeded with ``action_seed + i``,
so each episode can be repeated alone. A task package ships the file and reads its ``random_return`` from it.
"""

import math
import platform
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.spec.task import TaskSpec

SEED = 2_000_000
"""Apart from training seeds (below 1,000,000) and evaluation seeds (1,000,000 and on)."""
ACTION_SEED = 3_000_000
"""Another one: Gymnasium draws initial states and actions from generators of one kind, so with one number for both
the first actions would repeat the noise of the initial state."""
PACKAGES = ("mujoco", "gymnasium", "dm_control", "numpy")
"""Their versions are kept, of those that the measured tasks import."""
DIGITS = 4


@dataclass(frozen=True)
class MeasuredReturn:
    """One row: the random policy's return on one task."""

    value: float
    """Mean undiscounted return."""
    stderr: float
    episodes: int


@dataclass(frozen=True)
class RandomReturns:
    """One file."""

    rows: Mapping[str, MeasuredReturn] = field(default_factory=dict)
    """By task id."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Packages that the rows were measured with; the same for all of them."""
    seed: int = SEED
    action_seed: int = ACTION_SEED

    def extended(self, rows: Mapping[str, MeasuredReturn], versions: Mapping[str, str]) -> "RandomReturns":
        """With more rows, or other ones.

        Raises:
            MjbenchError: rows that stay were measured with other versions.
        """
        stays = self.rows.keys() - rows.keys()
        other = {name: old for name, old in self.versions.items() if versions.get(name, old) != old}
        if stays and other:
            now = ", ".join(f"{name} {versions[name]}" for name in other)
            then = ", ".join(f"{name} {old}" for name, old in other.items())
            raise MjbenchError(f"{len(stays)} rows were measured with {then}, not {now}; use another file, or --again")
        kept = self.versions if stays else {}
        return replace(self, rows={**self.rows, **rows}, versions={**kept, **versions})


def random_return(env: Any, seed: int, action_seed: int) -> float:
    """Return of one episode of uniformly random actions."""
    env.action_space.seed(action_seed)
    env.reset(seed=seed)
    total, ended = 0.0, False
    while not ended:
        _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        total += float(reward)
        ended = terminated or truncated
    return total


def measure(
    task: TaskSpec, episodes: int, seed: int = SEED, action_seed: int = ACTION_SEED
) -> tuple[MeasuredReturn, dict[str, str]]:
    """Mean and standard error over ``episodes`` episodes, with the packages that took part.

    Raises:
        MjbenchError: a return is not finite, or there are fewer than two episodes.
    """
    if episodes < 2:
        raise MjbenchError("a standard error needs at least 2 episodes")
    env = make_env(task)
    try:
        returns = np.array([random_return(env, seed + i, action_seed + i) for i in range(episodes)])
    finally:
        env.close()
    if not np.isfinite(returns).all():
        raise MjbenchError(f"{task.id}: a return is not finite (seed {seed + int(np.argmin(np.isfinite(returns)))})")
    stderr = float(returns.std(ddof=1)) / math.sqrt(episodes)
    return MeasuredReturn(round(float(returns.mean()), DIGITS), round(stderr, DIGITS), episodes), versions()


def versions() -> dict[str, str]:
    """Python, and those of ``PACKAGES`` that this process has imported."""
    imported = [name for name in PACKAGES if name in sys.modules]
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in imported}}


def read_returns(path: Path) -> RandomReturns:
    """A file that ``write_returns`` wrote; an absent one holds nothing.

    Raises:
        MjbenchError: it is not such a file.
    """
    if not path.exists():
        return RandomReturns()
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = {task_id: MeasuredReturn(**row) for task_id, row in body["random"].items()}
        return RandomReturns(rows, dict(body["versions"]), int(body["seed"]), int(body["action_seed"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MjbenchError(f"{path} is not a file of random returns: {type(error).__name__}: {error}") from error


def write_returns(path: Path, table: RandomReturns) -> None:
    """One line a task, sorted, so that a new measurement reads well in a diff.

    Raises:
        MjbenchError: the file cannot be written.
    """
    lines = [
        "# Return of the uniformly random policy, measured by: mjbench references measure",
        "# Episode i is reset with seed + i; its action space is seeded with action_seed + i.",
        f"seed = {table.seed}",
        f"action_seed = {table.action_seed}",
        "",
        "[versions]",
        *(f'{name} = "{number}"' for name, number in table.versions.items()),
        "",
        "[random]",
        *(f'"{task_id}" = {{ {_inline(row)} }}' for task_id, row in sorted(table.rows.items())),
    ]
    try:
        write_atomic(path, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise MjbenchError(f"cannot write {path}: {error.strerror or error}") from error


def _inline(row: MeasuredReturn) -> str:
    return ", ".join(f"{name} = {value}" for name, value in asdict(row).items())
