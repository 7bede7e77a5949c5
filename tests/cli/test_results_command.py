"""``mjbench results merge`` and ``sync`` as a user types them."""

from pathlib import Path

from click.testing import CliRunner
from records import make_record, make_run

from mjbench.cli.main import cli
from mjbench.errors import MjbenchError
from mjbench.spec.record import RunRecord
from mjbench.store.store import ResultStore

RUNS = [make_run(seed=seed) for seed in range(3)]


def typed(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["results", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def folders(tmp_path: Path) -> tuple[Path, Path]:
    a, b = ResultStore(tmp_path / "a"), ResultStore(tmp_path / "b")
    for store, seed in ((a, 0), (a, 1), (b, 1)):
        store.write(make_record(RUNS[seed]))
    b.write(RunRecord(RUNS[2], "failed", error="it broke"))
    return a.root, b.root


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    a, b = folders(tmp_path)
    c = tmp_path / "c"
    said = f"would copy 3 records (1 of them failed) into {c}; 1 there before\n"
    assert typed("merge", a, b, "--into", c, "--dry-run") == (0, said, "")
    assert not c.exists()
    assert typed("merge", a, b, "--into", c) == (0, said.replace("would copy", "copied"), "")
    assert typed("merge", a, b, "--into", c) == (0, f"copied 0 records into {c}; 4 there before\n", "")


def test_sync_goes_both_ways(tmp_path: Path) -> None:
    a, b = folders(tmp_path)
    said = f"copied 1 record into {b}; 1 there before\ncopied 1 record (1 of them failed) into {a}; 1 there before\n"
    assert typed("sync", a, b) == (0, said, "")
    assert {path.parent.name for path in a.rglob("record.json")} == {
        path.parent.name for path in b.rglob("record.json")
    }


def test_sync_creates_no_folder_that_is_missing(tmp_path: Path) -> None:
    a, _ = folders(tmp_path)
    missing = tmp_path / "not mounted"
    for pair in ((a, missing), (missing, a)):
        done = CliRunner().invoke(cli, ["results", "sync", *map(str, pair)])
        assert isinstance(done.exception, MjbenchError)
        assert str(done.exception) == f"{missing} is not a folder; create it first: mkdir -p '{missing}'"
        assert not missing.exists()


def test_what_differs_is_said_once_and_the_exit_code_is_1(tmp_path: Path) -> None:
    a, b = folders(tmp_path)
    ResultStore(a).folder(RUNS[1]).rename(tmp_path / "kept")
    ResultStore(a).write(make_record(RUNS[1], final=3.0))
    code, _, said = typed("sync", a, b)
    assert code == 1
    assert said == (
        f"not copied: {RUNS[1].label}: {ResultStore(a).folder(RUNS[1])} and {ResultStore(b).folder(RUNS[1])} differ in "
        "record.json (evaluations: episode_return)\n"
    )
