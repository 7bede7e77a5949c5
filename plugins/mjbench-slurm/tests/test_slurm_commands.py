"""``mjbench run``, ``status`` and ``cancel`` as a user types them, on a real Slurm."""

import signal
from pathlib import Path

import pytest
from distributions import write_distribution
from killing import content, wait_for
from mjbench_slurm.launcher import job_name
from on_slurm import RUN, begin, jobs, mjbench, says, states, under_way

from mjbench.launch.states import begun
from mjbench.store.store import ResultStore

pytestmark = [pytest.mark.slurm, pytest.mark.slow, pytest.mark.usefixtures("slurm")]


def job_states(results: Path) -> dict[str, str]:
    return jobs(job_name(results / ".work"))


def test_two_commands_at_once_submit_each_run_once(tmp_path: Path) -> None:
    results = tmp_path / "results"
    command = ("run", *RUN, "--seeds", 3, "--steps", 2000, "--launcher", "slurm", "--results", results)
    both = [begin(*command), begin(*command)]
    said = [process.communicate(timeout=200)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(job_states(results)) == 3
    assert states(results) == ["done"] * 3
    for text in said:
        assert "3 of 3 runs done" in text


def test_ctrl_c_leaves_the_jobs_and_the_same_command_finds_them(tmp_path: Path) -> None:
    results = tmp_path / "results"
    command = ("run", *RUN, "--seeds", 5, "--steps", 6000, "--launcher", "slurm", "--results", results)
    options = tmp_path / "slurm.toml"
    options.write_text("at_once = 1\n")
    first = begin(*command, "--launcher-options", options)
    store = ResultStore(results)
    wait_for(lambda: any(under_way(store, run) for run in begun(store)))
    first.send_signal(signal.SIGINT)
    said = first.communicate(timeout=60)[0]
    assert first.returncode == 130
    assert said.splitlines()[-1] == (
        "0 of 5 runs done. 5 jobs left in the queue of the cluster. Follow them with the same command or mjbench "
        "status; stop them with mjbench cancel."
    )
    assert sorted(job_states(results).values()).count("RUNNING") == 1
    assert states(results) == ["queued"] * 4 + ["running"]
    table = mjbench("status", "--results", results).stdout
    assert "1 running, 4 queued of 5 runs" in table
    (array,) = {job.partition("_")[0] for job in job_states(results)}
    says("scontrol", "update", f"jobid={array}", "ArrayTaskThrottle=0")
    again = mjbench(*command)
    assert again.returncode == 0, again.stderr
    assert len(job_states(results)) == 5, "none was submitted again"
    assert states(results) == ["done"] * 5


def test_detach_returns_and_cancel_saves_what_was_done(tmp_path: Path) -> None:
    results, alone = tmp_path / "results", tmp_path / "alone"
    plan = ("run", *RUN, "--seeds", 2, "--steps", 8000)
    detached = mjbench(*plan, "--launcher", "slurm", "--detach", "--results", results)
    assert detached.returncode == 0, detached.stderr
    assert "2 runs in the queue of the cluster." in detached.stdout
    store = ResultStore(results)
    runs = begun(store)
    wait_for(lambda: all(under_way(store, run) for run in runs))
    wrong = mjbench("cancel", "pppo", "--results", results)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "'pppo'; did you mean" in wrong.stderr
    done = mjbench("cancel", runs[0].run_id, "--results", results)
    assert done.stdout == f"cancelled: {runs[0].label}\n1 job cancelled\n"
    assert mjbench("cancel", "ppo", "--results", results).returncode == 0
    wait_for(lambda: set(job_states(results).values()) == {"CANCELLED"})
    assert states(results) == ["resumable"] * 2
    assert not list(results.rglob("record.json"))
    assert mjbench(*plan, "--launcher", "slurm", "--results", results).returncode == 0
    assert mjbench(*plan, "--results", alone, "--jobs", 2).returncode == 0
    for run in runs:
        assert store.read(store.folder(run)).resources.resumed == 1
        assert content(store, run) == content(ResultStore(alone), run)


def test_cancel_leaves_runs_of_this_machine_and_says_so(tmp_path: Path) -> None:
    results = tmp_path / "results"
    local = begin("run", *RUN, "--seeds", 1, "--steps", 500_000, "--results", results)
    store = ResultStore(results)
    wait_for(lambda: any(under_way(store, run) for run in begun(store)))
    said = mjbench("cancel", "--results", results).stdout
    local.send_signal(signal.SIGINT)
    local.communicate(timeout=60)
    assert "seed 0 belongs to an mjbench run that is under way; stop that with Ctrl-C\n0 jobs cancelled\n" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ('partition = "cpuu"', "no partition 'cpuu' in this Slurm; did you mean cpu? it has cpu, short, urgent"),
        ('partition = "short"\ntime = "2:00:00"', "partition short allows 00:10:00 at most, not time = '2:00:00'"),
        (
            '[algorithm.ppo]\npartition = "short"\ntime = 11',
            "partition short allows 00:10:00 at most, not time = '11'",
        ),
        ("cores = 64", "with --cpus-per-task=64 --mem=768M "),
        ('memory = "1T"', "--mem=1T --time=00:15:00: Requested node configuration is not available"),
        ("gpus = 1", "--gpus=1: "),
        ('extra = ["--nodelist=nowhere"]', "Slurm refuses jobs with "),
    ],
)
def test_what_slurm_cannot_do_is_one_line_and_queues_nothing(options: str, said: str, tmp_path: Path) -> None:
    results, file = tmp_path / "results", tmp_path / "slurm.toml"
    file.write_text(options)
    command = ("run", *RUN, "--seeds", 2, "--launcher", "slurm", "--launcher-options", file, "--results", results)
    done = mjbench(*command)
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line]
    assert line.startswith("mjbench: ")
    assert said in line
    assert job_states(results) == {}


def test_a_worker_without_its_plugin_is_a_failed_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    monkeypatch.setenv("PYTHONPATH", str(site))
    code = "class Gone:\n    def hyperparameters(self, task): return {}\n    def load_policy(self, folder): ...\n"
    code += "    def train(self, session): ...\nGONE = Gone()\n"
    write_distribution(site, "gone", "1", {"mjbench.algorithms": {"gone": "gone:GONE"}}, {"gone": code})
    results = tmp_path / "results"
    command = ("run", "--task", "gymnasium/InvertedPendulum-v5", "--algo", "gone", "--seeds", 1, "--steps", 100)
    process = begin(*command, "--launcher", "slurm", "--results", results)
    store = ResultStore(results)
    wait_for(lambda: any((store.work(run) / "slurm.job").exists() for run in begun(store)), 60)
    (site / "gone.py").unlink()
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 1
    assert "gone" in said
    assert "log.txt" in said
    assert states(results) == ["failed"]
