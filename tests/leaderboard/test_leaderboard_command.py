"""``mjbench leaderboard``."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from mjbench.cli.leaderboard import leaderboard_command
from mjbench.errors import MjbenchError, PluginError
from mjbench.spec.imported import NEVER_KNOWN, ImportedRun
from mjbench.spec.suite import EvalProtocol
from mjbench.store.imported import write_imported
from mjbench.store.store import ResultStore


@pytest.fixture
def registry(monkeypatch, suite, tasks):
    """Puts a registry with one good suite and one that does not load in the place of what is installed."""

    class Installed:
        def __init__(self) -> None:
            self.tasks = tasks

        def names(self, kind: str) -> list[str]:
            return {"suite": ["broken", "toy"]}[kind]

        def suite(self, name: str):
            if name == "broken":
                raise PluginError("plugin x 1.0 does not load: ImportError")
            return suite

        def suites(self, name: str) -> tuple:
            return (self.suite(name),)

        def algorithm(self, name: str):
            raise PluginError(f"{name} is not installed")

    monkeypatch.setattr("mjbench.registry.lookup.Registry", Installed)
    return Installed


@pytest.fixture
def invoke(registry, tmp_path):
    """Runs the command on the records given."""

    def call(records, *arguments: str):
        store = ResultStore(tmp_path / "results")
        for item in records:
            store.write(item.record)
        options = ["--results", str(tmp_path / "results"), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(leaderboard_command, [*arguments, *options])

    return call


def test_a_suite_is_printed_and_written(invoke, found, tmp_path) -> None:
    result = invoke([found(), found(steps=999)], "toy")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("# toy v1\n")
    assert f"wrote {tmp_path / 'out/toy/index.html'}" in result.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["index.html", "toy"]


def test_without_a_suite_all_that_have_records_and_the_rest_are_built(invoke, found, tmp_path) -> None:
    result = invoke([found(), found(steps=999, protocol=EvalProtocol())])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["custom-999-steps", "index.html", "toy"]
    assert "Custom runs of 999 steps: 1 task" in result.stdout
    assert "suite broken is left out: plugin x 1.0 does not load" in result.stderr


def test_damaged_records_are_named_without_the_place_of_the_results(invoke, found, tmp_path) -> None:
    bad = tmp_path / "results/toy/A-v0/sac/9-bad"
    bad.mkdir(parents=True)
    (bad / "record.json").write_text("{")
    result = invoke([found()], "toy")
    assert result.exit_code == 0, result.output
    assert "toy/A-v0/sac/9-bad/record.json" in result.stderr
    page = (tmp_path / "out/toy/README.md").read_text()
    assert "Left out: toy/A-v0/sac/9-bad/record.json: damaged" in page
    assert str(tmp_path) not in page


def test_no_records_is_an_error_that_names_the_command_to_make_some(invoke, tmp_path) -> None:
    result = invoke([], "toy")
    assert isinstance(result.exception, MjbenchError)
    assert f"mjbench run --suite toy --results {tmp_path / 'results'}" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_imported_runs_alone_need_the_name_of_a_suite(invoke, tmp_path) -> None:
    values = {
        "format": "tdmpc2",
        "files": {},
        "metric": "reward",
        "returns": "evaluation",
        "unknown": list(NEVER_KNOWN),
    }
    write_imported(tmp_path / "results", [ImportedRun("toy/A-v0", "mine", 0, step=[100], value=[40.0], **values)])
    refused = invoke([])
    assert "name one: mjbench leaderboard quickstart" in str(refused.exception)
    result = invoke([], "toy")
    assert result.exit_code == 0, result.output
    assert "| mine (imported) |" in result.stdout


def test_records_of_other_suites_alone_are_an_error_too(invoke, found, tmp_path) -> None:
    result = invoke([found(steps=999)], "toy")
    assert isinstance(result.exception, MjbenchError)
    assert "none of the 1 records" in str(result.exception)
    assert "create some with: mjbench run --suite toy" in str(result.exception)


def test_a_suite_that_does_not_load_is_an_error(invoke, found) -> None:
    assert isinstance(invoke([found()], "broken").exception, PluginError)


def test_what_papers_need_is_written_on_request(invoke, found, tmp_path) -> None:
    result = invoke([found()], "toy", "--paper")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out/toy/plots/ranking.png").read_bytes().startswith(b"\x89PNG")
    assert f"wrote the pages of 1 run to {tmp_path / 'out/toy/runs'}" in result.stdout
    parquet = (tmp_path / "out/toy/tasks.parquet").exists()
    assert parquet != ("Parquet not written: pyarrow is not installed" in result.stderr)


def test_tiers_come_from_the_folder_of_submissions(invoke, found, tmp_path) -> None:
    assert invoke([found()], "toy").exit_code == 0
    (record,) = (tmp_path / "results").rglob("record.json")
    submissions = tmp_path / "verdicts"
    submissions.mkdir()
    checksum = hashlib.sha256(record.read_bytes()).hexdigest()
    played = found().record.run.protocol.final_episodes
    run = {"record_sha256": checksum, "tier": "re-evaluated", "replayed_episodes": played}
    (submissions / "a.json").write_text(json.dumps({"tier": "re-evaluated", "entries": {}, "runs": {"x": run}}))
    (submissions / "b.json").write_text("{")
    result = invoke([], "toy", "--submissions", str(submissions))
    assert result.exit_code == 0, result.output
    assert "| re-evaluated |" in result.stdout
    assert f"verdict left out: {submissions / 'b.json'}" in result.stderr


def test_the_index_has_the_boards_that_were_built_before(invoke, found, tmp_path) -> None:
    assert invoke([found(), found(steps=999, protocol=EvalProtocol())]).exit_code == 0
    assert invoke([], "toy").exit_code == 0
    page = (tmp_path / "out/index.html").read_text()
    assert './custom-999-steps/index.html">Custom runs of 999 steps</a>' in page
    assert './toy/index.html">toy v1</a>' in page
