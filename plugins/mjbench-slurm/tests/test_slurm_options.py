"""What is requested for a run, and what is refused before Slurm is called."""

import math
import os
from pathlib import Path

import pytest
from killing import small_run
from mjbench_slurm.commands import Partition, choose, state_of
from mjbench_slurm.launcher import SlurmLauncher
from mjbench_slurm.options import Options, read_options, request
from mjbench_slurm.shared import check_shared, file_system
from mjbench_slurm.times import in_words, minutes
from on_slurm import RUN, mjbench

from mjbench.api.launcher import Job
from mjbench.errors import MjbenchError


def job(folder: Path, memory: float = 600 * 2**20, seconds: float | None = 600.0) -> Job:
    run = small_run("gymnasium/InvertedPendulum-v5", "ppo")
    return Job(run, ["true"], folder, {}, folder / "log.txt", memory, seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("1:30", 1.5), ("4:00:00", 240), ("2-12", 3600), ("1-01:30", 1530), ("1-00:00:30", 1440.5)],
)
def test_times_are_slurms(text: str, expected: float) -> None:
    assert minutes(text) == expected
    assert minutes(in_words(expected)) == math.ceil(expected)


def test_no_time_is_an_error_and_infinite_is_none() -> None:
    assert minutes("infinite") == math.inf
    for text in ("", "4h", "1-", "-5", "1:2:3:4"):
        with pytest.raises(ValueError, match="is not a time"):
            minutes(text)


def test_estimates_are_requested_where_the_file_says_nothing(tmp_path: Path) -> None:
    asked = request(Options(), job(tmp_path), math.inf)
    assert asked == ["--cpus-per-task=1", "--mem=1024M", "--time=00:30:00", "--signal=B:USR1@60"]
    assert "--time=00:20:00" in request(Options(), job(tmp_path), 20)
    assert not [word for word in request(Options(), job(tmp_path, seconds=None), 20) if word.startswith("--time")]


def test_an_algorithm_has_options_of_its_own_on_top_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "slurm.toml"
    path.write_text(
        'partition = "cpu"\ntime = "2:00:00"\nextra = ["--account=robots"]\n'
        '[algorithm.ppo]\nmemory = "3G"\ntime = 2\ngpus = "a100:1"\ncores = 4\n'
    )
    options = read_options(path)
    asked = request(options.of("ppo"), job(tmp_path), math.inf)
    assert asked == [
        *("--cpus-per-task=4", "--mem=3G", "--partition=cpu", "--time=00:02:00", "--gpus=a100:1"),
        *("--signal=B:USR1@30", "--account=robots"),
    ]
    assert options.of("sac").time == "2:00:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("memroy = '2G'", "unknown option 'memroy'; did you mean memory?"),
        ("memory = '2 gigabytes'", "memory must be a size such as 2G or 500M, not '2 gigabytes'"),
        ("memory = 2", "memory must be a text, not 2"),
        ("time = '4h'", "'4h' is not a time; Slurm takes minutes, "),
        ("cores = 0", "cores must be a whole number from 1, not 0"),
        ("cores = true", "cores must be a whole number from 1, not True"),
        ("extra = '--account=x'", "extra must be a list of options of sbatch"),
        ("[algorithm.ppo]\nparttition = 'x'", "[algorithm.ppo] unknown option 'parttition'; did you mean partition?"),
        ("algorithm = 3", "options of one algorithm go into [algorithm.NAME]"),
        ("time = ", "Invalid value"),
        ("time = 04:00:00", "time is a date or a time; write it as text"),
        ("extra = " + "[" * 20_000, "nested deeper than"),
    ],
)
def test_a_wrong_file_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "slurm.toml"
    path.write_text(text)
    with pytest.raises(MjbenchError) as error:
        SlurmLauncher().with_options(path)
    assert str(error.value).startswith(f"--launcher-options {path}: ")
    assert said in str(error.value)


def test_states_of_jobs_are_states_of_workers() -> None:
    assert [state_of(word, 0) for word in ("PENDING", "RUNNING", "COMPLETING", "REQUEUED")] == ["running"] * 4
    assert [state_of(word, 15) for word in ("CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED")] == [75] * 4
    assert [state_of("COMPLETED", 0), state_of("FAILED", 256), state_of("FAILED", 9)] == [0, 1, -9]
    assert state_of("OUT_OF_MEMORY", 0) == -9


def test_without_slurm_and_with_options_that_local_does_not_take(tmp_path: Path) -> None:
    without = {**os.environ, "PATH": str(tmp_path)}
    done = mjbench("run", *RUN, "--launcher", "slurm", "--results", tmp_path / "results", env=without)
    said = "mjbench: no Slurm here: sbatch is not on PATH; --launcher local trains on this machine\n"
    assert (done.returncode, done.stderr) == (2, said)
    local = mjbench("run", *RUN, "--launcher-options", "x.toml", "--results", tmp_path / "results")
    said = "mjbench: --launcher local takes no options; leave out --launcher-options\n"
    assert (local.returncode, local.stderr) == (2, said)
    detached = mjbench("run", *RUN, "--detach", "--results", tmp_path / "results")
    said = "mjbench: --detach needs a launcher whose workers outlive mjbench, such as --launcher slurm\n"
    assert (detached.returncode, detached.stderr) == (2, said)


def test_a_slurm_that_does_not_answer_is_one_line_with_a_way_out(tmp_path: Path) -> None:
    for name in ("sbatch", "sinfo"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'sinfo: fatal: Could not establish a configuration source' >&2\nexit 1\n")
        program.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = mjbench("run", *RUN, "--launcher", "slurm", "--results", tmp_path / "results", env=env)
    said = "Slurm does not answer: sinfo: fatal: Could not establish a configuration source"
    assert (done.returncode, done.stderr) == (2, f"mjbench: {said}; --launcher local trains on this machine\n")


def test_a_folder_of_this_machine_alone_is_refused_where_nodes_are_others(tmp_path: Path) -> None:
    import socket

    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nfiler:/home /home nfs4 rw 0 0\ntmpfs /run/user tmpfs rw 0 0\n")
    here = Partition("cpu", 60, 4, frozenset({socket.gethostname()}), True)
    others = Partition("cpu", 60, 4, frozenset({"node07", socket.gethostname()}), True)
    work = Path("/.work/0123456789ab")
    for results in ("/tmp/results", "/run/user/0/results", "/dev/shm/x"):
        folder = Path(results + str(work))
        check_shared(folder, here, mounts)
        with pytest.raises(MjbenchError, match=rf"^{results} lies on this machine alone, .* \(node07\); choose"):
            check_shared(folder, others, mounts)
    check_shared(Path("/home/me/results/.work/0123456789ab"), others, mounts)
    assert file_system(Path("/home/me"), mounts) == "nfs4"
    assert file_system(Path("/home2"), mounts) == "ext4"


def test_the_default_partition_is_chosen() -> None:
    a, b = (Partition(name, 60, 4, frozenset(), default) for name, default in (("a", False), ("b", True)))
    assert choose([a, b], None) == b
    assert choose([a], None) is None
    assert choose([a, b], "a") == a
