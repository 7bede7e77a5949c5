"""``mjbench plugins new --algorithm``: a package that installs, lists, trains and keeps the contract at once."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from distributions import install_pendulums
from safetensors.numpy import load_file

from mjbench.cli.plugins import plugins_command
from mjbench.errors import MjbenchError
from mjbench.testing import ALGORITHM_CHECKS


def plugins(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(plugins_command, arguments, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a new package was written, and installed into ``site`` by pip."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("author")
    plugins("new", "--algorithm", "my-search", "--into", str(folder))
    offline = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", "-q", *offline]
    subprocess.run([*command, "--target", str(folder / "site"), str(folder / "mjbench-my-search")], check=True)
    return folder


def run(author: Path, *arguments: str, code: int = 0) -> str:
    path = os.pathsep.join([str(author / "site"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=author, capture_output=True, text=True, env=environment, timeout=600
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_is_listed_with_its_presets_and_kinds(author: Path) -> None:
    assert re.search(r"my-search +mjbench-my-search 0\.1\.0", run(author, "mjbench.cli.main", "list", "algorithms"))
    shown = json.loads(run(author, "mjbench.cli.main", "list", "algorithms", "my-search", "--json"))
    assert shown["default"] == "1"
    assert shown["values"]["elite"] == "a whole number of at least 1"


def test_it_keeps_the_contract(author: Path) -> None:
    shown = run(author, "mjbench.cli.main", "plugins", "check", "my-search")
    assert re.search(rf"^1 algorithm: {len(ALGORITHM_CHECKS) + 1} passed in", shown, re.MULTILINE), shown


def test_its_own_tests_pass(author: Path) -> None:
    tests = author / "mjbench-my-search" / "tests"
    shown = run(author, "pytest", "-q", "-p", "no:cacheprovider", str(tests))
    assert f"{len(ALGORITHM_CHECKS)} passed" in shown


@pytest.mark.slow
def test_it_learns_to_balance(author: Path) -> None:
    pytest.importorskip("mjbench_gymnasium")
    words = ["--task", "gymnasium/InvertedPendulum-v5", "--algo", "my-search", "--seeds", "2", "--steps", "8000"]
    shown = run(author, "mjbench.cli.main", "run", *words)
    assert "finished  my-search gymnasium/InvertedPendulum-v5 seed 1" in shown
    records = sorted(author.glob("results/gymnasium/*/my-search/*/record.json"))
    finals = [json.loads(path.read_text())["evaluations"]["episode_return"][-50:] for path in records]
    assert min(sum(returns) / 50 for returns in finals) > 30, finals  # the random policy balances for six steps


def test_it_starts_from_another_tasks_policy(author: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_pendulums(tmp_path / "pendulums", monkeypatch)
    words = ["--task", "pendulum/Strong-v0", "--algo", "my-search", "--seeds", "1", "--results", str(tmp_path)]
    for steps in ("20", "2000"):
        run(author, "mjbench.cli.main", "run", *words, "--steps", steps)
    brief, first = (load_file(tmp_path / path) for path in weights(tmp_path, "20"))
    assert brief.keys() == first.keys()
    assert all(np.array_equal(brief[name], first[name]) for name in brief), "20 steps change nothing of the start"
    longer, first = (load_file(tmp_path / path) for path in weights(tmp_path, "2000"))
    assert not np.array_equal(longer["weight.0"], first["weight.0"])


def weights(results: Path, steps: str) -> list[Path]:
    """The policy files of the strong pendulum and of the one that it starts from."""
    found = {}
    for path in results.glob("pendulum/*/my-search/*/record.json"):
        run = json.loads(path.read_text())["run"]
        if run["steps"] == int(steps):
            found[run["task"]] = path.with_name("policy.safetensors")
    return [found["pendulum/Strong-v0"], found["pendulum/Batch-v0"]]


def test_a_mistake_is_found_at_the_plan(author: Path) -> None:
    words = ["--task", "gymnasium:InvertedPendulum-v5", "--algo", "my-search", "--seeds", "1", "--dry-run"]
    for change, said in (("elite=30", "elite=30 is more than population=24"), ("population=many", "must be a whole")):
        assert said in run(author, "mjbench.cli.main", "run", *words, "--set", change, code=2)


def test_its_source_is_clean(author: Path) -> None:
    """It passes this repository's own linter."""
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("ruff is not installed")
    options = ["--isolated", "--no-cache", "--line-length", "120"]
    rules = ["--select", "E,F,I,B,UP,D1", "--ignore", "D104,D107"]
    folder = author / "mjbench-my-search"
    subprocess.run([ruff, "check", *options, *rules, folder / "mjbench_my_search"], check=True)
    subprocess.run([ruff, "format", "--check", *options, folder], check=True)


@pytest.mark.usefixtures("pointmass")
def test_names_that_are_taken_are_refused(tmp_path: Path) -> None:
    for name, words in (
        ("sac", "mjbench-sac is reserved"),
        ("fast-ppo", "is reserved"),
        ("random_search", "the installed plugin mjbench-pointmass 0.3.0 .*: random-search. has this name"),
        ("pointmass", "the installed plugin mjbench-pointmass"),
        ("../up", "not a valid plugin name"),
    ):
        with pytest.raises(MjbenchError, match=words):
            plugins("new", "--algorithm", name, "--into", str(tmp_path))
    assert not list(tmp_path.glob("mjbench*"))


@pytest.mark.usefixtures("pointmass")
def test_an_algorithm_is_checked_by_its_name_alone_or_with_its_package() -> None:
    only = ("--only", "hyperparameters,spaces")
    alone = plugins("check", "random-search", "--only", "budget", "--quick").splitlines()
    assert [line.split()[:2] for line in alone[:-1]] == [["passed", "loads"], ["passed", "budget"]]
    assert alone[-1].startswith("1 algorithm: 2 passed in")
    both = plugins("check", "pointmass", *only).splitlines()
    assert re.match(r"\d+ tasks?, 1 algorithm: ", both[-1])
    assert any(line.split()[:3] == ["passed", "hyperparameters", "algorithm"] for line in both)
    assert "algorithm random-search" not in plugins("check", "pointmass", "--task", "pointmass/Centre-v0", *only)


@pytest.mark.usefixtures("pointmass")
def test_hyperparameters_of_a_check_are_checked_first() -> None:
    assert "1 algorithm" in plugins("check", "random-search", "--only", "budget", "--quick", "--set", "noise=0.1")
    with pytest.raises(MjbenchError, match="noise must be a number, not 'loud'"):
        plugins("check", "random-search", "--set", "noise=loud")
    with pytest.raises(MjbenchError, match="unknown hyperparameter 'nois'; did you mean noise"):
        plugins("check", "random-search", "--set", "nois=1")
    with pytest.raises(MjbenchError, match="no algorithm is checked here"):
        plugins("check", "pointmass", "--task", "pointmass/Centre-v0", "--set", "noise=1")
