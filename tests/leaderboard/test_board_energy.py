"""The energy of entries: shown where the record of some run has it, with the others estimated and said so."""

from dataclasses import replace
from pathlib import Path

from small_boards import add, board, built, spec

from mjbench.spec.record import Evaluations, Resources, RunRecord
from mjbench.stats.energy import KEY
from mjbench.store.store import ResultStore


def measured(root: Path, seed: int, **provenance: float) -> None:
    evaluations = Evaluations([10, 10], [1_000_000, 1_000_001], [1.0, 2.0], [5, 5])
    run = replace(spec(seed=seed), algorithm="other")
    cost = Resources(wall_s=40.0, cpu_s=30.0, train_s=20.0)
    ResultStore(root).write(
        RunRecord(run=run, status="completed", evaluations=evaluations, resources=cost, provenance=provenance)
    )


def cells(root: Path) -> dict[str, list[str]]:
    head, *rows = [line.split(",") for line in board(root, "ranking.csv").read_text().splitlines()]
    at = head.index("energy_j")
    return {row[1]: row[at : at + 2] for row in rows}


def test_measured_and_estimated_energies_are_told_apart(tmp_path: Path) -> None:
    add(tmp_path, [spec(seed=0)])  # says nothing of its processor time
    measured(tmp_path, 0, **{KEY: 720.0})
    measured(tmp_path, 1, **{KEY: 1080.0})
    built(tmp_path)
    assert cells(tmp_path) == {"other": ["900", "yes"], "mine": ["", ""]}
    text = board(tmp_path, "README.md").read_text()
    assert "| Energy a run |" in text
    assert "| 0.250 Wh |" in text
    measured(tmp_path, 2)  # 30 s at 12 W
    built(tmp_path)
    assert cells(tmp_path)["other"] == ["720", "no"]
    assert "about 0.200 Wh" in board(tmp_path, "README.md").read_text()


def test_a_board_where_nothing_was_measured_has_no_such_column(tmp_path: Path) -> None:
    measured(tmp_path, 0)
    built(tmp_path)
    assert "energy" not in board(tmp_path, "ranking.csv").read_text()
    assert "Energy" not in board(tmp_path, "README.md").read_text()
