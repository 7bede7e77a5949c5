"""A robustness file is played again: what is true passes, what is forged is refused, here and on another processor."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from committed import committed_results

from mjbench.evaluation.disturbed import Disturbed
from mjbench.evaluation.subject import Subject, load_subject
from mjbench.launch.disturbing import robustness_of
from mjbench.registry.lookup import Registry
from mjbench.spec.disturbance_set import find_set
from mjbench.spec.robustness import Robustness
from mjbench.store.found import Found
from mjbench.store.robustness import dump_robustness, read_robustness, write_robustness
from mjbench.store.store import ResultStore
from mjbench.verify.limits import Limits
from mjbench.verify.replay import replay
from mjbench.verify.robustness import compare, play_again

RESULTS = committed_results()
ELSEWHERE = ["processor another one, here this one"]
FILE = "robustness-standard-1.json"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Found, Subject]:
    """A committed run of Reacher-v5 in a folder of its own, with its robustness file."""
    runs = (RESULTS / "gymnasium/Reacher-v5/fast-ppo").glob("0-*")
    source = next(folder for folder in runs if ResultStore(folder).read(folder).run.steps == 1_000_000)
    folder = tmp_path_factory.mktemp("results") / source.name
    shutil.copytree(source, folder)
    (folder / FILE).unlink(missing_ok=True)
    found = Found(folder, ResultStore(folder).read(folder))
    registry = Registry()
    subject = load_subject(found, registry)
    _, file = robustness_of(subject, find_set("standard@1"), registry)
    assert file is not None
    write_robustness(folder, file)
    return found, subject


@pytest.fixture
def again(played: tuple[Found, Subject]) -> tuple[Robustness, Disturbed]:
    """The file, and itself as what a replay has given."""
    file = read_robustness(played[0].path / FILE, played[0].record)
    return file, Disturbed(file.episodes, dict(file.scales), dict(file.absent))


def copied(found: Found, to: Path, change: Callable[[dict[str, Any]], object]) -> Found:
    folder = to / found.path.name
    shutil.copytree(found.path, folder)
    body = json.loads((folder / FILE).read_text())
    change(body)
    (folder / FILE).write_text(json.dumps(body))
    return Found(folder, found.record)


def test_playing_it_again_gives_the_same_bytes(played: tuple[Found, Subject]) -> None:
    found, subject = played
    _, file = robustness_of(subject, find_set("standard@1"), Registry())
    assert file is not None
    assert dump_robustness(file) == (found.path / FILE).read_bytes()
    assert set(file.conditions) == {"motor", "delay", "noise"}


def test_undisturbed_episodes_are_the_first_of_the_evaluation(played: tuple[Found, Subject]) -> None:
    from mjbench.evaluation.evaluating import evaluate

    found, subject = played
    file = read_robustness(found.path / FILE, found.record)
    assert file.episodes.episode_return[:10] == evaluate(subject, 10).episode_return


@pytest.mark.parametrize("whole", [True, False])
def test_a_true_file_passes(played: tuple[Found, Subject], whole: bool) -> None:
    found, subject = played
    assert play_again(found, subject.policy, subject.task, whole) == ""


def better(body: dict[str, Any]) -> None:
    """What noise costs is taken away, by a little."""
    table = body["episodes"]
    table["episode_return"] = [value + 1e-9 if name == "noise" else value for name, value in _rows(table)]


def _rows(table: dict[str, Any]) -> list[tuple[str, float]]:
    return list(zip(table["condition"], table["episode_return"], strict=True))


def other_conditions(body: dict[str, Any]) -> None:
    body["absent"]["delay"] = "it is hard"
    table = body["episodes"]
    keep = [name != "delay" for name in table["condition"]]
    for name, column in table.items():
        table[name] = column and [value for value, kept in zip(column, keep, strict=True) if kept]
    del body["scales"]["delay"]


@pytest.mark.parametrize(
    ("forge", "message"),
    [
        (better, "episodes differ, with the same packages on the same processor"),
        (other_conditions, "other conditions than it says"),
        (lambda body: body["scales"].update(motor=2.0), "its scales are not those"),
        (lambda body: body.update(policy_sha256={"policy.json": "0" * 64}), "another policy"),
    ],
)
def test_a_forged_file_is_refused(
    played: tuple[Found, Subject], tmp_path: Path, forge: Callable[[dict[str, Any]], object], message: str
) -> None:
    found, subject = played
    problem = play_again(copied(found, tmp_path, forge), subject.policy, subject.task)
    assert message in problem
    assert problem.startswith(FILE)


def test_validation_plays_it_too(played: tuple[Found, Subject], tmp_path: Path) -> None:
    found, _ = played
    (honest,) = replay([found], None, Limits())
    if honest.problem:
        pytest.skip(f"the committed record cannot be replayed here: {honest.problem}")
    (forged,) = replay([copied(found, tmp_path, better)], None, Limits())
    assert "disturbed episodes differ" in forged.problem


def test_on_another_processor_chance_is_allowed_and_nothing_else(again: tuple[Robustness, Disturbed]) -> None:
    file, same = again
    table = file.episodes
    assert compare(file, same, ELSEWHERE) == ""

    def told(change: Callable[[str, float, float], float]) -> str:
        values = [
            change(name, strength, value or 0.0)
            for name, strength, value in zip(table.condition, table.strength, table.episode_return, strict=True)
        ]
        return compare(replace(file, episodes=replace(table, episode_return=values)), same, ELSEWHERE)

    assert told(lambda _, __, value: value + 1e-9) == ""
    assert "their mean return under noise 0.2 by more than chance" in told(
        lambda name, strength, value: value + 10 * (name == "noise" and strength == 0.2)
    )
    assert "their mean return undisturbed by more than chance" in told(lambda name, _, value: value - 10 * (name == ""))
    together = told(lambda name, _, value: value + 1.2 * (name != ""))
    assert "together" in together or "by more than chance" in together
    unknown = replace(file, episodes=replace(table, episode_return=[None, *table.episode_return[1:]]))
    assert "known on one side alone" in compare(unknown, same, ELSEWHERE)
    assert "differ, with the same packages" in compare(unknown, same, [])


def test_lengths_are_held_to_chance_too(again: tuple[Robustness, Disturbed]) -> None:
    file, same = again
    short = replace(file, episodes=replace(file.episodes, episode_length=[1] * len(file.episodes.seed)))
    assert "their lengths undisturbed" in compare(short, same, ELSEWHERE)
