"""What ``mjbench export`` refuses: a line, exit code 2, and nothing half-written."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from committed_policies import first, policy_of
from hostile_policies import POLICIES, Harm, honest_policy
from mjbench_export.onnx import ONNX

from mjbench.cli.export import export_command
from mjbench.errors import MjbenchError
from mjbench.registry.choice import ONLY

HOPPER = first("gymnasium/Hopper-v5/ppo")


def export(*arguments: object) -> str:
    result = CliRunner().invoke(export_command, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.exception
    return result.output


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(export_command, [str(argument) for argument in arguments])
    assert isinstance(result.exception, MjbenchError), (result.output, result.exception)
    message = str(result.exception)
    assert "\n" not in message
    return message


def test_a_policy_without_a_record_is_exported(tmp_path: Path) -> None:
    honest_policy().save(tmp_path)
    shown = export(tmp_path, "--out", tmp_path / "x.onnx")
    assert "observation (batch, 3) -> action (batch, 2), float32\n" in shown
    assert "no record: its task is not known" in shown
    assert export(tmp_path / "policy.safetensors", "--out", tmp_path).startswith(f"wrote {tmp_path}/policy.onnx")
    assert (tmp_path / "policy.onnx").read_bytes() == (tmp_path / "x.onnx").read_bytes()


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "x.onnx"
    out.write_text("old")
    export(HOPPER, "--out", out)
    assert out.stat().st_size > 10_000
    assert list(tmp_path.iterdir()) == [out]


def test_the_latency_of_what_is_installed_is_measured(tmp_path: Path) -> None:
    shown = export(HOPPER, "--out", tmp_path, "--benchmark")
    table = shown.partition("\n\n")[2]
    for program in ("mjbench (numpy)", "onnx", "torchscript"):
        (row,) = [line for line in table.splitlines() if line.startswith(program)]
        cells = row.removeprefix(program).replace(",", "").split("  ")
        pairs = [tuple(map(int, cell.split(" / "))) for cell in filter(str.strip, cells)]
        assert len(pairs) == 3
        assert all(0 < median <= worst for median, worst in pairs)


@pytest.mark.parametrize(("name", "harm", "words"), POLICIES, ids=[name for name, _, _ in POLICIES])
def test_a_policy_that_nobody_honest_saves_is_refused(name: str, harm: Harm, words: str, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    honest_policy().save(folder)
    harm(folder)
    refused(folder, "--out", tmp_path)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_policy_of_another_task_is_refused(tmp_path: Path) -> None:
    shutil.copytree(HOPPER, tmp_path / "run")
    honest_policy().save(tmp_path / "run")
    message = refused(tmp_path / "run", "--out", tmp_path)
    assert "takes 3 numbers and gives 2; its task has observations of 11 and actions of 3" in message
    assert list(tmp_path.iterdir()) == [tmp_path / "run"]


def test_a_policy_that_divides_by_zero_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "policy").mkdir()
    replace(honest_policy(), observation_std=np.zeros(3)).save(tmp_path / "policy")
    assert "not finite" in refused(tmp_path / "policy", "--out", tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "policy"]


def test_a_run_whose_task_is_not_installed_is_compared_on_random_observations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ONLY, "mjbench-export,mjbench-sb3")
    shown = export(HOPPER, "--out", tmp_path)
    assert "on 900 random observations" in shown
    assert "gymnasium/Hopper-v5 was not played, so random observations were used" in shown


def test_a_run_without_a_policy_is_refused(tmp_path: Path) -> None:
    shutil.copytree(HOPPER, tmp_path / "run")
    (tmp_path / "run" / "policy.safetensors").unlink()
    assert "No such file" in refused(tmp_path / "run", "--out", tmp_path)
    body = json.loads((HOPPER / "record.json").read_bytes())
    body |= {"status": "failed", "error": "killed"}
    (tmp_path / "run" / "record.json").write_text(json.dumps(body))
    assert "is failed: it has no final policy" in refused(tmp_path / "run", "--out", tmp_path)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    assert "neither a run (with a record.json) nor a policy" in refused(tmp_path)
    assert "neither a run's folder" in refused("no/such/folder")
    assert "no runs under" in refused("abcdef", "--results", tmp_path)


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("{tmp}/x.txt", "must end in .onnx, or be a folder that exists"),
        ("{tmp}/no/such/x.onnx", "the folder {tmp}/no/such does not exist"),
        ("/proc/x.onnx", "cannot write /proc/x.onnx"),
        ("{tmp}/file/x.onnx", "the folder {tmp}/file does not exist"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused(out: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert words.format(tmp=tmp_path) in refused(HOPPER, "--out", out.format(tmp=tmp_path))
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_an_unknown_format_names_those_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(HOPPER, "--format", "onx") == "unknown format 'onx'; did you mean onnx?"
    assert "installed formats: onnx, tensorrt, torchscript" in refused(HOPPER, "--format", "caffe")
    monkeypatch.setenv(ONLY, "mjbench-sb3")
    message = refused(HOPPER, "--format", "onnx")
    assert message == (
        "unknown format 'onnx'; installed formats: none; to install onnx, tensorrt, torchscript: "
        "pip install ./plugins/mjbench-export (in a clone of mjbench)"
    )


def test_a_library_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ONNX), "needs", {"onnx": "onnx", "no_such_runtime": "no-such-runtime"})
    words = "--format onnx needs the package no-such-runtime: pip install no-such-runtime"
    assert refused(HOPPER, "--out", tmp_path) == words
    assert list(tmp_path.iterdir()) == []


def test_tensorrt_says_all_that_is_missing(tmp_path: Path) -> None:
    if find_spec("tensorrt"):
        pytest.skip("TensorRT is installed")
    message = refused(HOPPER, "--format", "tensorrt", "--out", tmp_path)
    assert "--format tensorrt needs the package tensorrt (pip install tensorrt)" in message
    assert "an NVIDIA GPU" in message
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_a_line_and_exit_code_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mjbench", "export", str(tmp_path), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
    assert done.returncode == 2
    assert done.stderr.startswith("mjbench: ")
    assert done.stderr.count("\n") == 1


def test_torchscript_acts_the_same_and_knows_what_it_is(tmp_path: Path) -> None:
    import torch

    shown = export(HOPPER, "--format", "torchscript", "--out", tmp_path / "hopper.pt")
    assert "on 900 played observations" in shown
    extra = {"metadata.json": ""}
    policy = torch.jit.load(str(tmp_path / "hopper.pt"), _extra_files=extra)
    assert json.loads(extra["metadata.json"])["task"] == "gymnasium/Hopper-v5"
    rows = np.random.default_rng(3).normal(size=(5, 11)).astype(np.float32)
    np.testing.assert_allclose(policy(torch.tensor(rows)).numpy(), policy_of(HOPPER).act(rows), atol=1e-5)
