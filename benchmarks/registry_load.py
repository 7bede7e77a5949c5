"""Measure how long the registry takes with very many tasks: 200 synthetic plugins of 50 tasks each.

    python benchmarks/registry_load.py

Each measurement is a new process, which starts its clock before it imports mjbench.registry.lookup. The table shows
medians.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SPECS = """
from mjbench.spec.task import Metric, Reference, TaskSpec
TASKS = [
    TaskSpec(
        id=f"{space}/Task{{i}}-v0", entry_point="nowhere:make", kwargs={{"number": i}}, episode_limit=1000,
        budget=1_000_000, description="One of very many", tags=("synthetic", "walker"),
        random_return=Reference(0.0, "none"), reference_return=Reference(1.0, "none"),
        metrics=(Metric("distance_m", "x"),),
    )
    for i in range({count})
]
"""
PROGRAMS = {
    "every task loaded": "tasks = Registry().tasks; assert len(tasks) >= {total}, len(tasks)",
    "one task by its id": "Registry().task('space7/Task7-v0')",
    "names only": "Registry().names('task')",
    "a wrong id, with the nearest": """
try:
    Registry().task('space7/Tsk7-v0')
except UnknownName as error:
    assert 'space7/Task7-v0' in str(error), error
""",
}
TIMER = """
import time
start = time.perf_counter()
from mjbench.errors import UnknownName
from mjbench.registry.lookup import Registry
{body}
print(time.perf_counter() - start)
"""


def lay_down(folder: Path, plugins: int, tasks: int) -> None:
    """Write packages as pip would install them."""
    for i in range(plugins):
        info = folder / f"synthetic_{i}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: synthetic-{i}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[mjbench.tasks]\nspace{i} = synthetic_{i}:TASKS\n")
        (folder / f"synthetic_{i}.py").write_text(SPECS.format(space=f"space{i}", count=tasks))


def seconds(body: str, folder: Path) -> float:
    """Seconds of one new process."""
    done = subprocess.run(
        [sys.executable, "-c", TIMER.format(body=body)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    return float(done.stdout)


def main() -> None:
    """Print a line for each way to use the registry."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugins", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=50, help="of each plugin")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    total = args.plugins * args.tasks
    with tempfile.TemporaryDirectory() as folder:
        lay_down(Path(folder), args.plugins, args.tasks)
        print(f"{total:,} tasks of {args.plugins} plugins; seconds, median of {args.repeats} (first: nothing compiled)")
        for name, program in PROGRAMS.items():
            times = [seconds(program.format(total=total), Path(folder)) for _ in range(args.repeats + 1)]
            print(f"{name:30} {statistics.median(times[1:]):.3f} ({times[0]:.3f})")


if __name__ == "__main__":
    main()
