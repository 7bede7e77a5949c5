"""A round trip over a Hub on this machine, and what ``mjbench pull`` refuses from a stranger's repository."""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from published_runs import HOPPER, REACHER, RESULTS, contents, mjbench, refused
from robustness_files import make_robustness
from small_hub import Hub, commit_id

import mjbench as library
from mjbench.cli.leaderboard import leaderboard_command
from mjbench.evaluation.evaluator import Evaluator
from mjbench.plan.preset_file import parse_preset
from mjbench.registry.choice import ONLY
from mjbench.registry.lookup import Registry
from mjbench.store.find import find_run
from mjbench.store.presets import keep_preset
from mjbench.store.robustness import write_robustness
from mjbench.store.store import ResultStore

PLACE = f"results/gymnasium/Hopper-v5/ppo/{HOPPER[0].name}"
PRESET = '["gymnasium/Hopper-v5"]\ngamma = 0.9\n'
Harm = Callable[[dict[str, bytes]], object]


def pushed(hub: Hub, *runs: Path, more: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The files of the repository after a push."""
    mjbench("push", *runs, "--repo", "me/demo", "--no-video", *more)
    return hub.repositories["me/demo"].commits[-1]


def test_a_round_trip_brings_the_same_bytes(hub: Hub, tmp_path: Path) -> None:
    files = pushed(hub, *HOPPER[:3])
    shown = mjbench("pull", "me/demo", "--into", tmp_path / "results")
    assert shown.startswith(f"added 3 records of me/demo ({commit_id(1)[:12]}) to {tmp_path / 'results'}\n")
    got = contents(tmp_path / "results")
    assert got == {name.removeprefix("results/"): body for name, body in files.items() if name != "README.md"}
    for run in HOPPER[:3]:
        assert contents(tmp_path / "results" / run.relative_to(RESULTS)) == contents(run)
    assert mjbench("pull", "me/demo", "--into", tmp_path / "results").startswith("added 0 records")
    assert contents(tmp_path / "results") == got


def test_what_was_pulled_plays_evaluates_and_ranks(hub: Hub, tmp_path: Path) -> None:
    pushed(hub, *REACHER[:5])
    results = tmp_path / "results"
    mjbench("pull", "me/demo", "--into", results)
    found = find_run(REACHER[0].name.partition("-")[2], results)
    policy = library.load_policy(found.record.run.run_id, results)
    env = library.make("gymnasium/Reacher-v5")
    observation, _ = env.reset(seed=0)
    assert env.action_space.contains(policy.predict(observation)[0])
    env.close()
    evaluator = Evaluator(Registry().task("gymnasium/Reacher-v5"))
    protocol = found.record.run.protocol
    episodes = evaluator.evaluate(policy, protocol.final_episodes, protocol.seed)
    evaluator.close()
    np.testing.assert_allclose(episodes.episode_return, found.record.final_returns, rtol=1e-6)
    words = ["--results", str(results), "--out", str(tmp_path / "boards")]
    done = CliRunner().invoke(leaderboard_command, words)
    assert done.exit_code == 0, done.exception or done.output
    assert "sac" in done.output


def test_a_private_repository_and_an_older_commit(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed(hub, HOPPER[0], more=("--private",))
    pushed(hub, HOPPER[1], more=("--private",))
    mjbench("pull", "me/demo", "--revision", commit_id(1), "--into", tmp_path / "old")
    assert len(list((tmp_path / "old").rglob("record.json"))) == 1
    mjbench("pull", "me/demo", "--into", tmp_path / "new")
    assert len(list((tmp_path / "new").rglob("record.json"))) == 2
    monkeypatch.setenv("HF_TOKEN", "")
    assert "there is no repository me/demo" in refused("pull", "me/demo", "--into", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def with_robustness(folder: Path, first: float = 5.0) -> Path:
    """A committed run with a robustness file beside its record."""
    shutil.copytree(HOPPER[0], folder)
    write_robustness(folder, make_robustness(find_run(str(folder), RESULTS).record, first))
    return folder


def test_robustness_files_go_along(hub: Hub, tmp_path: Path) -> None:
    run = with_robustness(tmp_path / "run")
    name = "robustness-standard-1.json"
    files = pushed(hub, run)
    assert files[f"{PLACE}/{name}"] == (run / name).read_bytes()
    mjbench("pull", "me/demo", "--into", tmp_path / "results")
    home = tmp_path / PLACE
    assert (home / name).read_bytes() == (run / name).read_bytes()
    (home / name).unlink()  # the record is there, its robustness is new
    shown = mjbench("pull", "me/demo", "--into", tmp_path / "results")
    assert "added 0 records of me/demo" in shown
    assert ", 1 robustness file beside records that were there" in shown
    assert (home / name).read_bytes() == (run / name).read_bytes()
    other = with_robustness(tmp_path / "other", 7.0)
    (home / name).write_bytes((other / name).read_bytes())
    assert f"{name} differ" in refused("pull", "me/demo", "--into", tmp_path / "results")
    files[f"{PLACE}/{name}"] = b"{}"
    assert "damaged" in refused("pull", "me/demo", "--into", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (run / name).write_bytes(b"{")
    assert "damaged" in refused("push", run, "--repo", "me/demo", "--no-video")


def with_preset(folder: Path, text: str) -> tuple[Path, str]:
    """A results folder with a run whose preset is from a file; the run's folder, and the name of the preset."""
    preset = parse_preset(text, "mine")
    record = find_run(str(HOPPER[0]), RESULTS).record
    store = ResultStore(folder)
    run = replace(record.run, preset=preset.name, hyperparameters={**record.run.hyperparameters, "gamma": 0.9})
    path = store.write(replace(record, run=run), library.load_policy(HOPPER[0], RESULTS))
    keep_preset(folder, preset.name, text)
    return path, preset.name


def test_preset_files_go_along(hub: Hub, tmp_path: Path) -> None:
    run, name = with_preset(tmp_path / "own", PRESET)
    files = pushed(hub, run)
    place = f"results/presets/{name}.toml"
    assert files[place] == PRESET.encode()
    card = files["README.md"].decode()
    assert f"--preset {place}" in card, "the command works where the repository was pulled"
    shown = mjbench("pull", "me/demo", "--into", tmp_path / "results")
    assert "added 1 record of me/demo" in shown
    assert ", 1 preset file" in shown
    assert (tmp_path / place).read_text() == PRESET
    (tmp_path / place).write_text(PRESET + "# another ledger\n")
    assert "differ" in refused("pull", "me/demo", "--into", tmp_path / "results")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda name: {f"results/presets/{name}.toml": b"[default"}, "preset file"),
        (lambda name: {f"results/presets/{name}.toml": b"[default]\ngamma = nan\n"}, "not finite"),
        (lambda name: {f"results/presets/{name}.toml": b"[default]\nx = " + b"[" * 20_000}, "nested deeper than"),
        (lambda name: {f"results/presets/{name}.toml": b"[default]\ngamma = 0.5\n"}, "rename it to"),
        (lambda name: {"results/presets/other-00000000.toml": b"[default]\ngamma = 0.5\n"}, "rename it to"),
        (lambda name: {f"results/presets/{name}.toml": b" " * (2**20 + 1)}, "the limit is 1,048,576 bytes"),
        (lambda name: {"results/presets/x.json": b"{}"}, "not a file of a results folder"),
        (lambda name: {"results/presets/a/x.toml": b""}, "not a file of a results folder"),
    ],
)
def test_a_strange_preset_file_is_refused(
    harm: Callable[[str], dict[str, bytes]], words: str, hub: Hub, tmp_path: Path
) -> None:
    run, name = with_preset(tmp_path / "own", PRESET)
    pushed(hub, run).update(harm(name))
    assert words in refused("pull", "me/demo", "--into", tmp_path / "results")
    assert not (tmp_path / "results").exists()


