"""TOML of strangers: what JSON cannot hold is refused with its place, and in little time."""

import time

import pytest

from mjbench.errors import RecordError
from mjbench.io.toml import MOST_DOTS, parse_toml

NUMBERS = ", ".join(["0.5"] * MOST_DOTS)


def test_what_json_can_hold_is_read() -> None:
    text = f'a = 9007199254740992\n"b/c" = [[1.5], {{ d = "é\\n" }}]\nmany = [{NUMBERS}]\n[e.f]\ng = -0.0\n'
    body = parse_toml(text)
    assert (body["a"], body["b/c"], body["e"]) == (2**53, [[1.5], {"d": "é\n"}], {"f": {"g": 0.0}})
    assert len(body["many"]) == MOST_DOTS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a", "line 1"),
        ("a = 1\nb = [", "line 2"),
        ("a = 1\na = 2", "Cannot overwrite a value"),
        ("[t]\na = nan", "t.a: a number that is not finite"),
        ("a = [1.0, [-inf]]", "a: a number that is not finite"),
        ("a = 9007199254740993", "a: an integer beyond 2"),
        ("a = 0x" + "f" * 9000, "a: an integer beyond 2"),
        ("a = " + "9" * 5000, "a number is too large"),
        ("[t]\na = 2026-01-02", "t.a is a date or a time"),
        ("a = [07:30:00]", "a is a date or a time"),
        ("a = 2026-13-45", "line 1"),
        ("a = " + "[" * 100 + "]" * 100, "nested deeper than 32"),
        ("a = " + "[" * 20_000, "nested deeper than 32"),
        (".".join("a" * 40) + " = 1", "nested deeper than 32"),
        (".".join("a" * 400_000) + " = 1", "line 1 has more than 1,000 dots"),
        ('"\\u001b[31m\\n" = 1', "the key \\x1b[31m\\n has characters that cannot be seen"),
    ],
    ids=lambda value: value[:24],
)
def test_what_it_cannot_is_named_on_one_line(text: str, says: str) -> None:
    before = time.process_time()
    with pytest.raises(RecordError) as caught:
        parse_toml(text)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
    assert time.process_time() - before < 2
