"""Examples with real output, which a test runs again: files of ``docs/examples``, and ``console`` blocks of pages.

    python -m mjbench_docs.transcripts [FILE...]      # in docs/: writes what has changed

A line with ``$`` is a command, and the lines below it are what it prints. A line ``...`` means any lines. ``^C`` at the
end of an output stops the command with Ctrl-C. The commands of a file run one after the other in a folder of their own.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
FILES = (*sorted(DOCS.glob("examples/*.txt")), DOCS / "start.md", DOCS / "troubleshooting.md")
"""All that have examples."""
EMPTY = ("start",)
"""Pages whose commands begin in an empty folder; all others find records."""
BLOCK = re.compile(r"(?ms)(?<=^```console\n).*?(?=^```$)")
RECORDS = ("gymnasium/InvertedPendulum-v5", "gymnasium/Reacher-v5", "quadruped/Go1Walk-v0")
"""Tasks whose committed records lie in ``results`` where the examples run."""
ANY, STOPPED = "...", "^C"
VOLATILE = (
    (re.compile(r"\d\d:\d\d:\d\d"), "CLOCK"),
    (re.compile("[▁▂▃▄▅▆▇█]+"), "CURVE"),
    (re.compile(r"MUJOCO_GL=\w+ works"), "A BACKEND works"),
    (re.compile(r"[\d,.]+ (s|min|h|steps/s|kB|MB|GB)\b"), r"N \1"),
    (re.compile(r"[\d,]+ (records into|of other suites)"), r"N \1"),  # more are committed all the time
)
COMPUTED = re.compile(r"-?\d[\d,.]*(e[-+]\d+)?")
"""Numbers that another processor, or a busier one, computes differently."""
COMPUTING = ("run", "tune", "watch", "evaluate", "video", "play", "report", "export", "plugins", "doctor", "references")
"""Verbs that train, play or measure; the others read records, and their numbers are exact."""


@dataclass(frozen=True)
class Example:
    """A command and what it prints."""

    command: str
    output: str


def blocks(path: Path) -> list[str]:
    """The examples of a file as text, one block or several."""
    return BLOCK.findall(path.read_text()) if path.suffix == ".md" else [path.read_text()]


def parse(text: str) -> list[Example]:
    """The examples of a file, or of a block on a page."""
    parts = re.split(r"(?m)^\$ ", text)[1:]
    return [Example(*(piece.rstrip("\n") for piece in (part + "\n").split("\n", 1))) for part in parts]


def make_folder(folder: Path, name: str) -> None:
    """Fill an empty folder with what the examples of the file ``name`` work on.

    Raises:
        FileNotFoundError: the checkout has no records.
    """
    if name in EMPTY:
        return
    for task in RECORDS:
        shutil.copytree(ROOT / "results" / task, folder / "results" / task)
    shutil.copytree(ROOT / "submissions", folder / "submissions")
    (logs,) = re.findall(r"(?ms)^```csv\n(.*?)^```", (DOCS / "import.md").read_text())
    (folder / "theirs.csv").write_text(logs)


def run(example: Example, folder: Path, timeout_s: float = 300) -> tuple[str, int]:
    """What the command prints in the folder, standard error included, and its exit code."""
    words = [place for word in shlex.split(example.command) for place in _expanded(word, folder)]
    surroundings = {**os.environ, "COLUMNS": "100", "PYTHONWARNINGS": "ignore"}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        surroundings[name] = value
    words = [sys.executable, "-m", "mjbench.cli.main", *words[1:]] if words[0] == "mjbench" else words
    worker = subprocess.Popen(
        words, cwd=folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        if example.output.endswith(STOPPED):
            assert worker.stdout is not None
            first = worker.stdout.readline()
            worker.send_signal(signal.SIGINT)
            worker.communicate(timeout=timeout_s)
            return first + STOPPED, 0
        output, _ = worker.communicate(timeout=timeout_s)
    finally:
        worker.kill()
    output = output.replace(str(folder), "/home/you").replace("python -m mjbench.cli.main", "mjbench")
    return "\n".join(line.rstrip() for line in output.rstrip().splitlines()), worker.returncode


def agrees(example: Example, output: str, computed: bool = False) -> bool:
    """Whether the output is the example's, but for times, computed numbers, and what ``...`` leaves out."""
    verb = example.command.partition("mjbench ")[2].partition(" ")[0]
    computed = computed or (verb in COMPUTING and "--dry-run" not in example.command)
    lines = example.output.splitlines()
    if verb == "doctor":  # what a machine has differs: the checks alone must be the same, and there may be more
        lines = [text for line in lines[:-1] for text in (ANY, _check(line))] + [ANY]
        output = "\n".join(map(_check, output.splitlines()))
    pattern = "".join(r"(?:.*\n)*" if line == ANY else re.escape(_masked(line, computed)) + r"\n" for line in lines)
    shown = "".join(f"{_masked(line, computed)}\n" for line in output.splitlines())
    return re.fullmatch(pattern, shown) is not None


def _check(line: str) -> str:
    """The name of a check in a line of ``mjbench doctor``."""
    return "".join(line.split()[1:2])


def _masked(line: str, computed: bool) -> str:
    for pattern, name in VOLATILE:
        line = pattern.sub(name, line)
    if computed:
        line = COMPUTED.sub("N", line)
    return re.sub(r"(?<= ) +|-{2,}", lambda found: found[0][0] if "-" in found[0] else "", line).rstrip()


def _expanded(word: str, folder: Path) -> list[str]:
    """As a shell would, where there are such files."""
    found = sorted(folder.glob(word)) if "*" in word else []
    return [path.relative_to(folder).as_posix() for path in found] or [word]


def update(path: Path) -> None:
    """Run a file's examples and write what they print now; what agrees stays as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_folder(folder, path.stem)
        new = [_renewed(block, folder, path) for block in blocks(path)]
    if path.suffix == ".md":
        following = iter(new)
        path.write_text(BLOCK.sub(lambda _: next(following), path.read_text()))
    else:
        path.write_text("".join(new))


def _renewed(block: str, folder: Path, path: Path) -> str:
    lines = []
    for example in parse(block):
        output, code = run(example, folder)
        kept = example.output if example.output and agrees(example, output, path.stem in EMPTY) else output
        news = "" if kept == example.output else ", new output"
        print(f"{path.name}: {example.command}: exit code {code}{news}", flush=True)
        lines.append(f"$ {example.command}\n{kept}\n" if kept else f"$ {example.command}\n")
    return "".join(lines)


if __name__ == "__main__":
    for file in [Path(name).absolute() for name in sys.argv[1:]] or FILES:
        update(file)