def change(name: str, body: bytes) -> Harm:
    return lambda files: files.update({name: body})


def flip(name: str) -> Harm:
    return lambda files: files.update({name: files[name][:-9] + bytes([files[name][-9] ^ 1]) + files[name][-8:]})


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (change(f"{PLACE}/policy.pkl", pickle.dumps([])), "only .json and .safetensors are read"),
        (change(f"{PLACE}/run.sh", b"#!/bin/sh"), "only .json and .safetensors are read"),
        (change(f"{PLACE}/extra.json", b"{}"), "the record does not name this file"),
        (change("results/../../x/y/z/record.json", b"{}"), "not a file of a results folder"),
        (change("results/gymnasium/Hopper-v5/ppo/.ssh/record.json", b"{}"), "not a file of a results folder"),
        (change("results/record.json", b"{}"), "not a file of a results folder"),
        (change(f"{PLACE}/record.json", b"{}"), "damaged"),
        (change(f"{PLACE}/record.json", b"\xff"), "not UTF-8"),
        (change(f"{PLACE}/record.json", pickle.dumps({"a": 1})), "not UTF-8"),
        (change(f"{PLACE}/policy.safetensors", pickle.dumps([1] * 50)), "another SHA-256"),
        (flip(f"{PLACE}/policy.safetensors"), "another SHA-256"),
        (lambda files: files.pop(f"{PLACE}/policy.json"), "policy.json"),
        (lambda files: files.pop(f"{PLACE}/record.json"), "not whole"),
        (lambda files: [files.pop(name) for name in list(files) if name.startswith("results")], "has no records"),
    ],
)
def test_a_strangers_file_is_refused_and_nothing_is_added(harm: Harm, words: str, hub: Hub, empty: Path) -> None:
    harm(pushed(hub, *HOPPER[:2]))
    assert words in refused("pull", "me/demo", "--into", empty)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("size", [2**40, -1, None, "7", 2.5])
