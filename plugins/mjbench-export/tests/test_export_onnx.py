"""The ONNX graph of every kind of policy that is committed: its form, its bytes and what it computes."""

import hashlib
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from committed_policies import all_policies, first, kinds, policy_of
from mjbench_export.onnx import ACTIVATIONS, ONNX, onnx_bytes

from mjbench.api.exporter import Subject
from mjbench.errors import MjbenchError
from mjbench.evaluation.exporting.agreement import compare
from mjbench.evaluation.exporting.export import prepare, write
from mjbench.evaluation.exporting.observations import extreme, made_up
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry


def subject(policy: MlpPolicy, **metadata: str) -> Subject:
    return Subject(policy, policy.observation_size, policy.action_low.size, metadata)


def agree(policy: MlpPolicy, path: Path) -> None:
    path.write_bytes(onnx_bytes(subject(policy)))
    rows = made_up(policy, policy.observation_size, 100)
    for found in compare(policy, ONNX.load(path), {"random": rows, "extreme": extreme(rows)}, 1e-5):
        assert found.agrees, (found, path)


@pytest.mark.parametrize("kind", list(kinds()))
def test_a_committed_policy_of_each_kind_acts_the_same_on_its_task(kind: str, tmp_path: Path) -> None:
    export = prepare(str(kinds()[kind]), Path("results"), Registry())
    assert export.notes == []
    assert [(name, len(rows)) for name, rows in export.observations.items()] == [("played", 900), ("extreme", 100)]
    path, agreements = write(export, "onnx", tmp_path, Registry())
    assert list(tmp_path.iterdir()) == [path]
    played = agreements[0]
    assert played.difference <= max(1e-5, 4 * played.rounding)
    assert played.rounding < 1e-3


@pytest.mark.slow
def test_every_committed_policy_acts_the_same(tmp_path: Path) -> None:
    count = 0
    for folder in all_policies():
        agree(policy_of(folder), tmp_path / "policy.onnx")
        count += 1
    assert count > 500


@pytest.mark.parametrize("activation", ["tanh", "relu", "elu"])
@pytest.mark.parametrize("squash", ["clip", "tanh"])
@pytest.mark.parametrize("normal", [False, True])
@pytest.mark.parametrize("hidden", [(), (1,), (7, 5)])
def test_every_form_acts_the_same(
    activation: str, squash: str, normal: bool, hidden: tuple[int], tmp_path: Path
) -> None:
    draw = np.random.default_rng(0)
    sizes = (3, *hidden, 2)
    policy = MlpPolicy(
        tuple(draw.normal(size=(b, a)).astype(np.float32) for a, b in pairwise(sizes)),
        tuple(draw.normal(size=b).astype(np.float32) for b in sizes[1:]),
        np.array([-1.0, -0.25]),
        np.array([0.5, 3.0]),
        activation,  # type: ignore[arg-type]
        squash,  # type: ignore[arg-type]
        *((draw.normal(size=3), draw.uniform(0.1, 9, 3)) if normal else (None, None)),
        observation_clip=2.5,
    )
    agree(policy, tmp_path / "policy.onnx")


def test_the_file_says_what_goes_in_and_out_and_what_it_means(tmp_path: Path) -> None:
    folder = first("quadruped/Go1Walk-v0/ppo")
    path, _ = write(prepare(str(folder), Path("results"), Registry()), "onnx", tmp_path, Registry())
    assert path.name == "Go1Walk-v0-ppo-0.onnx"
    model = onnx.load(str(path))
    ((given,), (taken,)) = model.graph.input, model.graph.output
    for value, name, size in ((given, "observation", 46), (taken, "action", 12)):
        batch, numbers = value.type.tensor_type.shape.dim
        assert (value.name, batch.dim_param, numbers.dim_value) == (name, "batch", size)
        assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    about = {entry.key: entry.value for entry in model.metadata_props}
    record = json.loads((folder / "record.json").read_bytes())
    assert (about["run_id"], about["task"], about["seed"]) == (record["run_id"], "quadruped/Go1Walk-v0", "0")
    assert about["mjbench_version"] == model.producer_version
    assert about["control_period_s"] == "0.02"
    observation, action = json.loads(about["observation"]), json.loads(about["action"])
    assert sum(part["size"] for part in observation["parts"]) == observation["size"] == 46
    assert action["names"][:3] == ["FR_hip", "FR_thigh", "FR_calf"]
    assert action["default_pose_rad"] == [0.0, 0.9, -1.8] * 4
    assert (action["low"], action["high"]) == ([-1.0] * 12, [1.0] * 12)
    assert about["mjcf"].startswith("<mujoco")


@pytest.mark.parametrize(
    ("pattern", "period", "names", "parts"),
    [
        ("gymnasium/Hopper-v5/ppo", "0.008", ["thigh_joint", "leg_joint", "foot_joint"], {"qpos": 5, "qvel": 6}),
        ("dm_control/cheetah-run-v0/fast-ppo", "0.01", None, {"position": 8, "velocity": 9}),
    ],
)
def test_a_task_without_deployment_says_what_its_simulator_shows(
    pattern: str, period: str, names: list[str] | None, parts: dict[str, int]
) -> None:
    about = prepare(str(first(pattern)), Path("results"), Registry()).subject.metadata
    assert float(about["control_period_s"]) == pytest.approx(float(period))
    assert {part["name"]: part["size"] for part in json.loads(about["observation"])["parts"]} == parts
    assert names is None or json.loads(about["action"])["names"] == names
    assert "mjcf" not in about


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    folder = first("quadruped/Go1Walk-v0/ppo")
    digests = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.onnx"
        command = [sys.executable, "-m", "mjbench", "export", str(folder), "--out", str(out)]
        done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_graph_that_computes_something_else_never_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = prepare(str(first("gymnasium/Hopper-v5/ppo")), Path("results"), Registry())
    monkeypatch.setitem(ACTIVATIONS, "tanh", "Softsign")
    with pytest.raises(MjbenchError, match=r"nothing was written: the onnx file differs from ppo gymnasium/Hopper-v5"):
        write(export, "onnx", tmp_path, Registry())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_the_home_folder(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mjbench", "export", str(first("gymnasium/Hopper-v5/ppo")), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [path for path in home.rglob("*") if path.is_file() and "onnxruntime" in str(path)] == []
