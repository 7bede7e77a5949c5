"""What papers need of a board: figures in a column's width, tables that LaTeX sets, and a paragraph for checklists."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from committed import committed_results
from hostile import HOSTILE
from records import PROTOCOL, make_record, make_run

from mjbench.cli.main import cli
from mjbench.errors import MjbenchError
from mjbench.leaderboard.build import custom_boards, suite_board
from mjbench.leaderboard.formats.checklist import as_markdown
from mjbench.leaderboard.formats.paper import PAPER, PaperOptions, paper_of
from mjbench.leaderboard.formats.paper_table import Field, Table, render
from mjbench.leaderboard.formats.paper_tables import tables
from mjbench.leaderboard.plots.print_style import in_inches
from mjbench.leaderboard.selection import Shown
from mjbench.spec.record import Resources
from mjbench.store.store import Found

ROOT = Path(__file__).parent.parent.parent
needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
PROVENANCE = {"packages": {"mujoco": "3.17.0"}, "processor": "A_B & C", "cores": 2, "python": "3.11.7"}


@pytest.fixture
def make(suite, tasks) -> Callable:
    """Makes the board of two algorithms with so many seeds on two tasks."""

    def board(seeds: int = 6, **options):
        found = []
        for place, algorithm in enumerate(("sac", "ppo_x")):
            for task in ("toy/A-v0", "toy/B-v0"):
                for seed in range(seeds):
                    record = make_record(make_run(task, algorithm, seed), 50.0 - 30 * place + seed)
                    cost = Resources(wall_s=7200.0, cpu_s=3600.0, steps_per_s=12.0, peak_memory_mib=99.0)
                    found.append(Found(Path("x"), replace(record, resources=cost, provenance=PROVENANCE)))
        return suite_board(replace(suite, protocol=PROTOCOL), found, tasks, resamples=50, **options)

    return board


def compiled(folder: Path) -> str:
    """Sets ``main.tex`` as its first line says; the log."""
    assert (folder / "main.tex").read_text().splitlines()[0].endswith("pdflatex main && pdflatex main")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main"]
    for _ in range(2):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
    return (folder / "main.log").read_text(errors="replace").replace("\n", "")


def check(log: str, folder: Path, fonts: bool = True) -> None:
    assert "undefined" not in log
    assert "multiply defined" not in log
    wide = [float(size) for size in re.findall(r"Overfull \\hbox \((\d+\.?\d*)pt", log)]
    high = [float(size) for size in re.findall(r"Overfull \\vbox \((\d+\.?\d*)pt", log)]
    assert max([*wide, *high], default=0.0) < 3
    if fonts and shutil.which("pdffonts"):
        used = subprocess.run(["pdffonts", "main.pdf"], cwd=folder, capture_output=True, text=True, check=True).stdout
        assert "Type 3" not in used  # letters of dots, which publishers refuse


def texts(board, tiers: bool = False) -> dict[str, str]:
    """Every table in LaTeX."""
    return {table.name: render(table, f"tab:{table.name}") for table in tables(board, tiers)}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "paper"


def test_every_build_gives_the_same_bytes(make) -> None:
    first = paper_of(make(), PAPER)
    assert first == paper_of(make(), PAPER)
    figures = {name for name in first if name.startswith("paper/figures/")}
    names = ("ranking", "tasks", "learning-curves", "performance-profiles", "sample-efficiency")
    assert figures == {f"paper/figures/{name}.{ending}" for name in names for ending in ("pdf", "svg", "png")}
    assert not any(b"Date" in data for name, data in first.items() if name.endswith((".pdf", ".svg")))


@pytest.mark.parametrize("width", [3.25, 6.75])
def test_figures_have_the_chosen_width(make, width) -> None:
    files = paper_of(make(), PaperOptions(width))
    for name, data in files.items():
        if name.endswith(".pdf"):
            box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ", data)
            assert box, name
            assert float(box[1]) == pytest.approx(72 * width)


@pytest.mark.parametrize(("text", "inches"), [("column", 3.25), ("text", 6.75), ("8.5cm", 3.346), ("240pt", 3.321)])
def test_widths_have_names_and_units(text, inches) -> None:
    assert in_inches(text) == pytest.approx(inches, abs=1e-3)


@pytest.mark.parametrize("text", ["", "wide", "3.25", "1in", "900cm", "nanin"])
def test_a_width_that_cannot_be_is_one_line(text) -> None:
    with pytest.raises(MjbenchError, match="is none of column"):
        in_inches(text)


def test_captions_say_how_to_read_the_tables(make) -> None:
    files = texts(make())
    returns = files["returns"]
    for part in (
        "3 training seeds unless said otherwise; the final policy after 100 environment steps, 3 evaluation episodes",
        "Bold: the highest mean of a task and the methods for which Welch's test, with Holm's correction over all",
        r"$^\ddagger$: preliminary, 5 to 9 seeds.",
        r"\textbf{52.50 $\pm$ 1.96$^\ddagger$}",
    ):
        assert part in returns
    assert r"% Needs \usepackage{booktabs,graphicx}" in returns
    assert r"ppo\_x & sac & \textbf{$-$30.00} & \textbf{{[}$-$32.41, $-$27.59{]}}" in files["p-values"]
    assert r"learning\_rate & 0.001 & 0.001" in files["hyperparameters"]
    assert r"ppo\_x & 12 & 12.00 & 24.00 & 12.00 & 99" in files["compute"]
    assert r"Machine: A\_B \& C, 2 cores." in files["compute"]
    assert "mujoco & 3.17.0" in files["versions"]


def test_tiers_are_shown_if_chosen(make) -> None:
    assert "Tier" not in texts(make())["ranking"]
    assert "Tier" in texts(make(), tiers=True)["ranking"]


def test_without_enough_seeds_nothing_is_tested(make) -> None:
    files = texts(make(3))
    assert "p-values" not in files
    assert "Nothing is bold" in files["returns"]
    assert "50.00 to 52.00" in files["returns"]


def test_statistics_are_those_of_what_is_shown(make) -> None:
    whole, part = make(), make(show=Shown(("sac",), ("A-v0",)))
    assert part.entries == ("sac",)
    assert [row.task for row in part.tasks] == ["toy/A-v0"]
    assert whole.tasks[0].statistics.differences
    assert not part.tasks[0].statistics.differences
    assert "ranking over 1 task." in texts(part)["ranking"]


def test_a_name_that_the_board_does_not_have_is_named_with_the_nearest(make) -> None:
    with pytest.raises(MjbenchError, match="the board has no entry 'ppox'; did you mean ppo_x"):
        make(show=Shown(("ppox",)))
    with pytest.raises(MjbenchError, match="the board has no task 'toy/A-v1'; did you mean toy/A-v0"):
        make(show=Shown((), ("toy/A-v1",)))


def test_the_checklist_says_what_the_records_say(make) -> None:
    text = as_markdown(make())
    for part in (
        "sac: 6 on each of 2 tasks",
        "plays 3 episodes without exploration noise",
        "24.0 processor hours in total (sac: 12.0 processor hours for 12 runs",
        "on A_B &amp; C, 2 cores.",
        "Python 3.11.7; mujoco 3.17.0",
        "TO DO: say for each method how its hyperparameters were chosen",
    ):
        assert part in text, part


def test_tables_are_split_where_they_would_be_too_wide_or_too_long() -> None:
    row = tuple(Field("x" * 20) for _ in range(12))
    text = render(Table("t", "What it is. More.", tuple("abcdefghijkl"), (row,) * 100), "tab:t")
    assert text.count(r"\begin{table}") == 9
    assert text.count(r"\label{tab:t}") == 1
    assert text.count("What it is, continued.") == 8
    assert all(line.startswith("x" * 20) for line in text.splitlines() if "xxx" in line)


@needs_latex
def test_hostile_names_are_set_letter_by_letter(found, tmp_path) -> None:
    names = [*HOSTILE, "\\end{document}", "é中[x]", "a_b%c&d#e~f^g\\h$i{j}k"]
    records = [found(algorithm=name, value=float(place)) for place, name in enumerate(names)]
    (board,) = custom_boards(records, [], {}, resamples=10)
    folder = write(tmp_path, paper_of(board, PAPER))
    check(compiled(folder), folder, fonts=False)  # a grave accent alone is in no font but one of dots
    assert r"a\_b\%c\&d\#e\textasciitilde{}f\textasciicircum{}g" in (folder / "tables/returns.tex").read_text()


@needs_latex
@pytest.mark.parametrize("width", [3.25, 6.75, 12.0])
def test_figures_of_any_width_fit_onto_the_page(make, tmp_path, width) -> None:
    folder = write(tmp_path, paper_of(make(), PaperOptions(width)))
    check(compiled(folder), folder)


@needs_latex
@pytest.mark.slow
@pytest.mark.parametrize("name", ["quickstart@1", "gymnasium-mujoco-100k", "quadruped@1"])
def test_the_papers_of_the_committed_records_compile(name, tmp_path) -> None:
    command = ["leaderboard", name, "--paper", "--results", str(committed_results()), "--out", str(tmp_path)]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    folder = tmp_path / name.removesuffix("@1") / "paper"
    assert f"cd {folder} && pdflatex main && pdflatex main" in done.output
    check(compiled(folder), folder)


def test_without_latex_the_files_are_there_and_how_to_compile_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    command = [
        "leaderboard",
        "quickstart@1",
        "--paper",
        "--entries",
        "sac,td3",
        "--tasks",
        "Reacher-v5",
        "--width",
        "text",
    ]
    done = CliRunner().invoke(cli, [*command, "--results", str(committed_results()), "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "pdflatex is not installed here; on Debian or Ubuntu: apt-get install texlive-latex-base" in done.output
    folder = tmp_path / "quickstart"
    assert "ppo" not in (folder / "paper/tables/returns.tex").read_text()
    assert "| ppo |" in (folder / "README.md").read_text().replace("| 3 | ppo", "| ppo |")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["quickstart@1", "--entries", "sac"], "add --paper"),
        (["--paper", "--entries", "sac"], "need the name of a board"),
        (["quickstart@1", "--paper", "--width", "wide"], "--width wide is none of column"),
        (["quickstart@1", "--paper", "--entries", "sax"], "did you mean sac?"),
    ],
)
def test_options_that_do_not_fit_are_one_line_and_write_nothing(tmp_path, options, why) -> None:
    done = CliRunner().invoke(
        cli, ["leaderboard", *options, "--results", str(ROOT / "results"), "--out", str(tmp_path / "out")]
    )
    assert why in str(done.exception)
    assert not (tmp_path / "out").exists()
