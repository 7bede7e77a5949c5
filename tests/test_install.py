"""A stranger's evening: our wheels and a third party's package in a fresh environment, listed, run and ranked."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = [ROOT, ROOT / "plugins" / "mjbench-gymnasium", ROOT / "plugins" / "mjbench-sb3"]
THIRD_PARTY = ROOT / "tests" / "third_party" / "pointmass"
CLEAN = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=CLEAN, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds our wheels and the third party's package, from its folder."""
    folder = tmp_path_factory.mktemp("fresh")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder / "wheels"]
    run(*build, *OURS, cwd=folder)
    wheels = sorted((folder / "wheels").glob("*.whl"))
    assert len(wheels) == len(OURS)
    venv.create(folder / "env", with_pip=True)
    binaries = folder / "env" / "bin"
    run(binaries / "pip", "install", "-q", "-c", ROOT / "constraints.txt", *wheels, THIRD_PARTY, cwd=folder)
    return binaries


@pytest.mark.slow
def test_a_third_party_package_is_listed_run_and_ranked(fresh: Path, tmp_path: Path) -> None:
    mjbench = fresh / "mjbench"
    plugins = json.loads(run(mjbench, "list", "plugins", "--json", cwd=tmp_path))
    assert {plugin["package"] for plugin in plugins} >= {"mjbench-pointmass 0.3.0", "mjbench-sb3 0.1.0"}
    assert not any(plugin["problem"] for plugin in plugins)
    assert "pointmass/Centre-v0" in run(mjbench, "list", "tasks", cwd=tmp_path)

    run(mjbench, "run", "--suite", "pointmass", "--algo", "random-search,ppo", "--seeds", "2", cwd=tmp_path)
    board = run(mjbench, "leaderboard", "pointmass", cwd=tmp_path)
    assert "random-search" in board
    assert "ppo" in board
    assert (tmp_path / "leaderboards" / "pointmass" / "index.html").is_file()


@pytest.mark.slow
def test_the_wheels_bring_what_they_need(fresh: Path, tmp_path: Path) -> None:
    run(fresh / "python", "-m", "pip", "check", cwd=tmp_path)
    script = (
        "from mjbench.registry.lookup import Registry; from mjbench.envs.make import make_env; r = Registry(); "
        "env = make_env(r.task('gymnasium/Hopper-v5')); env.reset(seed=0); "
        "assert r.algorithm('td3').hyperparameters(r.task('gymnasium/Hopper-v5'))['policy_delay'] == 2"
    )
    run(fresh / "python", "-c", script, cwd=tmp_path)
