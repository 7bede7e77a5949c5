"""Policies that nobody honest saves: a name, what is done to an honest one's folder, and the reason to be told."""

import json
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.policies.mlp import MlpPolicy

Harm = Callable[[Path], object]
SETTINGS, TENSORS = "policy.json", "policy.safetensors"


def honest_policy() -> MlpPolicy:
    """Two layers, three observations, two actions."""
    rng = np.random.default_rng(0)
    weights = (rng.normal(size=(4, 3)).astype(np.float32), rng.normal(size=(2, 4)).astype(np.float32))
    biases = (np.zeros(4, np.float32), np.zeros(2, np.float32))
    return MlpPolicy(weights, biases, -np.ones(2), np.ones(2), observation_mean=np.zeros(3), observation_std=np.ones(3))


def settings(**changes: Any) -> Harm:
    """Exchange values of policy.json."""

    def harm(folder: Path) -> None:
        body = {**json.loads((folder / SETTINGS).read_text()), **changes}
        (folder / SETTINGS).write_text(json.dumps(body))

    return harm


def write(name: str, data: bytes) -> Harm:
    """Put ``data`` in the place of a file."""
    return lambda folder: (folder / name).write_bytes(data)


def append(name: str, data: bytes) -> Harm:
    """Put ``data`` behind a file."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + data)


def header(change: Callable[[dict[str, Any]], object]) -> Harm:
    """Change the header of the tensors and leave their bytes."""

    def harm(folder: Path) -> None:
        data = (folder / TENSORS).read_bytes()
        size = int.from_bytes(data[:8], "little")
        body = json.loads(data[8 : 8 + size])
        change(body)
        text = json.dumps(body).encode()
        (folder / TENSORS).write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size :])

    return harm


def tensors(**changes: np.ndarray | None) -> Harm:
    """Exchange tensors; None removes one."""

    def harm(folder: Path) -> None:
        from safetensors.numpy import load_file, save_file

        body = {**load_file(folder / TENSORS), **{name.replace("__", "."): value for name, value in changes.items()}}
        save_file({name: value for name, value in body.items() if value is not None}, folder / TENSORS)

    return harm


def link(name: str, target: str) -> Harm:
    def harm(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return harm


def grow(name: str, size: int) -> Harm:
    """A file of any size that takes no room on the disk."""
    return lambda folder: os.truncate(folder / name, size)


def spell(text: str) -> Harm:
    """Tensors with a header that is not JSON, or not what it should be."""
    return write(TENSORS, struct.pack("<Q", len(text)) + text.encode())


F4 = np.float32
POLICIES: list[tuple[str, Harm, str]] = [
    ("no settings", lambda folder: (folder / SETTINGS).unlink(), "No such file"),
    ("no tensors", lambda folder: (folder / TENSORS).unlink(), "No such file"),
    ("settings that are a link", link(SETTINGS, "/etc/passwd"), "a link"),
    ("tensors that are a link", link(TENSORS, "/dev/zero"), "a link"),
    ("settings of 10 GB", grow(SETTINGS, 10**10), "too large"),
    ("tensors of 10 GB", grow(TENSORS, 10**10), "too large"),
    ("a pickle called policy.json", write(SETTINGS, pickle.dumps({"format": 1})), "not UTF-8"),
    ("a pickle called policy.safetensors", write(TENSORS, pickle.dumps(list(range(99)))), "not safetensors"),
    ("an archive of torch", write(TENSORS, b"PK\x03\x04" + b"\0" * 100), "not safetensors|not JSON"),
    ("a numpy file", write(TENSORS, b"\x93NUMPY\x01\x00" + b" " * 118), "not safetensors"),
    ("empty tensors", write(TENSORS, b""), "not safetensors"),
    ("seven bytes", write(TENSORS, b"\0" * 7), "not safetensors"),
    ("a header of 2**64 bytes", write(TENSORS, b"\xff" * 8 + b"{}"), "header length is wrong"),
    ("a header beyond the file", write(TENSORS, struct.pack("<Q", 100) + b"{}"), "header length is wrong"),
    ("a header that is no JSON", spell("{]"), "not JSON"),
    ("a header that is a list", spell("[]"), "not an object"),
    ("a header without end", spell("[" * 100_000), "nested deeper"),
    ("a tensor twice", spell('{"a":{},"a":{}}'), "twice"),
    ("a tensor without a type", header(lambda body: body["bias.0"].pop("dtype")), "not described"),
    ("a tensor of doubles", header(lambda body: body["bias.0"].update(dtype="F64")), "type 'F64'"),
    ("a tensor of bytes", header(lambda body: body["bias.0"].update(dtype="U8")), "type 'U8'"),
    ("a tensor of objects", header(lambda body: body["bias.0"].update(dtype="O")), "type 'O'"),
    ("a type that is a list", header(lambda body: body["bias.0"].update(dtype=["F32"])), "of type"),
    ("a huge shape", header(lambda body: body["bias.0"].update(shape=[2**52, 2])), "does not fit"),
    ("a shape that overflows", header(lambda body: body["bias.0"].update(shape=[2**32, 2**32])), "does not fit"),
    ("a shape beyond 2**53", header(lambda body: body["bias.0"].update(shape=[2**64])), "2\\*\\*53"),
    (
        "a tensor of nothing whose shape overflows",
        header(lambda body: body.update(x={"dtype": "F32", "shape": [2**52, 2**52, 0], "data_offsets": [0, 0]})),
        "holds no numbers",
    ),
    ("a negative shape", header(lambda body: body["bias.0"].update(shape=[-4])), "whole numbers"),
    ("a true shape", header(lambda body: body["bias.0"].update(shape=[True])), "whole numbers"),
    ("a shape of 1.0", header(lambda body: body["bias.0"].update(shape=[4.0])), "whole numbers"),
    ("a shape of 99 dimensions", header(lambda body: body["bias.0"].update(shape=[1] * 98 + [4])), "too many"),
    ("bytes of another tensor", header(lambda body: body["bias.0"].update(data_offsets=[0, 16])), "overlap|none"),
    ("bytes beyond the file", header(lambda body: body["bias.0"].update(data_offsets=[10**6, 10**6 + 16])), "fit its"),
    ("bytes backwards", header(lambda body: body["bias.0"].update(data_offsets=[16, 0])), "does not fit"),
    ("bytes that belong to none", header(lambda body: body.pop("bias.0")), "belong to no tensor"),
    ("bytes behind the end", append(TENSORS, b"#!/bin/sh"), "belong to no tensor"),
    ("a weight that is not there", tensors(weight__0=None), "no tensor|does not fit"),
    ("no layers", tensors(weight__0=None, weight__1=None, bias__0=None, bias__1=None), "at least one layer"),
    ("a tensor too many", tensors(exec=np.zeros(1, F4)), "unknown tensors"),
    ("a weight that is a vector", tensors(weight__0=np.zeros(4, F4)), "matrix"),
    ("layers that do not fit", tensors(weight__1=np.zeros((2, 5), F4)), "does not fit"),
    ("bounds of another size", tensors(action_low=np.zeros(7, F4)), "action_low"),
    ("a mean of another size", tensors(observation_mean=np.zeros(1, F4)), "observation_mean"),
    ("a mean without a deviation", tensors(observation_std=None), "or not at all"),
    ("a weight that is not finite", tensors(bias__0=np.full(4, np.nan, F4)), "not finite"),
    ("a bound that is no number", tensors(action_high=np.full(2, np.nan, F4)), "not finite"),
    ("another format", settings(format="mjbench-mlp-9"), "mjbench-mlp-9"),
    ("a format that is a list", settings(format=[]), "format is"),
    ("settings that are a list", write(SETTINGS, b"[]"), "format is"),
    ("settings that are no JSON", write(SETTINGS, b"{"), "not JSON"),
    ("a setting too many", settings(loader="os:system"), "loader"),
    ("an unknown activation", settings(activation="__import__('os')"), "which is unknown"),
    ("an unhashable activation", settings(activation={"a": []}), "which is unknown"),
    ("an unknown squash", settings(squash="none"), "squash"),
    ("a clip in a text", settings(observation_clip="10"), "not a number"),
    ("a true clip", settings(observation_clip=True), "not a number"),
    ("a negative clip", settings(observation_clip=-1.0), "positive"),
    ("a clip of 1e999", write(SETTINGS, b'{"format":"mjbench-mlp-1","observation_clip":1e999}'), "not finite"),
    ("a clip of NaN", write(SETTINGS, b'{"format":"mjbench-mlp-1","observation_clip":NaN}'), "NaN"),
]
"""What the reader refuses."""
