"""The documentation says what the program does."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mjbench.cli.main import VERBS, cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted(ROOT.glob("plugins/*/README.md"))


def commands() -> list[tuple[str, str]]:
    """Every mjbench command that a page shows, with the page's name."""
    blocks = re.compile(r"(?ms)^```(\S*)[^\n]*\n(.*?)^```")
    found = []
    for page in PAGES:
        text = page.read_text()
        text = text.replace("\\\n", " ")
        shown = [block for language, block in blocks.findall(text) if language in ("", "bash", "shell", "console")]
        lines = [line.strip().removeprefix("$ ") for block in shown for line in block.splitlines()]
        text = blocks.sub("", text)
        lines += re.findall(r"(?m)^    (mjbench .*)$", text)
        lines += re.findall(r"`(mjbench [^`\n]+)`", text)
        found += [(page.name, line.partition("#")[0].strip()) for line in lines if line.startswith("mjbench ")]
    return found


def test_pages_show_commands() -> None:
    assert len({command for _, command in commands()}) > 10


@pytest.mark.parametrize(("page", "command"), commands())
def test_every_command_on_a_page_has_its_verb_and_options(page: str, command: str) -> None:
    if page in BROKEN:
        pytest.skip("its commands fail on purpose; tests/docs/test_examples.py runs them")
    words = [word for word in shlex.split(command.replace("...", "")) if word not in ("", "…")][1:]
    current: click.Command = cli
    context = click.Context(cli)
    while isinstance(current, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0).rstrip(",.;")
        found = current.get_command(context, name)
        assert found is not None, f"{page}: there is no {command!r}"
        current = found
    given = [option for parameter in current.params for option in (*parameter.opts, *parameter.secondary_opts)]
    options = {*given, "--help", "--version"}
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0].rstrip(",.;") in options, f"{page}: {command!r} has no {word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`((?:mjbench|plugins|tests|benchmarks|docs)/[\w/.-]+\.[a-z]+)`", page.read_text())
    missing = [name for name in named if not (ROOT / name).exists() and not (page.parent / name).exists()]
    assert not missing, f"{page.name} names files that are not there: {missing}"


LINK = re.compile(r"(?<!`)\]\((?!https?://|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")
BUILT = ("verbs/", "tasks/", "boards/", "notebooks/")
"""Folders of docs/ whose pages are written when the site is built."""
BROKEN = {"troubleshooting.md"}
"""Pages whose commands fail on purpose."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text())
    for target, anchor in LINK.findall(text):
        if target.startswith("../../actions/") or (page.parent.name == "docs" and target.startswith(BUILT)):
            continue  # pages of the host, and of the built site
        found = page.parent / target
        assert found.exists(), f"{page.name}: {target}"
        if anchor and found.suffix == ".md":
            headings = re.findall(r"(?m)^#+ (.*)$", found.read_text())
            assert anchor[1:] in map(_anchor, headings), f"{page.name}: {target}{anchor}"
    for name in re.findall(r"\{doc\}`(?:[^`<]*<)?([^`<>]+)>?`", text):
        if not name.lstrip("/").startswith(BUILT):
            assert (ROOT / "docs" / f"{name.lstrip('/')}.md").exists(), f"{page.name}: {name}"


def _anchor(heading: str) -> str:
    """As GitHub and Sphinx name it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_page_is_in_the_navigation() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    listed = {line for block in re.findall(r"(?ms)^```\{toctree\}\n(.*?)^```", index) for line in block.splitlines()}
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert pages <= listed, f"docs/index.md does not list {sorted(pages - listed)}"


def test_every_verb_is_there_and_explained() -> None:
    for verb in VERBS:
        done = CliRunner().invoke(cli, [verb, "--help"])
        assert done.exit_code == 0, done.output


def test_the_table_of_references_is_current() -> None:
    table = CliRunner().invoke(cli, ["references", "show", "--markdown"]).output.strip()
    assert table in (ROOT / "docs" / "references.md").read_text(), (
        "docs/references.md is stale: replace its table by the output of mjbench references show --markdown"
    )
