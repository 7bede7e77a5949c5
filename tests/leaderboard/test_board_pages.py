"""What is written: Markdown, page, picture, tables."""

import csv
import io
import random
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mjbench.errors import MjbenchError
from mjbench.leaderboard import cell_text
from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.formats import csv_tables, html_pages, markdown
from mjbench.leaderboard.plots.panels import picture_panels
from mjbench.leaderboard.plots.svg import drawing
from mjbench.leaderboard.publish import files, publish
from mjbench.text import number, score, shown, spread


class Tags(HTMLParser):
    """Collects the tags, their attributes and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.data = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}

    def handle_data(self, data: str) -> None:
        self.data += data


@pytest.fixture
def board(found, full, suite, tasks):
    """Entries with ten, seven and three seeds, a failure and a hole."""
    records = full("sac", 60, 10) + full("ppo", 30, 7) + [found("toy/A-v0", "td3", seed, 5.0) for seed in range(2)]
    records.append(found(algorithm="td3", seed=2, status="failed"))
    return suite_board(suite, records, tasks, resamples=200)


@pytest.fixture
def hostile(found):
    """A board whose every entry means harm."""
    records = [found(algorithm=name, value=float(i), variant=name) for i, name in enumerate(HOSTILE)]
    records += [
        found(algorithm="=1+1", seed=1, status="failed", error="<b>no</b>"),
        found("toy/<x>-v0".replace("<x>", "X")),
    ]
    (made,) = custom_boards(records, [], {}, ["Left out: <i>a</i>|b"])
    return made


def test_the_same_records_give_the_same_bytes(full, suite, tasks) -> None:
    records = full("sac", 60, 6) + full("ppo", 30, 3)
    shuffled = random.Random(1).sample(records, len(records))
    first, second = (files(suite_board(suite, each, tasks, resamples=300)) for each in (records, shuffled))
    assert first == second
    tables = {f"{name}.csv" for name in ("ranking", "tasks", "pairs", "improvement", "curves", "runs")}
    plots = {f"plots/{name}.svg" for name in ("ranking", "tasks", "performance-profiles")}
    shared = {name for name in first if name.startswith(("runs/", "assets/"))}
    assert (
        set(first) - shared
        == {"README.md", "board.json", "index.html", "leaderboard.svg", "tables.tex"} | tables | plots
    )
    assert {f"runs/{item.record.run.run_id}.html" for item in records} < shared


def test_entries_that_stop_early_are_named(found, full, suite, tasks) -> None:
    records = [*full("sac", 60), found("toy/A-v0", "sac", 0, 40.0, stop_at="return=30")]
    page = markdown.render(suite_board(suite, records, tasks, resamples=20))
    name = r"sac\[stop at return=30]"
    assert f"| 2 | {name} (partial) |" in page
    assert f"trained for fewer steps than the others: {name}." in page
    complete = suite_board(suite, full("sac", 60), tasks, resamples=20)
    assert "fewer steps than the others" not in markdown.render(complete)
    assert complete.caution == ""


def test_markdown_shows_ranking_tasks_references_and_notes(board) -> None:
    page = markdown.render(board)
    lines = page.splitlines()
    assert lines[0] == "# toy v1"
    assert lines[lines.index("## Ranking") + 2].startswith("An entry marked partial lacks tasks.")
    assert any(re.match(r"\| 1 \| sac \| 0\.645 \[0\.\d+, 0\.\d+\] \|", line) for line in lines)
    assert any(line.endswith("| 2.00 | 2 (best in 0 %) | self-reported | 21/21 runs |") for line in lines)
    assert (
        f"| sac | {cell_text.NOTHING} | 1.000 [1.000, 1.000] | 1.000 |" in lines
    )  # beats the other two; one of them has few seeds
    assert any(re.match(r"\| 2 \| ppo \| 0\.330 \[0\.\d+, 0\.\d+\]‡ \|", line) for line in lines)
    assert any(line.startswith("| 3 | td3 (partial) | 0.033 (0.050; 0.050; 0.000) |") for line in lines)
    assert "| toy/A-v0 | **64.50 ± 2.17** | 33.00 ± 2.00‡ | 3.33 (5.00; 5.00; 0.000† · 2/3 seeds, 1 failed) |" in lines
    assert "| toy/A-v0 | 0.000 | 100.0 | measured by mjbench | a paper, table 1 |" in lines
    tables = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in tables} == {11, 5, 6}
    assert sum(line.startswith("- ") for line in lines) == len(board.notes)


def test_markdown_takes_names_letter_by_letter(hostile) -> None:
    page = markdown.render(hostile).replace("![The scores as a plot](leaderboard.svg)", "", 1)
    assert "<" not in page
    assert re.search(r"(?<!\\)\[[^0-9(]", page) is None
    assert "http://" not in page
    assert "https://" not in page
    assert "www.evil" not in page
    assert "\n# break" not in page
    assert "\u200b" not in page
    assert "\u202e" not in page
    ranking, tasks = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
    assert {line.count("|") for line in ranking.splitlines()} == {6}
    assert {line.count("|") for line in tasks.splitlines()} == {len(hostile.entries) + 2}
    page.encode()


def test_rendered_markdown_shows_the_names_and_nothing_else(hostile) -> None:
    rendered = Tags(MarkdownIt("commonmark").enable("table").render(files(hostile)["README.md"].decode()))
    assert rendered.links == {"leaderboard.svg"}
    assert rendered.tags <= {"h1", "h2", "p", "img", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong"}
    for entry in hostile.entries:
        assert entry in rendered.data


@settings(deadline=None)
@given(st.text())
def test_escaped_markdown_has_no_active_character(text: str) -> None:
    escaped = markdown.escape(shown(text))
    rest = re.sub(r"&#\d+;|&amp;|&lt;|&gt;|\\\[", "", escaped)
    assert not set(rest) & set("\\`*|<>&~$@![\n")


def test_the_page_escapes_names_and_calls_nobody(hostile) -> None:
    page = html_pages.render(hostile)
    tags = Tags(page)
    assert not tags.tags & {"img", "iframe", "i", "b", "object"}
    assert len(re.findall("<script", page)) == 2  # the two files beside the page
    assert not {name for name in tags.attributes if name.startswith("on")}
    written = files(hostile)
    assert tags.links - {"data:,"} <= set(written)
    assert {link for link in tags.links if link.endswith(".html")} == {f"runs/{run.page}" for run in hostile.runs}
    assert "<script>alert(1)</script>" in tags.data  # shown, as text
    assert "{{ 7 * 7 }}" in tags.data
    assert "url(" not in page
    assert "@import" not in page
    page.encode()


def test_the_page_shows_the_numbers_and_both_plots(board) -> None:
    page = html_pages.render(board)
    text = Tags(page).data
    for part in ("64.50 ± 2.17", "33.00 ± 2.00‡", "0.645", "partial", board.caution, "a paper, table 1", *board.notes):
        assert part in text
    assert page.count("<svg") == 6  # the ranking twice, the profiles and three tasks; one checkpoint makes no curve
    assert drawing(picture_panels(board)) in page


def test_the_picture_is_well_formed_and_stands_alone(board, hostile) -> None:
    for each in (board, hostile):
        picture = files(each)["leaderboard.svg"].decode()
        root = ET.fromstring(picture)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert kinds <= {"svg", "style", "rect", "line", "text", "title", "circle"}
        assert "<style>" in picture


def test_the_ranking_picture_has_points_intervals_and_a_hollow_partial(board) -> None:
    picture = drawing(picture_panels(board))
    assert picture.count('class="mjb-value"') == 2
    assert picture.count("mjb-value mjb-hollow") == 1
    assert picture.count('class="mjb-interval"') == 1
    assert picture.count("mjb-interval mjb-early") == 1
    assert picture.count("mjb-seed") == 3


@pytest.mark.parametrize("values", [(0.0,), (5.0,), (-3.0, -3.0), (1e-9, 1e90), (-1e6, 1e6)])
def test_every_mark_of_a_plot_lies_inside(found, values) -> None:
    records = [found(seed=seed, value=value) for seed, value in enumerate(values)]
    (made,) = custom_boards(records, [], {})
    picture = ET.fromstring(drawing(picture_panels(made)))
    places = [float(place) for item in picture.iter() for key in ("cx", "x1", "x2") if (place := item.get(key))]
    assert places
    assert all(0 <= place <= 760 for place in places)


def test_csv_neutralises_strings_but_not_numbers(hostile) -> None:
    assert csv_tables.neutral("=cmd") == "'=cmd"
    assert [csv_tables.neutral(text)[0] for text in ("+1", "-1", "@x", " =x", "\uff1dx")] == ["'"] * 5
    assert csv_tables.neutral("n=1;=HYPERLINK(A1)") == "n=1;'=HYPERLINK(A1)"
    assert csv_tables.neutral("a;\t @x;b") == "a;\t '@x;b"
    assert [csv_tables.neutral(value) for value in ("sac", -1.5, -2, None, 1 / 3)] == [
        "sac",
        "-1.5",
        "-2",
        "",
        "0.3333333",
    ]
    for text in (csv_tables.ranking_csv(hostile), csv_tables.tasks_csv(hostile), csv_tables.runs_csv(hostile)):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows
        assert not [row for row in rows if row["entry"].startswith(("=", "+", "-", "@"))]
        assert any(row["entry"].startswith("'=cmd") for row in rows)


def test_csv_holds_the_numbers(board) -> None:
    ranking = list(csv.DictReader(io.StringIO(csv_tables.ranking_csv(board))))
    assert [(row["rank"], row["entry"], row["interval"]) for row in ranking] == [
        ("1", "sac", "full"), ("2", "ppo", "preliminary"), ("3", "td3", "none"),
    ]  # fmt: skip
    assert float(ranking[0]["iqm"]) == pytest.approx(0.645)
    assert ranking[2]["iqm_low"] == ""
    tasks = list(csv.DictReader(io.StringIO(csv_tables.tasks_csv(board))))
    td3 = next(row for row in tasks if row["entry"] == "td3")
    assert (td3["seeds_completed"], td3["seeds_failed"], td3["seeds_expected"]) == ("2", "1", "3")
    runs = list(csv.DictReader(io.StringIO(csv_tables.runs_csv(board))))
    assert len(runs) == 10 * 3 + 7 * 3 + 3
    assert [row["return"] for row in runs if row["status"] == "failed"] == ["0"]


def test_names_stay_apart_when_they_are_cut_or_made_visible(found) -> None:
    names = ["y" * 200 + "1", "y" * 200 + "2", "a\u200b", "a\\u200b", "a"]
    (made,) = custom_boards([found(algorithm=name) for name in names], [], {})
    assert len(set(made.entries)) == 5


def test_publishing_writes_every_file_and_names_it(board, tmp_path) -> None:
    paths = publish(board, tmp_path / "out")
    folder = tmp_path / "out/toy"
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths} == files(board)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(files(board))


@pytest.mark.parametrize("place", [".", "runs", "plots"])
def test_publishing_writes_through_no_link(board, tmp_path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "boards" / board.name / place
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(MjbenchError, match="is a link; remove it"):
        publish(board, tmp_path / "boards")
    assert list(elsewhere.iterdir()) == []


def test_publishing_again_leaves_what_is_the_same_and_removes_pages_of_runs_that_are_gone(board, tmp_path) -> None:
    publish(board, tmp_path)
    page, gone, other = (tmp_path / "toy" / name for name in ("index.html", "runs/0123456789ab.html", "runs/mine.html"))
    before = page.stat().st_mtime_ns
    gone.write_text("")
    other.write_text("")
    publish(board, tmp_path)
    assert page.stat().st_mtime_ns == before
    assert not gone.exists()
    assert other.exists()


def test_a_folder_that_cannot_be_written_is_an_error_with_a_cure(board, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MjbenchError, match="choose another folder with --out"):
        publish(board, tmp_path / "file")


def test_a_board_without_runs_can_be_rendered(suite, tasks) -> None:
    made = files(suite_board(suite, [], tasks))
    assert "leaderboard.svg" not in made
    assert b"There are no runs yet." in made["README.md"]
    assert b"There are no runs yet." in made["index.html"]
    assert made["runs.csv"].count(b"\n") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(3412.4, "3,412"), (871.26, "871.3"), (12.345, "12.35"), (-0.041, "-0.041"), (0.0, "0.000"), (-0.0, "0.000"),
     (2e-5, "2.000e-05"), (123456789.0, "1.235e+08")],
)  # fmt: skip
def test_numbers_have_about_four_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_scores_and_spreads() -> None:
    assert (score(0.12345), score(-0.0001), score(1e9)) == ("0.123", "0.000", "1.000e+09")
    assert (spread(3412.4, 87.2), spread(0.5, 0.25)) == ("3,412 ± 87", "0.500 ± 0.250")
