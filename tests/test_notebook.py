"""The notebook of the documentation runs, and what it shows was computed by what it says."""

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parent.parent / "docs" / "first_steps.ipynb"
nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed: pip install nbclient ipykernel")


def test_the_committed_notebook_has_outputs_and_no_path_of_a_machine() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert all(output.output_type != "error" for output in outputs)
    assert NOTEBOOK.stat().st_size < 100_000
    text = NOTEBOOK.read_text()
    assert str(Path.home()) not in text
    assert str(NOTEBOOK.parents[1]) not in text


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
