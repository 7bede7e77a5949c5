"""Runs on a real Ray cluster of several nodes on this machine, and what happens when one is lost."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from killing import content, wait_for

from mjbench.runner.progress import read_progress
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.slow
PLAN = ["--task", "gymnasium/InvertedPendulum-v5", "--algo", "ppo", "--set", "n_steps=64", "--seeds", "2"]
MJBENCH = str(Path(sys.executable).with_name("mjbench"))


def command(results: Path, *words: str, steps: int = 4000) -> list[str]:
    return [MJBENCH, "run", *PLAN, "--steps", str(steps), "--results", str(results), *words]


def options(path: Path, **values: Any) -> list[str]:
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    return ["--launcher", "ray", "--launcher-options", str(path)]


def all_of(results: Path) -> dict[str, Any]:
    """What the runs left, by run id."""
    found, problems = ResultStore(results).scan()
    assert problems == []
    assert {item.record.status for item in found} == {"completed"}
    runs = [item.record.run for item in found]
    assert len({run.run_id for run in runs}) == len(runs) == 2
    return {run.run_id: content(ResultStore(results), run) for run in runs}


def runs_of(results: Path) -> list[RunSpec]:
    from mjbench.launch.states import begun

    return begun(ResultStore(results))


def at_work(results: Path) -> bool:
    """Whether both runs have snapshots, and neither is done."""
    store = ResultStore(results)
    return len(runs_of(results)) == 2 and all(store.resumable(run) for run in runs_of(results))


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, Any]:
    done = subprocess.run(command(tmp_path / "local"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return all_of(tmp_path / "local")


def test_runs_of_a_node_that_is_lost_go_on_elsewhere_to_the_same_bytes(
    cluster: Any, tmp_path: Path, expected: dict[str, Any]
) -> None:
    words = options(tmp_path / "ray.toml", address=cluster.address, memory="100M")
    results = tmp_path / "results"
    log = tmp_path / "log"
    with open(log, "wb") as file:
        process = subprocess.Popen(command(results, *words, "--snapshot-every", "0"), stdout=file, stderr=file)
    wait_for(lambda: process.poll() is not None or at_work(results))
    assert process.poll() is None, log.read_text()
    cluster.remove_node(cluster.nodes[0], allow_graceful=False)
    assert process.wait(300) == 0, log.read_text()
    assert all_of(results) == expected
    found, _ = ResultStore(results).scan()
    assert sum(item.record.resources.resumed for item in found) >= 1


def test_nodes_that_share_no_folder_meet_on_the_remote_and_ctrl_c_keeps_snapshots(
    cluster: Any, tmp_path: Path, expected: dict[str, Any]
) -> None:
    (tmp_path / "shared").mkdir()
    nodes, results, log = tmp_path / "nodes", tmp_path / "results", tmp_path / "log"
    words = options(tmp_path / "ray.toml", address=cluster.address, memory="100M", results=str(nodes))
    words += ["--remote", str(tmp_path / "shared"), "--snapshot-every", "0"]
    with open(log, "wb") as file:
        process = subprocess.Popen(command(results, *words), stdout=file, stderr=file)
    wait_for(lambda: process.poll() is not None or (nodes.exists() and at_work(nodes)))
    process.send_signal(signal.SIGINT)
    assert process.wait(100) == 130, log.read_text()
    assert "Stopped: 0 of 2 runs done" in log.read_text()
    runs = runs_of(nodes)
    for run in runs:
        progress = read_progress(ResultStore(nodes).work(run))
        assert progress is not None
        with pytest.raises(ProcessLookupError):
            os.kill(progress.pid, 0)
        assert (tmp_path / "shared" / ".work" / run.run_id / "snapshot.json").exists()
    nodes.rename(tmp_path / "lost")
    done = subprocess.run(command(results, *words), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all_of(results) == expected
    assert all_of(tmp_path / "shared") == expected
    found, _ = ResultStore(results).scan()
    assert [item.record.resources.resumed for item in found] == [1, 1]


def test_a_ray_of_our_own_leaves_no_folder(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    script = """
from mjbench_ray.cluster import connect
ray = connect("local")
ray.get(ray.remote(lambda: 1).remote())
print(ray.nodes()[0]["ObjectStoreSocketName"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = Path(*Path(done.stdout.strip()).parts[:3])
    assert folder.name.startswith("mjb-"), folder
    assert not folder.exists()
