"""What cannot work is one line before anything is queued."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mjbench_ray.options import Options, read_options
from mjbench_ray.task import STOPPED, Order, work

from mjbench.errors import MjbenchError
from mjbench.runner import command

RUN = ["run", "--task", "gymnasium/InvertedPendulum-v5", "--algo", "ppo", "--seeds", "1", "--launcher", "ray"]


def said(before: str, *words: str, folder: Path) -> tuple[int, str]:
    """Exit status and standard error of ``mjbench run``, after some Python."""
    script = f"import sys\n{before}\nfrom mjbench.cli.main import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script, *RUN, *words], cwd=folder, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stderr


def test_without_ray_the_command_that_installs_it(tmp_path: Path) -> None:
    status, line = said("sys.modules['ray'] = None", folder=tmp_path)
    assert status == 2
    assert line.startswith("mjbench: --launcher ray needs Ray (")
    assert line.endswith("pip install ./plugins/mjbench-ray (in a clone of mjbench)\n")
    assert line.count("\n") == 1


def test_a_cluster_with_another_version_of_ray(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "ray.toml").write_text(f'address = "{cluster.address}"')
    other = "import ray; ray.__version__ = '2.0.0'"
    status, line = said(other, "--launcher-options", "ray.toml", folder=tmp_path)
    assert status == 2, line
    assert line.startswith("mjbench: the Ray cluster and this machine differ in their versions: ")
    assert "2.0.0" in line
    assert line.count("\n") == 1
    assert not list((tmp_path / "results").glob(".work/*/run.json"))


def test_a_node_that_lacks_a_package_is_named_and_its_run_has_not_failed(tmp_path: Path) -> None:
    def order(needs: dict[str, str], shared: bool = True) -> Order:
        return Order(str(tmp_path), "0123456789ab", [], {"run.json": b"{}"}, {}, needs, shared)

    assert command.STOPPED == STOPPED
    lacking = work(order({"mjbench-nothing": "1.2"}))
    assert (lacking.status, lacking.problem) == (75, "has no mjbench-nothing; install mjbench-nothing 1.2 on all nodes")
    other = work(order({"mjbench": "99.0"}))
    assert other.problem.endswith("where 99.0 is needed; install the same version on all nodes")
    unseen = work(order({}))
    assert unseen.problem.startswith(f"does not see {tmp_path}; choose a folder that all nodes share, or use --remote")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("memroy = '2G'", "unknown option 'memroy'; did you mean memory"),
        ("memory = 2", "memory must be a size such as 2G or 500M, not 2"),
        ("gpus = -1", "gpus must be a number above 0"),
        ("cores = 0", "cores must be a number above 0, not 0"),
        ("retries = true", "retries must be a whole number from 0"),
        ("environment = 'A'", "environment must be a list of names"),
        ("[algorithm]\nsac = 1", r"options of one algorithm go into \[algorithm.NAME\]"),
        ("[algorithm.sac]\naddress = 'x'", r"\[algorithm.sac\] unknown option 'address'"),
        ("a =", "Invalid value"),
        ("environment = " + "[" * 20_000, "nested deeper than"),
        ("cores = " + "9" * 5000, "a number is too large"),
    ],
)
def test_a_wrong_option_is_named(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "ray.toml").write_text(text)
    with pytest.raises(MjbenchError, match=why):
        read_options(tmp_path / "ray.toml")


def test_an_algorithm_has_its_own_on_top_of_the_rest(tmp_path: Path) -> None:
    (tmp_path / "ray.toml").write_text('memory = "2G"\n[algorithm.sac]\ngpus = 0.25\ncores = 4')
    found = read_options(tmp_path / "ray.toml")
    assert found.of("ppo") == Options(memory=2 * 2**30)
    assert found.of("sac") == Options(memory=2 * 2**30, gpus=0.25, cores=4)
