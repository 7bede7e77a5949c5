"""A run that is killed and continued leaves the same curves in each tracker as one that nobody disturbed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from killing import prepared, small_run, start, wait_for
from read_back import READERS

from mjbench.registry.lookup import Registry
from mjbench.runner.progress import read_progress
from mjbench.runner.trackers import leave_for_workers
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

TASK = "gymnasium/InvertedPendulum-v5"
MODULES = {name: next(iter(getattr(Registry().tracker(name), "needs"))) for name in READERS}  # noqa: B009
INSTALLED = [name for name, module in MODULES.items() if find_spec(module)]
TRACKERS = [
    pytest.param(name, marks=pytest.mark.skipif(name not in INSTALLED, reason=f"{name} is not installed"))
    for name in READERS
]
EVERY = 100
"""Environment steps between evaluations: many points between two snapshots."""


class Tracked:
    """A run in a results folder of its own, whose trackers write into a HOME of its own."""

    def __init__(self, root: Path) -> None:
        run = small_run(TASK, "fast-sac", steps=4000, net_arch=[16, 16])
        protocol = EvalProtocol(checkpoints=run.steps // EVERY, episodes=1, final_episodes=1)
        self.run = RunSpec(run.task, run.algorithm, run.hyperparameters, run.seed, run.steps, protocol)
        self.store: ResultStore = prepared(self.run, root / "results")
        self.tracking = root / "results" / ".tracking"
        leave_for_workers(self.store, [self.run], INSTALLED)

    def train(self, kill: bool = False) -> None:
        """Train to the end, or kill the worker once it has sent points that its snapshots lack."""
        worker = start(self.run, self.store, every_s=1.0 if kill else 1000.0)
        try:
            if kill:
                wait_for(lambda: worker.poll() is not None or self._ahead())
            else:
                assert worker.wait(300) == 0, self._log()
        finally:
            worker.kill()
            worker.wait()
        assert "the tracker " not in self._log()

    def _ahead(self) -> bool:
        """Whether points of training are in the last snapshot, and an evaluation after it was sent."""
        progress = read_progress(self.store.work(self.run))
        newest = max(self.store.snapshots(self.run).glob("*.json"), key=lambda path: int(path.stem), default=None)
        if progress is None or newest is None:
            return False
        step = json.loads(json.loads(newest.read_bytes())["manifest"])["step"]
        return step > 1000 and progress.step // EVERY > step // EVERY + 1

    def _log(self) -> str:
        log = self.store.work(self.run) / "log.txt"
        return log.read_text() if log.exists() else ""


@pytest.fixture(scope="module")
def whole_and_killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tracked, Tracked]:
    """Two runs with all trackers that are installed."""
    root = tmp_path_factory.mktemp("trackers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root))
        for name in [name for name in os.environ if name.startswith(("WANDB", "TRACKIO", "MLFLOW", "XDG"))]:
            patch.delenv(name)
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        whole, killed = Tracked(root / "whole"), Tracked(root / "killed")
        whole.train()
        killed.train(kill=True)
        assert not killed.store.has(killed.run)
        killed.train()
    assert killed.store.read(killed.store.folder(killed.run)).resources.resumed == 1
    return whole, killed


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TRACKERS)
def test_a_killed_run_continues_its_curves(
    name: str, whole_and_killed: tuple[Tracked, Tracked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    (one, stated), (two, continued) = (READERS[name](tracked.tracking) for tracked in whole_and_killed)
    timeless = [[point for point in points if point[0] != "time/fps"] for points in (one, two)]
    assert timeless[0] == timeless[1]
    assert stated == continued
    places = [point[:2] for point in two]
    assert len(places) == len(set(places))
    steps = {tag: [step for at, step, _ in two if at == tag] for tag, _, _ in two}
    for tag in ("eval/mean_reward", "eval/mean_ep_length"):
        assert steps[tag] == list(range(EVERY, 4001, EVERY))
    for tag in ("train/actor_loss", "rollout/ep_rew_mean", "time/fps"):
        assert steps[tag] == [1000, 2000, 3000, 4000]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TRACKERS)
def test_the_curves_are_those_of_the_record(
    name: str, whole_and_killed: tuple[Tracked, Tracked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    whole, _ = whole_and_killed
    points, stated = READERS[name](whole.tracking)
    record = whole.store.read(whole.store.folder(whole.run))
    for tag, column in (
        ("eval/mean_reward", record.evaluations.episode_return),
        ("eval/mean_ep_length", record.evaluations.episode_length),
    ):
        sent = [value for at, _, value in points if at == tag]
        assert sent == pytest.approx(list(column), rel=1e-6)
    assert whole.run.run_id in stated["run"]
    assert (stated["seed"], stated["task"]) == (whole.run.seed, TASK)


@pytest.mark.parametrize("name", READERS)
def test_a_library_that_is_not_installed_is_named_before_anything_trains(name: str, tmp_path: Path) -> None:
    words = ["run", "--task", TASK, "--algo", "fast-sac", "--track", name, "--results", str(tmp_path / "results")]
    program = f"import sys; sys.modules[{MODULES[name]!r}] = None; from mjbench.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    package = getattr(Registry().tracker(name), "needs")[MODULES[name]]  # noqa: B009
    assert done.stderr == f"mjbench: --track {name} needs the package {package}: pip install {package}\n"
    assert not (tmp_path / "results").exists()
