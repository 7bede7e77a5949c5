"""What is typed for a run: found, or a line that names what is wrong."""

from pathlib import Path

import pytest
from records import make_record, make_run

from mjbench.errors import MjbenchError
from mjbench.store.find import find_run
from mjbench.store.store import ResultStore


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    store = ResultStore(tmp_path / "results")
    store.write(make_record(make_run()))
    return store


def refused(text: str, results: Path) -> str:
    with pytest.raises(MjbenchError) as caught:
        find_run(text, results)
    return str(caught.value)


def test_the_first_digits_find_a_run(store: ResultStore) -> None:
    run = make_run()
    assert find_run(run.run_id[:6], store.root).record.run == run


def test_a_damaged_record_is_named(store: ResultStore) -> None:
    run = make_run()
    record = store.folder(run) / "record.json"
    record.write_bytes(record.read_bytes()[:100])
    words = refused(run.run_id[:6], store.root)
    assert words.startswith(f"{record}: damaged: ")
    other = "0" if run.run_id[0] != "0" else "1"
    assert refused(other, store.root) == f"no runs under {store.root} have an id that starts with {other}"


def test_a_results_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert f"the results folder {tmp_path / 'none'} does not exist" in refused("1234", tmp_path / "none")


@pytest.mark.parametrize("text", ["", "x\n\x1b[31my", "a b", "g"])
def test_what_is_no_run_is_one_line(text: str, store: ResultStore) -> None:
    words = refused(text, store.root)
    assert words.startswith(f"{text!r} is neither a run's folder")
    assert words.isprintable()
