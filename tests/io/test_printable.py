"""What is shown can be seen, and no name looks like another."""

import sys

import pytest

from mjbench.io.printable import is_printable, looks_like_another, printable
from mjbench.io.strict import clean
from mjbench.text import shown


@pytest.mark.parametrize(
    "character",
    "\x00\x07\x1b\x7f\x9b\u00a0\u00ad\u034f\u061c\u115f\u17b4\u17b5\u180e\u200b\u200d\u200e\u202e\u2028\u2060\u2066"
    "\u2800\u3000\u3164\ufe0f\ufeff\uffa0\U000e0001\U000e0100\ud800",
)
def test_what_cannot_be_seen_shows_as_its_escape(character: str) -> None:
    for show in (printable, clean, shown):
        text = show(f"sac{character}")
        assert text.isascii()
        assert text.startswith("sac\\")
    assert not is_printable(character)


def test_every_character_becomes_one_that_shows() -> None:
    for code in range(sys.maxunicode + 1):
        assert is_printable(printable(chr(code)))


@pytest.mark.parametrize("text", ["sac", "Größe", "метод", "方法 SAC かな", "5 %"])
def test_honest_text_stays(text: str) -> None:
    assert printable(text) == text
    assert looks_like_another(text) == ""


@pytest.mark.parametrize("text", ["s\u0430c", "\u03bfmega", "\uff53ac", "\U0001d42cac", "SA\u2160"])
def test_letters_that_look_like_others_are_named(text: str) -> None:
    assert looks_like_another(text)
