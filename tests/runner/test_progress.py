"""The progress file holds the evaluations so far, also those of earlier workers; what is strange in it is refused."""

import json
from pathlib import Path

import pytest

from mjbench.runner.evaluation_table import means
from mjbench.runner.progress import ProgressWriter, read_progress
from mjbench.spec.record import Evaluations


def test_evaluations_are_kept_and_continued_by_the_next_worker(tmp_path: Path) -> None:
    first = ProgressWriter(tmp_path / "progress.json", 100)
    first.write(10)
    assert (found := read_progress(tmp_path)) is not None
    assert (found.evaluation, found.evaluations) == (None, ())
    first.write(20, evaluation=1.5)
    first.write(25)
    assert (found := read_progress(tmp_path)) is not None
    assert (found.step, found.evaluation, found.evaluations) == (25, 1.5, ((20, 1.5),))
    table = Evaluations([20, 20], [1_000_000, 1_000_001], [1.0, 2.0], [5, 5])
    second = ProgressWriter(tmp_path / "progress.json", 100)
    second.resume(30.0, means(table))
    second.write(40, evaluation=3.0)
    assert (found := read_progress(tmp_path)) is not None
    assert found.evaluations == ((20, 1.5), (40, 3.0))
    assert found.elapsed_s >= 30


@pytest.mark.parametrize(
    "strange", [[[1]], [["a", "b"]], [[1, None]], [[-1, 1.0]], [[1, float("inf")]], 7, "x", [[1, 2, 3]]]
)
def test_strange_evaluations_are_refused(tmp_path: Path, strange: object) -> None:
    ProgressWriter(tmp_path / "progress.json", 100).write(10, evaluation=1.0)
    body = json.loads((tmp_path / "progress.json").read_text())
    assert read_progress(tmp_path) is not None
    (tmp_path / "progress.json").write_text(json.dumps({**body, "evaluations": strange}))
    assert read_progress(tmp_path) is None


def test_a_file_of_an_older_worker_is_read(tmp_path: Path) -> None:
    ProgressWriter(tmp_path / "progress.json", 100).write(10, evaluation=1.0)
    body = json.loads((tmp_path / "progress.json").read_text())
    del body["evaluations"]
    (tmp_path / "progress.json").write_text(json.dumps(body))
    assert (found := read_progress(tmp_path)) is not None
    assert found.evaluations == ()
