"""Measure the random policy's return on every task of an installed plugin and write it as TOML.

    python measure_references.py gymnasium mjbench_gymnasium/references.toml
    python measure_references.py dm_control references.toml --episodes 20 --tag heavy

Episode i is reset with ``seed + i`` and its actions are ``action_space.sample()`` of a space seeded with
``action_seed + i``, so every episode can be repeated alone. A file that exists is completed with its own seeds;
delete a task's line to measure it again.
"""

import argparse
import platform
import time
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.environment import make_env
from mjbench.registry import Registry
from mjbench.spec.task import TaskSpec

SEEDS = {"seed": 2_000_000, "action_seed": 3_000_000}
"""Apart from training seeds (below 1,000,000) and evaluation seeds (1,000,000 and on).

They differ because Gymnasium draws initial states and sampled actions from the same kind of generator: with one
number for both, the first actions would repeat the initial noise.
"""
PACKAGES = ("mujoco", "gymnasium", "dm_control", "numpy")


def random_return(env: Any, seed: int, action_seed: int) -> float:
    """Return of one episode of uniformly random actions."""
    env.action_space.seed(action_seed)
    env.reset(seed=seed)
    total, done = 0.0, False
    while not done:
        _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        total += float(reward)
        done = terminated or truncated
    return total


def measure(task: TaskSpec, episodes: int, seeds: dict[str, int]) -> dict[str, float]:
    """Mean and standard error over ``episodes`` episodes."""
    env = make_env(task)
    returns = np.array([random_return(env, seeds["seed"] + i, seeds["action_seed"] + i) for i in range(episodes)])
    env.close()
    return {
        "value": round(float(returns.mean()), 4),
        "stderr": round(float(returns.std(ddof=1) / np.sqrt(episodes)), 4),
        "episodes": episodes,
    }


def write(path: Path, seeds: dict[str, int], packages: dict[str, str], rows: dict[str, dict[str, float]]) -> None:
    """One line a task, sorted, so that a new measurement reads well in a diff."""
    lines = [
        "# Return of the uniformly random policy, measured by benchmarks/measure_references.py.",
        "# Episode i is reset with seed + i; its action space is seeded with action_seed + i.",
        *(f"{name} = {seed}" for name, seed in seeds.items()),
        "",
        "[versions]",
        *(f'{name} = "{number}"' for name, number in packages.items()),
        "",
        "[random]",
        *(f'"{name}" = {{ {", ".join(f"{k} = {v}" for k, v in row.items())} }}' for name, row in sorted(rows.items())),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Measure what is missing in the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("namespace")
    parser.add_argument("file", type=Path)
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--tag", help="only tasks with this tag")
    parser.add_argument("--without-tag", help="only tasks without this tag")
    args = parser.parse_args()
    packages = {
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES if _used(name, args.namespace)},
    }
    known = tomllib.loads(args.file.read_text(encoding="utf-8")) if args.file.exists() else {}
    rows = known.get("random", {})
    seeds = {name: known.get(name, seed) for name, seed in SEEDS.items()}
    if rows and known["versions"] != packages:
        raise SystemExit(f"{args.file} was measured with {known['versions']}; move it away to measure with {packages}")
    for task in Registry().tasks.values():
        if task.namespace != args.namespace or task.id in rows:
            continue
        if (args.tag and args.tag not in task.tags) or (args.without_tag and args.without_tag in task.tags):
            continue
        start = time.perf_counter()
        rows[task.id] = measure(task, args.episodes, seeds)
        write(args.file, seeds, packages, rows)
        print(f"{task.id:60} {rows[task.id]} {time.perf_counter() - start:.1f} s", flush=True)


def _used(package: str, namespace: str) -> bool:
    return package != "dm_control" or namespace == "dm_control"


if __name__ == "__main__":
    main()
