"""Measure the processor time of quick commands, with all installed plugins.

    python benchmarks/start_up.py

Prints the median of five calls of each command.
"""

import resource
import statistics
import subprocess
import sys

COMMANDS = (
    ["--help"],
    ["list", "tasks"],
    ["list", "suites"],
    ["list", "plugins"],
    ["status"],
    ["leaderboard", "--help"],
)


def processor_s(arguments: list[str]) -> float:
    """User and system time of one call, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "mjbench.cli.main", *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the median of five calls of each command."""
    for arguments in COMMANDS:
        processor_s(arguments)  # compiles the modules
        median = statistics.median(processor_s(arguments) for _ in range(5))
        print(f"mjbench {' '.join(arguments):20} {median:.2f} s")


if __name__ == "__main__":
    main()
