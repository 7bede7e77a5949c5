"""The notebooks of the documentation run, and what they show was computed by what they say."""

from pathlib import Path

import pytest
from committed import committed_boards

DOCS = Path(__file__).parent.parent / "docs"
NOTEBOOK = DOCS / "first_steps.ipynb"
NOTEBOOKS = sorted(DOCS.glob("*.ipynb"))
nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed: pip install nbclient ipykernel")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_has_outputs_and_no_path_of_a_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert all(output.output_type != "error" for output in outputs)
    assert path.stat().st_size < 100_000
    text = path.read_text()
    assert str(Path.home()) not in text
    assert str(path.parents[1]) not in text


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # zmq's own, on some event loops
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # another backend would draw nothing into the notebook
    client = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install nbclient ipykernel")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install ipykernel")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("steps=20_000", "steps=4_096")
        cell.outputs = []
    client.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert len(list((tmp_path / "results").rglob("record.json"))) == 2
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
    (total,) = [o for c in notebook.cells if "predict" in c.source and c.cell_type == "code" for o in c.outputs]
    assert 0 < float(total.data["text/plain"]) <= 1000


def _run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **shorter: str) -> list[str]:
    """Run a notebook in a folder, with some words replaced; the text of its outputs."""
    monkeypatch.delenv("MPLBACKEND", raising=False)
    client = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install nbclient ipykernel")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install ipykernel")
    notebook = nbformat.read(DOCS / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        for word, other in shorter.items():
            cell.source = cell.source.replace(word, other)
        cell.outputs = []
    client.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return [str(output) for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_two_algorithms_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shorter = {"steps=4_096": "steps=1_024", '"learning_starts": 500': '"learning_starts": 900'}
    shown = "".join(_run("compare_algorithms", tmp_path, monkeypatch, **shorter))
    assert "95 % from" in shown
    assert "image/png" in shown
    assert len(list(tmp_path.glob("results/**/record.json"))) == 10


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_statistics_of_a_board_are_those_of_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook itself compares its numbers with those of the board."""
    boards = committed_boards()
    shown = "".join(_run("board_statistics", DOCS, monkeypatch))
    assert "iqm_of_the_board" in shown
    committed = (DOCS / "board_statistics.ipynb").read_text()
    board = (boards / "parity-off-policy" / "ranking.csv").read_text()
    iqm = next(line.split(",")[2] for line in board.splitlines() if line.split(",")[1].startswith("sac"))
    assert f"{float(iqm):.4f}" in committed, "docs/board_statistics.ipynb is stale: run it again"
