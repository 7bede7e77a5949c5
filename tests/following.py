"""Follows a page of the documentation as a reader would: writes its files and runs its commands, from top to bottom."""

import os
import re
import shlex
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"(?ms)^```(\w*)\n(.*?)^```")
NAMED = re.compile(r"(?:# |<!-- )(\S+\.(?:py|toml|xml))(, added)?(?: -->)?\n")
OFFLINE = ("-q", "--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check")
OTHER = ("export ", "source ")


@dataclass(frozen=True)
class Step:
    """A file to write, or a command to run."""

    text: str
    file: str = ""
    added: bool = False
    """Whether the text goes to the end of the file."""


def steps(page: str, languages: Sequence[str] = ("", "bash")) -> Iterator[Step]:
    """What the page says to do; a block of code without the name of a file is an explanation.

    Args:
        page: file name of the page.
        languages: those of blocks with commands. What needs a cluster, or hours, is ``shell``.
    """
    for language, body in BLOCK.findall((DOCS / page).read_text()):
        if language in languages:
            yield from (Step(line) for line in body.replace("\\\n", " ").splitlines() if line.strip())
        elif found := NAMED.match(body):
            yield Step(body if language == "toml" else body[found.end() :], found[1], bool(found[2]))


class Reader:
    """Somebody with an environment of their own, in which the packages of this one are seen.

    Args:
        folder: where they work.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = folder / "environment"
        venv.create(environment, symlinks=True)
        self.python = environment / "bin" / "python"
        (site,) = environment.glob("lib/python*/site-packages")
        paths = [path for path in sys.path if path.endswith("site-packages")]
        (site / "seen.pth").write_text("".join(f"import site; site.addsitedir({path!r})\n" for path in paths))

    def follow(self, page: str) -> list[tuple[str, str]]:
        """Do everything that the page says; each command with what it printed."""
        done = []
        for step in steps(page):
            if not step.file:
                done.append((step.text, self.run(step.text)))
                continue
            path = self.folder / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text() if step.added else ""
            path.write_text(before + step.text)
        return done

    def run(self, line: str, code: int = 0) -> str:
        """One command as it stands on the page."""
        words = [place for word in shlex.split(line, comments=True) for place in self._expanded(word)]
        assert not line.startswith(OTHER), line
        if words[0] == "mjbench":
            words = [str(self.python), "-m", "mjbench.cli.main", *words[1:]]
        elif words[:2] == ["pip", "install"]:
            words = [str(self.python), "-m", "pip", "install", *OFFLINE, *words[2:]]
        elif words[0] == "pytest":
            words = [str(self.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *words[1:]]
        shell = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(words, cwd=self.folder, env=shell, capture_output=True, text=True, timeout=600)
        assert done.returncode == code, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def _expanded(self, word: str) -> list[str]:
        """As a shell would, where there are such files."""
        found = sorted(self.folder.glob(word)) if "*" in word else []
        return [path.relative_to(self.folder).as_posix() for path in found] or [word]
