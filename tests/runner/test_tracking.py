"""Trackers receive what happens in a run, and whatever they do, the run ends as it would without them."""

import json
import signal
import sys
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from distributions import write_distribution
from killing import Interrupted, content, prepared, small_run, start
from listening import heard_and_unheard, listening

from mjbench.cli.run import run_command
from mjbench.errors import MjbenchError, PluginError, UnknownName
from mjbench.runner.command import STOPPED
from mjbench.runner.execute import execute
from mjbench.runner.trackers import choose, leave_for_workers
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")
TASK = "pointmass/Centre-v0"


def search(steps: int = 3200) -> RunSpec:
    return small_run(TASK, "random-search", steps=steps)


def test_scalars_evaluations_and_the_record_arrive_and_change_nothing(tmp_path: Path) -> None:
    run = search()
    recorder = heard_and_unheard(run, tmp_path)
    ((started, folder, step),) = recorder.of("start")
    assert (started, step) == (run, 0)
    assert folder == tmp_path / "heard" / ".tracking" / TASK / "random-search" / f"0-{run.run_id}" / "recorder"
    assert folder.is_dir()
    assert [step for step, _ in recorder.of("scalars")] == [1000, 2000, 3000]
    ((record,),) = recorder.of("end")
    episodes, returns = record.training.episode_return, record.evaluations
    assert recorder.of("scalars")[0][1]["rollout/ep_rew_mean"] == pytest.approx(sum(episodes[:10]) / 10, rel=1e-6)
    assert recorder.of("scalars")[0][1]["train/best_return"] == pytest.approx(max(episodes[:10]), rel=1e-6)
    assert [step for step, *_ in recorder.of("evaluation")] == [800, 1600, 2400, 3200]
    _, mean_return, mean_length, success, metrics = recorder.of("evaluation")[0]
    assert mean_return == pytest.approx(sum(returns.episode_return[:2]) / 2)
    assert mean_length == sum(returns.episode_length[:2]) / 2
    assert success is None or 0 <= success <= 1
    assert metrics["distance_m"] == pytest.approx(sum(returns.metrics["distance_m"][:2]) / 2)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("no network\nat all"), SystemExit(3), KeyboardInterrupt("by itself")],
    ids=["raises", "exits", "interrupts"],
)
@pytest.mark.parametrize("method", ["start", "scalars", "evaluation", "end", "close"])
def test_one_that_fails_is_named_and_switched_off(
    method: str,
    error: BaseException,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, (registry, recorder) = search(1600), listening()
    execute(run, ResultStore(tmp_path / "alone"), registry)

    def fails(*_: Any) -> None:
        recorder.events.append(("failed",))
        raise error

    monkeypatch.setattr(recorder, method, fails)
    execute(run, ResultStore(tmp_path / "failing"), registry, trackers=["recorder"])
    assert recorder.events[-1] == ("failed",)
    assert recorder.events.count(("failed",)) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "recorder" in line]
    assert len(told) == 1
    assert told[0].startswith(f"the tracker recorder is switched off: {type(error).__name__}: ")
    one, two = (content(ResultStore(tmp_path / name), run) for name in ("alone", "failing"))
    assert one == two


