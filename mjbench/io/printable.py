"""What of a text can be seen. Every text of a stranger's that is shown goes through here."""

import unicodedata

_INVISIBLE = (
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),  # joiners, fillers, the empty Braille cell
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),  # variation selectors
    *range(0xE0000, 0xE1000),
)
INVISIBLE = frozenset(map(chr, _INVISIBLE))
"""Characters that Python calls printable and that show nothing."""
_TOGETHER = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN"}
"""Scripts that are written together in one name and have no letters that look alike."""


def is_printable(text: str) -> bool:
    """Whether every character of ``text`` shows, on one line, and none directs how others are shown."""
    return text.isprintable() and (text.isascii() or INVISIBLE.isdisjoint(text))


def printable(text: str) -> str:
    """``text`` with the escape of each character that cannot be seen."""
    if is_printable(text):
        return text
    return "".join(c if is_printable(c) else c.encode("unicode_escape").decode() for c in text)


def looks_like_another(text: str) -> str:
    """Why a name may be taken for another one: letters of several scripts, or forms of letters; empty where none."""
    if text.isascii():
        return ""
    if any(unicodedata.normalize("NFKC", c) != c for c in text if not c.isascii()):
        return "forms of characters that look like others"
    scripts = {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}
    if len(scripts) > 1 and not scripts <= _TOGETHER:
        return f"letters of several scripts ({', '.join(sorted(scripts)).lower()})"
    return ""
