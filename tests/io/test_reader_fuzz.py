"""Whatever bytes come, the readers return a value or raise an error of ours."""

import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from hostile_policies import SETTINGS, TENSORS, honest_policy
from hostile_records import HONEST
from hypothesis import given, settings
from hypothesis import strategies as st

from mjbench.errors import MjbenchError
from mjbench.io.strict import check_json, is_plain, parse_json
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.record import RunRecord
from mjbench.store.codec import dump_record, load_record
from mjbench.submission.about import NAME, About, read_about

Result = TypeVar("Result")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["../..", "=cmd", "<script>", "\ud800", "\x1b[2J", "a/b-v0", 2**63, -(2**53) - 1, 1e308])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


def exchanged(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of ``body`` with another value at ``path``."""
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = exchanged(copy[path[0]], path[1:], value)
    return copy


PLACES = places(json.loads(HONEST))


def guarded(act: Callable[[], Result]) -> Result | None:
    """What ``act`` returns, or None where it raises an error of ours whose message can be printed."""
    try:
        return act()
    except MjbenchError as error:
        if not str(error).isprintable():
            raise ValueError("the message holds what the stranger wrote") from error
        return None


def read(data: bytes) -> RunRecord | None:
    record = guarded(lambda: load_record(data))
    if record is None:
        return None
    assert load_record(dump_record(record)) == record
    return record


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert read(data) is None


@settings(max_examples=400)
@given(st.sampled_from(PLACES), VALUES)
def test_a_record_with_one_value_exchanged(place: tuple[Any, ...], value: Any) -> None:
    read(json.dumps(exchanged(json.loads(HONEST), place, value)).encode())


@settings(max_examples=300)
@given(st.integers(0, len(HONEST) - 1), st.integers(0, 3), st.binary(max_size=4))
def test_a_record_with_bytes_exchanged(start: int, length: int, data: bytes) -> None:
    read(HONEST[:start] + data + HONEST[start + length :])


@settings(max_examples=300)
@given(VALUES, st.sampled_from([None, 1, 4]))
def test_the_quick_look_agrees_with_the_slow_reader(value: Any, indent: int | None) -> None:
    data = json.dumps(value, indent=indent).encode()
    try:
        body = parse_json(data)
    except MjbenchError:
        return
    check_json(body)
    assert is_plain(data) or b"\\" in data or not isinstance(body, (dict, list))


@settings(max_examples=200)
@given(
    st.sampled_from(["format", "activation", "squash", "observation_clip", "more"]),
    VALUES,
    st.sampled_from(["dtype", "shape", "data_offsets", "more"]),
    VALUES,
    st.booleans(),
)
def test_a_policy_with_values_exchanged(setting: str, one: Any, entry: str, other: Any, tensors: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        honest_policy().save(folder)
        if tensors:
            data = (folder / TENSORS).read_bytes()
            size = int.from_bytes(data[:8], "little")
            header = json.loads(data[8 : 8 + size])
            header["weight.0"][entry] = other
            text = json.dumps(header).encode()
            (folder / TENSORS).write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size :])
        else:
            body = {**json.loads((folder / SETTINGS).read_text()), setting: one}
            (folder / SETTINGS).write_text(json.dumps(body))
        policy = guarded(lambda: MlpPolicy.load(folder))
        assert policy is None or policy.act(np.ones((1, 3))).shape == (1, 2)


@settings(max_examples=200)
@given(st.integers(0, 500), st.integers(0, 8), st.binary(max_size=8))
def test_a_policy_with_bytes_exchanged(start: int, length: int, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        honest_policy().save(folder)
        whole = (folder / TENSORS).read_bytes()
        (folder / TENSORS).write_bytes(whole[:start] + data + whole[start + length :])
        policy = guarded(lambda: MlpPolicy.load(folder))
        assert policy is None or policy.weights[0].shape == (4, 3)


@settings(max_examples=300)
@given(st.binary(max_size=100) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_submission_toml(data: bytes) -> None:
    honest = About("A", "https://a.org", "https://a.org/b", "What was done.", "quickstart").to_toml().encode()
    with tempfile.TemporaryDirectory() as scratch:
        for content in (data, honest + data, honest.replace(b"What", data)):
            (Path(scratch) / NAME).write_bytes(content)
            about = guarded(lambda: read_about(Path(scratch)))
            assert about is None or about.to_toml()
