"""The part of the tutorial on clusters that needs a queue, followed on a real Slurm."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from following import steps

pytestmark = [pytest.mark.slurm, pytest.mark.slow, pytest.mark.usefixtures("slurm")]


def test_the_queue_of_the_tutorial(tmp_path: Path) -> None:
    said = []
    for step in steps("tutorial_cluster.md", ("shell",)):
        if step.file:
            (tmp_path / step.file).write_text(step.text)
            continue
        command = [sys.executable, "-m", "mjbench.cli.main", *step.text.split()[1:]]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout)
    submitted, queued, followed, done = said
    assert "4 runs in the queue of the cluster" in submitted
    assert re.search(r"(running|queued|done)", queued)
    assert "final return" in followed
    assert "4 done of 4 runs" in done
