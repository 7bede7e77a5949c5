"""A process is known by its number and its start."""

import subprocess
import sys

from mjbench.runner.process import Process, started


def test_a_process_is_alive_until_it_ends_also_where_nobody_waits_for_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = Process(child.pid, started(child.pid) or "")
    assert process.alive()
    child.kill()
    child.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]
    while process.alive():
        pass
    child.wait()
    assert not process.alive()


def test_a_number_that_was_used_again_is_another_process() -> None:
    mine = Process.this()
    assert mine.alive()
    assert not Process(mine.pid, "1").alive()
    assert Process.parse(str(mine)) == mine
