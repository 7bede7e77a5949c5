"""Pages that are written from what is installed and committed: nothing is missing, nothing is stale."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from committed import committed_boards
from mjbench_docs.boards import board_pages
from mjbench_docs.looked import look_at, paged, picture_of, read_looked
from mjbench_docs.notebooks import notebook_pages
from mjbench_docs.pages import plain, prose, table, write_pages
from mjbench_docs.tasks import task_pages
from mjbench_docs.verbs import verb_pages

from mjbench.cli.main import VERBS, cli
from mjbench.registry.lookup import Registry

ROOT = Path(__file__).parents[2]
BUILT_FOR_SECONDS = "composer"
"""Tag of the tasks that are not built in a moment."""


@pytest.fixture(scope="module")
def tasks() -> dict[str, str | bytes]:
    return task_pages()


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_of_a_verb_has_all_of_its_options(verb: str) -> None:
    page = verb_pages()[f"{verb}.md"]
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    below = command.commands.values() if isinstance(command, click.Group) else [command]
    for each in below:
        for param in each.params:
            if isinstance(param, click.Option) and not param.hidden:
                assert f"{max(param.opts, key=len)}" in page
    assert "\n## Example\n" in page
    assert "mjbench" in page.partition("```")[2]


def test_every_task_has_a_page_with_what_its_spec_says(tasks: dict[str, str | bytes]) -> None:
    registry = Registry()
    for task in paged(registry):
        page = tasks[f"{task.id}.md"]
        assert isinstance(page, str)
        assert f"| episode limit | {task.episode_limit:,} steps |" in page
        assert f"| budget | {task.budget:,} steps" in page
        assert all(f"`{metric.name}`" in page for metric in task.metrics)
        assert all(plain(found.source) in page for found in (task.random_return, task.reference_return) if found)
    go1 = tasks["quadruped/Go1Walk-v0.md"]
    assert isinstance(go1, str)
    assert re.search(r"\| `tracking_lin_vel` \| 1\.5 \| ", go1)


def test_curves_are_drawn_with_both_references(tasks: dict[str, str | bytes]) -> None:
    committed_boards()
    go1 = tasks["quadruped/Go1Walk-v0.md"]
    assert isinstance(go1, str)
    assert "[The board quadruped](/boards/quadruped.md)" in go1
    drawn = tasks["quadruped/Go1Walk-v0-quadruped.svg"]
    assert isinstance(drawn, bytes)
    assert all(word in drawn.decode() for word in ("random", "reference", "mjb-band"))


def each_task() -> Iterator[Any]:
    for task in paged(Registry()):
        yield pytest.param(task.id, marks=[pytest.mark.slow] if BUILT_FOR_SECONDS in task.tags else [])


@pytest.mark.parametrize("task_id", each_task())
def test_what_was_seen_of_a_task_is_still_so(task_id: str) -> None:
    task = Registry().task(task_id)
    assert look_at(task, picture=False)[0] == read_looked()[task_id], (
        f"in docs/: python -m mjbench_docs.looked {task_id}"
    )
    assert picture_of(task_id).stat().st_size > 200


def test_every_board_has_a_page_without_dead_links() -> None:
    pages = board_pages()
    for folder in sorted(committed_boards().glob("*/")):
        if not (folder / "README.md").exists():
            continue
        page = pages[f"{folder.name}.md"]
        assert (ROOT / "leaderboards" / folder.name / "index.html").exists()
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page):
            assert (ROOT / "docs" / "boards" / picture).resolve().exists(), picture


def test_notebooks_become_pages_with_their_pictures() -> None:
    pages = notebook_pages()
    for path in (ROOT / "docs").glob("*.ipynb"):
        text = pages[f"{path.stem}.md"]
        assert isinstance(text, str)
        assert text.startswith("# ")
        for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            assert pages[picture][:4] == b"\x89PNG"


def test_text_is_shown_as_it_stands() -> None:
    assert plain("a|b *c* <d> `e`") == r"a\|b \*c\* \<d\> \`e\`"
    assert prose("height ``h_m`` * 2") == r"height `h_m` \* 2"
    assert table(("a",), [["`N|LIST`"]]) == "| a |\n| --- |\n| `N\\|LIST` |\n\n"
    assert table(("a",), []) == ""
    assert table(("a", "b"), [["x", "1,000"], ["y", "-2.5"]], align=True).splitlines()[1] == "| --- | ---: |"


def test_a_folder_holds_what_was_written_last(tmp_path: Path) -> None:
    write_pages(tmp_path, {"a.md": "one", "b/c.md": "two", "b/d.svg": b"three"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    write_pages(tmp_path, {"a.md": "one"})
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").stat().st_mtime_ns == before, "Sphinx reads again what has another time"
