"""The script of an array, executed as Slurm does, but for Slurm."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from killing import small_run, wait_for
from mjbench_slurm import commands, script
from mjbench_slurm.launcher import Jobs, SlurmWorker

from mjbench.api.launcher import Job
from mjbench.runner.command import STOPPED

RUN = small_run("gymnasium/InvertedPendulum-v5", "ppo")


def job(folder: Path, *command: str) -> Job:
    folder.mkdir(exist_ok=True)
    return Job(RUN, command, folder, {"WORD": "it's $HOME"}, folder / "log.txt", 1.0)


def executed(jobs: list[Job], task: int) -> int:
    numbers = {"SLURM_ARRAY_JOB_ID": "1", "SLURM_ARRAY_TASK_ID": str(task)}
    return subprocess.run(["bash"], input=script.script(jobs), text=True, env={**os.environ, **numbers}).returncode


def test_a_task_executes_its_own_run_in_its_folder(tmp_path: Path) -> None:
    say = ("sh", "-c", 'echo "$0 $WORD $(basename "$PWD")"; exit 3', "a b 'c'")
    jobs = [job(tmp_path / name, *say) for name in ("first one", "second")]
    (tmp_path / "first one" / "log.txt").write_text("before\n")
    assert executed(jobs, 0) == 3
    assert (tmp_path / "first one" / "log.txt").read_text() == "before\na b 'c' it's $HOME first one\n"
    assert not (tmp_path / "second" / "log.txt").exists()


def test_a_claim_of_a_lost_worker_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "TRY_AGAIN_S", 0.05)
    held_twice = 'echo try; test "$(grep -c try log.txt)" -gt 2 || exit 75'
    assert executed([job(tmp_path / "a", "sh", "-c", held_twice)], 0) == 0
    assert (tmp_path / "a" / "log.txt").read_text() == "try\n" * 3
    assert executed([job(tmp_path / "b", "sh", "-c", "echo try; exit 75")], 0) == STOPPED
    assert (tmp_path / "b" / "log.txt").read_text() == "try\n" * script.TRIES


@pytest.mark.parametrize(("number", "reaches"), [(signal.SIGUSR1, "stopped"), (signal.SIGTERM, "")])
def test_a_signal_to_the_shell_waits_for_the_worker(tmp_path: Path, number: int, reaches: str) -> None:
    worker = "trap 'echo stopped; sleep 0.5; exit 7' TERM; echo up; for i in 1 2 3 4 5; do sleep 0.3; done; exit 9"
    work, numbers = job(tmp_path / "a", "bash", "-c", worker), {"SLURM_ARRAY_JOB_ID": "1", "SLURM_ARRAY_TASK_ID": "0"}
    (tmp_path / "script").write_text(script.script([work]))
    shell = subprocess.Popen(["bash", str(tmp_path / "script")], env={**os.environ, **numbers})
    wait_for(lambda: work.log.exists() and "up" in work.log.read_text())
    shell.send_signal(number)
    assert shell.wait(30) == (7 if reaches else 9)
    assert work.log.read_text().split() == ["up", *filter(None, [reaches])]


def test_a_folder_that_a_node_does_not_see_is_named_and_is_no_failure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = job(tmp_path / "gone", "true")
    gone.folder.rmdir()
    status = executed([gone], 0)
    assert status == script.UNSEEN
    monkeypatch.setattr(commands, "states", lambda name: {"1_0": ("FAILED", status << 8)})
    capfd.readouterr()
    assert SlurmWorker("1_0", Jobs("name"), gone.folder).state() == STOPPED
    said = f"mjbench: a node does not see {gone.folder}; choose a folder that all nodes share with --results\n"
    assert capfd.readouterr().err == said
