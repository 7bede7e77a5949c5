"""Generated pages: Markdown to files, and text that must not be read as Markdown."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$])")

NUMBER = re.compile(r"-?\d[\d,.]*")


def write_pages(folder: Path, pages: Mapping[str, str | bytes]) -> None:
    """Make ``folder`` hold these files and no others; what has not changed keeps its time.

    Args:
        folder: where the generated files live.
        pages: content by path below the folder.
    """
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in pages:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, content in pages.items():
        path = folder / name
        body = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != body:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)


def plain(text: str) -> str:
    """``text`` such that Markdown shows it as it stands."""
    return SPECIAL.sub(r"\\\1", text)


def prose(text: str) -> str:
    """The same, where double backticks mark code as in docstrings."""
    return "".join(f"`{part}`" if index % 2 else plain(part) for index, part in enumerate(re.split(r"``(.*?)``", text)))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], align: bool = False) -> str:
    """A Markdown table; cells are Markdown already, but for bars in code. Empty without rows.

    ``align`` puts columns of numbers on the right.
    """
    if not rows:
        return ""
    rules = ["---:" if align and all(map(NUMBER.fullmatch, column)) else "---" for column in zip(*rows, strict=True)]
    lines = [header, rules, *rows]
    cells = [[re.sub(r"(?<!\\)\|", r"\\|", cell.replace("\n", " ")) for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells) + "\n"


def code(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n\n"


def toctree(names: Sequence[str], caption: str = "", hidden: bool = True) -> str:
    """What Sphinx orders pages by."""
    options = ":maxdepth: 1\n" + (":hidden:\n" if hidden else "") + (f":caption: {caption}\n" if caption else "")
    return f"```{{toctree}}\n{options}\n" + "\n".join(names) + "\n```\n\n"
