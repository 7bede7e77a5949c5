"""Measure the random policy's return on every task of an installed plugin and write it as TOML.

    python measure_references.py gymnasium mjbench_gymnasium/references.toml
    python measure_references.py dm_control references.toml --episodes 20 --tag heavy

Episode i is reset with SEED + i and its actions are ``action_space.sample()`` of a space seeded with the same
number, so every episode can be repeated alone. Tasks already in the file are kept; delete a line to redo it.
"""

import argparse
import platform
import time
import tomllib
from importlib.metadata import version
from pathlib import Path

import numpy as np

from mjbench.environment import make_env
from mjbench.registry import Registry
from mjbench.spec.task import TaskSpec

SEED = 2_000_000
"""Apart from training seeds (below 1,000,000) and evaluation seeds (1,000,000 and on)."""
PACKAGES = ("mujoco", "gymnasium", "dm_control", "numpy")


def random_return(env, seed: int) -> float:
    """Return of one episode of uniformly random actions."""
    env.action_space.seed(seed)
    env.reset(seed=seed)
    total, done = 0.0, False
    while not done:
        _, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        total += float(reward)
        done = terminated or truncated
    return total


def measure(task: TaskSpec, episodes: int) -> dict[str, float]:
    """Mean and standard error over ``episodes`` episodes."""
    env = make_env(task)
    returns = np.array([random_return(env, SEED + i) for i in range(episodes)])
    env.close()
    return {
        "value": round(float(returns.mean()), 4),
        "stderr": round(float(returns.std(ddof=1) / np.sqrt(episodes)), 4),
        "episodes": episodes,
    }


def write(path: Path, packages: dict[str, str], rows: dict[str, dict[str, float]]) -> None:
    """One line a task, sorted, so that a new measurement reads well in a diff."""
    lines = [
        "# Return of the uniformly random policy, measured by benchmarks/measure_references.py.",
        "# Episode i is reset with seed + i; its action space is seeded with the same number.",
        f"seed = {SEED}",
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
    if rows and known["versions"] != packages:
        raise SystemExit(f"{args.file} was measured with {known['versions']}; move it away to measure with {packages}")
    for task in Registry().tasks.values():
        if task.namespace != args.namespace or task.id in rows:
            continue
        if (args.tag and args.tag not in task.tags) or (args.without_tag and args.without_tag in task.tags):
            continue
        start = time.perf_counter()
        rows[task.id] = measure(task, args.episodes)
        write(args.file, packages, rows)
        print(f"{task.id:60} {rows[task.id]} {time.perf_counter() - start:.1f} s", flush=True)


def _used(package: str, namespace: str) -> bool:
    return package != "dm_control" or namespace == "dm_control"


if __name__ == "__main__":
    main()