@pytest.mark.parametrize("swallowed", [False, True], ids=["passed on", "swallowed"])
def test_a_real_ctrl_c_in_a_tracker_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swallowed: bool
) -> None:
    registry, recorder = listening()

    def interrupted(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as a library that installs handlers of its own
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if not swallowed:
                raise

    monkeypatch.setattr(recorder, "evaluation", interrupted)
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        execute(search(1600), ResultStore(tmp_path), registry, trackers=["recorder"])
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_worker_that_is_stopped_in_a_tracker_leaves_a_snapshot(tmp_path: Path, site: Path) -> None:
    source = CURVES.replace(
        'json.dumps({"step": step, "return"', 'signal.raise_signal(signal.SIGTERM), json.dumps({"step": step, "return"'
    )
    points = {"mjbench.trackers": {"stopping": "stopping_tracker:CURVES"}}
    write_distribution(site, "stopping", "1.0", points, {"stopping_tracker": f"import signal\n{source}"})
    one = search()
    store = prepared(one, tmp_path)
    leave_for_workers(store, [one], ["stopping"])
    assert start(one, store, every_s=1e9).wait(60) == STOPPED
    assert store.resumable(one)


def test_a_resumed_run_continues_its_curves(tmp_path: Path) -> None:
    run, (registry, recorder) = search(), listening()
    whole = heard_and_unheard(run, tmp_path / "whole")
    expected = [step for step, _ in whole.of("scalars")], [step for step, *_ in whole.of("evaluation")]
    recorder.events.clear()
    parts = Interrupted(run, tmp_path / "parts", stop_at=1700)
    parts.first(registry, ["recorder"])
    assert recorder.events[-1] == ("close",)
    assert recorder.of("end") == []
    parts.second(registry, ["recorder"])
    assert [step for *_, step in recorder.of("start")] == [0, 1700]
    assert [step for step, _ in recorder.of("scalars")] == expected[0]
    assert [step for step, *_ in recorder.of("evaluation")] == expected[1]
    assert len(recorder.of("end")) == 1


CURVES = """
import json

class Curves:
    def start(self, run, folder, step):
        self.file = open(folder / "curves.jsonl", "a")

    def scalars(self, step, values):
        print(json.dumps({"step": step, **values}), file=self.file)

    def evaluation(self, step, mean_return, mean_length, success, metrics):
        print(json.dumps({"step": step, "return": mean_return}), file=self.file)

    def end(self, record):
        print(json.dumps({"status": record.status}), file=self.file)

    def close(self):
        self.file.close()

CURVES = Curves()
SHAPELESS = object()
"""


@pytest.fixture
def curves(site: Path) -> None:
    points = {"curves": "curves_tracker:CURVES", "shapeless": "curves_tracker:SHAPELESS"}
    write_distribution(site, "curves", "2.1", {"mjbench.trackers": points}, {"curves_tracker": CURVES})


def run(*arguments: str) -> Any:
    words = ["--task", TASK, "--algo", "random-search", "--seeds", "2", "--steps", "1200", *arguments]
    return CliRunner().invoke(run_command, words)


@pytest.mark.usefixtures("curves")
def test_the_option_reaches_the_workers(tmp_path: Path) -> None:
    done = run("--track", "curves,curves", "--results", str(tmp_path))
    assert done.exit_code == 0, done.output
    files = sorted(tmp_path.glob(".tracking/**/curves/curves.jsonl"))
    assert len(files) == 2
    for file in files:
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [line["step"] for line in lines if "time/fps" in line] == [1000]
        assert len([line for line in lines if "return" in line]) > 1
        assert lines[-1] == {"status": "completed"}


@pytest.mark.usefixtures("curves")
def test_names_are_checked_before_anything_is_planned(tmp_path: Path) -> None:
    results = tmp_path / "results"
    done = run("--track", "curve", "--results", str(results))
    assert isinstance(done.exception, UnknownName)
    assert "unknown tracker 'curve'; did you mean curves? See them all: mjbench list trackers" in str(done.exception)
    done = run("--track", "shapeless", "--results", str(results))
    assert isinstance(done.exception, PluginError)
    assert str(done.exception).startswith("plugin curves 2.1 (mjbench.trackers: shapeless) does not load: TypeError:")
    assert not results.exists()


def test_a_folder_named_like_the_library_is_not_the_library(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry, recorder = listening()
    assert choose(registry, ["recorder"]) == ["recorder"]
    monkeypatch.setattr(recorder, "needs", {"plotter": "plotter-lite"}, raising=False)
    for _ in range(2):
        with pytest.raises(MjbenchError, match=r"^--track recorder needs the package plotter-lite: pip install plot"):
            choose(registry, ["recorder"])
        (site / "plotter").mkdir(exist_ok=True)
        invalidate_caches()
    (site / "plotter" / "__init__.py").touch()
    invalidate_caches()
    assert choose(registry, ["recorder"]) == ["recorder"]


@pytest.mark.usefixtures("curves")
def test_one_that_no_longer_loads_costs_the_curves_alone(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.modules.pop("curves_tracker", None)
    (site / "curves_tracker.py").write_text("import a_library_that_was_removed")
    registry, _ = listening()
    record = execute(search(300), ResultStore(tmp_path), registry, trackers=["curves"])
    assert record.status == "completed"
    assert "the tracker curves is left out: " in capsys.readouterr().err
