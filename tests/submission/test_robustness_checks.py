"""Robustness files in submissions: packed along, held to the grid of their set and to what the task can give."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_submissions import ABOUT, SUITE, TASK, MadeUpRegistry, run_folder, write_submission

from mjbench.spec.disturbance_set import find_set
from mjbench.spec.robustness import UNDISTURBED, DisturbedEpisodes, Robustness
from mjbench.store.robustness import write_robustness
from mjbench.store.store import ResultStore
from mjbench.submission.pack import pack
from mjbench.submission.validate import validate

FILE = "robustness-standard-1.json"


def due(folder: Path) -> Robustness:
    """What the made-up task leaves: pushes, with nothing else that it can have."""
    record, chosen = ResultStore(folder).read(folder), find_set("standard@1")
    points = [(UNDISTURBED, 0.0), *(("push", strength) for strength in chosen.strengths["push"])]
    rows = [(*point, record.run.protocol.seed + i) for point in points for i in range(chosen.episodes)]
    table = DisturbedEpisodes(
        [name for name, _, _ in rows],
        [strength for _, strength, _ in rows],
        [seed for *_, seed in rows],
        [1.0] * len(rows),
        [10] * len(rows),
    )
    absent = {name: "it is made up" for name in chosen.strengths if name != "push"}
    run = record.run
    return Robustness(run.run_id, run.task, dict(record.policy_sha256), "standard", 1, table, {"push": 1.0}, absent, {})


def found(root: Path, change: Callable[[Robustness], Robustness] = lambda file: file) -> list[str]:
    """What validation says of a submission with a file that was changed."""
    write_submission(root)
    folder = run_folder(root)
    write_robustness(folder, change(due(folder)))
    report = validate(root, MadeUpRegistry())
    return [str(finding) for finding in report.findings if finding.level != "note"]


def with_table(**changes: object) -> Callable[[Robustness], Robustness]:
    return lambda file: dataclasses.replace(file, episodes=dataclasses.replace(file.episodes, **changes))  # pyright: ignore[reportArgumentType]


def test_a_file_of_the_set_is_accepted(tmp_path: Path) -> None:
    assert found(tmp_path / "s") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda file: dataclasses.replace(file, absent={}), "its conditions are not those of standard@1"),
        (
            lambda file: dataclasses.replace(file, absent={**file.absent, "wind": "x"}),
            "its conditions are not those of standard@1",
        ),
        (with_table(strength=[0.0] * 10 + [0.1] * 10 + [0.2] * 10 + [0.3] * 10), "its strengths are not those"),
        (with_table(seed=[*range(7, 17)] * 4), "its seeds are not 1000000 to 1000009"),
        (with_table(episode_length=[TASK.episode_limit + 1] * 40), "an episode outside of 1 to 100 steps"),
        (with_table(episode_length=[0] * 40), "an episode outside of 1 to 100 steps"),
        (with_table(success=[True] * 40), "success is known where the task has none"),
        (lambda file: dataclasses.replace(file, policy_sha256={}), "another policy"),
        (lambda file: dataclasses.replace(file, run_id="0" * 12), "it is of run 000000000000"),
    ],
)
def test_what_cannot_be_is_refused(change: Callable[[Robustness], Robustness], message: str, tmp_path: Path) -> None:
    lines = found(tmp_path / "s", change)
    assert len(lines) == 1
    assert message in lines[0]
    assert lines[0].endswith("[robustness]")
    assert FILE in lines[0]


def test_a_set_that_is_not_installed_is_left_unchecked(tmp_path: Path) -> None:
    (line,) = found(tmp_path / "s", lambda file: dataclasses.replace(file, version=9))
    assert line.startswith("unchecked: ")
    assert "there is no version '9'" in line


def test_it_is_packed_along(tmp_path: Path) -> None:
    write_submission(tmp_path / "s")
    folder = run_folder(tmp_path / "s")
    path = write_robustness(folder, due(folder))
    (folder / "notes.txt").write_text("private")
    out = tmp_path / "out"
    pack(tmp_path / "s" / "results", SUITE, MadeUpRegistry(), ABOUT, out)
    packed = run_folder(out)
    assert (packed / FILE).read_bytes() == path.read_bytes()
    assert not (packed / "notes.txt").exists()
    report = validate(out, MadeUpRegistry())
    assert [finding for finding in report.findings if finding.level != "note"] == []
