"""The pages on imported logs and papers: their commands run, and print what the pages show."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from mjbench.cli.main import cli

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(?ms)^```(\w*)\n(.*?)^```")


@pytest.mark.parametrize("page", ["import", "paper"])
def test_commands_of_the_page_print_what_it_shows(page: str, tmp_path, monkeypatch) -> None:
    for task in ("InvertedPendulum-v5", "Reacher-v5"):
        shutil.copytree(ROOT / "results/gymnasium" / task, tmp_path / "results/gymnasium" / task)
    monkeypatch.chdir(tmp_path)
    output = ""
    shown = 0
    for language, block in BLOCK.findall((ROOT / f"docs/{page}.md").read_text()):
        if language == "csv":
            Path("theirs.csv").write_text(block)
        elif language == "" and block.startswith("mjbench "):
            output = ""
            for command in block.splitlines():
                done = CliRunner().invoke(cli, shlex.split(command)[1:])
                assert done.exit_code == 0, (command, done.output, done.exception)
                output += done.output
            checklists = Path().glob("leaderboards/*/paper/checklist.md")
            output += "".join(path.read_text() for path in checklists)
        elif language == "text":
            lines = [line for line in block.splitlines() if line != "..."]
            places = [output.find(line) for line in lines]
            missing = [line for line, place in zip(lines, places, strict=True) if place < 0]
            assert not missing, f"docs/{page}.md shows what is not printed: {missing}\n{output}"
            assert places == sorted(places)
            shown += len(lines)
    assert shown > 4