def test_a_size_that_no_such_file_has_is_refused_before_the_download(size: object, hub: Hub, empty: Path) -> None:
    pushed(hub, HOPPER[0])
    hub.sizes[f"{PLACE}/record.json"] = size
    hub.requests.clear()
    assert "its size is" in refused("pull", "me/demo", "--into", empty)
    assert not [request for request in hub.requests if "/resolve/" in request]
    assert list(empty.iterdir()) == []


def test_returns_that_were_changed_are_refused(hub: Hub, empty: Path) -> None:
    files = pushed(hub, HOPPER[0])
    body = files[f"{PLACE}/record.json"]
    files[f"{PLACE}/record.json"] = body.replace(b'"episode_limit":1000', b'"episode_limit":1001')
    assert files[f"{PLACE}/record.json"] != body
    assert "nothing was added from me/demo" in refused("pull", "me/demo", "--into", empty)
    assert list(empty.iterdir()) == []


def test_a_run_that_is_there_with_other_bytes_stays(hub: Hub, tmp_path: Path) -> None:
    results = tmp_path / "results"
    mine = results / HOPPER[0].relative_to(RESULTS)
    shutil.copytree(HOPPER[0], mine)
    body = (mine / "record.json").read_bytes()
    (mine / "record.json").write_bytes(body.replace(b'"wall_s":', b'"wall_s":1'))
    before = contents(results)
    pushed(hub, *HOPPER[:2])
    words = refused("pull", "me/demo", "--into", results)
    assert words.startswith("nothing was added from me/demo: ppo gymnasium/Hopper-v5 seed 0: ")
    assert "differ in record.json" in words
    assert contents(results) == before


def test_a_task_that_is_not_installed_is_said(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed(hub, HOPPER[0])
    monkeypatch.setenv(ONLY, "mjbench-hub,mjbench-sb3")
    shown = mjbench("pull", "me/demo", "--into", tmp_path)
    assert "the task gymnasium/Hopper-v5 is not installed here" in shown


def test_what_the_hub_does_not_have_is_a_line(hub: Hub, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed(hub, HOPPER[0])
    assert "there is no repository me/nothing" in refused("pull", "me/nothing", "--into", empty)
    assert "there is no such revision" in refused("pull", "me/demo", "--revision", "v9", "--into", empty)
    assert "is no repository USER/NAME" in refused("pull", "demo", "--into", empty)
    monkeypatch.setenv("HF_TOKEN", "wrong")
    assert "is refused: run `hf auth login`" in refused("pull", "me/demo", "--into", empty)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "cannot reach http://127.0.0.1:9" in refused("pull", "me/demo", "--into", empty)
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize(
    ("verb", "changes", "words"),
    [
        ("push", {"HF_TOKEN": ""}, "there is no token for http://127.0.0.1"),
        ("push", {"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"),
        ("pull", {"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"),
    ],
)
def test_settings_that_keep_us_from_the_hub_are_a_line(
    verb: str, changes: dict[str, str], words: str, hub: Hub, empty: Path
) -> None:
    more = [str(HOPPER[0]), "--repo", "me/demo", "--no-video"] if verb == "push" else ["me/demo", "--into", str(empty)]
    environment = {**os.environ, **changes}
    command = [sys.executable, "-m", "mjbench", verb, *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(f"mjbench: {words}")
    assert done.stderr.count("\n") == 1
    assert list(empty.iterdir()) == []
