"""What the page for plugin authors says of the contract."""

import re
from pathlib import Path

import pytest

from mjbench.cli.plugins import plugins_command
from mjbench.cli.references import references_command
from mjbench.testing import ALGORITHM_CHECKS, CHECKS

PAGES = [Path(__file__).parents[2] / name for name in ("docs/plugins.md", "CONTRIBUTING.md")]
VERBS = {"plugins": plugins_command, "references": references_command}


def test_every_check_has_its_line_and_no_other() -> None:
    section = PAGES[0].read_text().partition("## The contract")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE) == list(CHECKS)


def test_every_check_of_an_algorithm_has_its_line_and_no_other() -> None:
    page = (PAGES[0].parent / "your_algorithm.md").read_text()
    section = page.partition("## 6. The contract")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE) == list(ALGORITHM_CHECKS)


def test_every_check_says_what_it_holds() -> None:
    assert all((check.__doc__ or "").strip() for check in CHECKS.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_commands_on_the_page_exist(page: Path) -> None:
    found = re.findall(r"mjbench (plugins|references) (\w+)((?: [^`\n]+)?)", page.read_text())
    assert found
    for verb, name, rest in found:
        command = VERBS[verb].commands[name]
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= options, (verb, name, rest)
