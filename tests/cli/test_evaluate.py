"""``mjbench evaluate`` on committed runs and on policies without a record."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from committed import committed_results

import mjbench
from mjbench.cli.main import cli
from mjbench.cli.terminal.evaluation import same_as_recorded
from mjbench.errors import MjbenchError
from mjbench.evaluation.evaluating import evaluate, has_distribution
from mjbench.evaluation.subject import load_subject
from mjbench.policies.mlp import MlpPolicy
from mjbench.registry.lookup import Registry
from mjbench.store.found import Found
from mjbench.store.robustness import read_robustness
from mjbench.store.store import ResultStore

RESULTS = committed_results()
FILE = "robustness-standard-1.json"


def typed(*words: object) -> Result:
    return CliRunner().invoke(cli, ["evaluate", *map(str, words)])


def refused(*words: object) -> str:
    """The one line of an error that is meant for people."""
    done = typed(*words)
    assert isinstance(done.exception, MjbenchError), done.output
    assert "\n" not in str(done.exception)
    return str(done.exception)


def committed(tmp_path: Path, seed: int = 0) -> Path:
    """A run of the suite gymnasium-mujoco on Reacher-v5 in a results folder of its own, without a robustness file."""
    place = "gymnasium/Reacher-v5/fast-ppo"
    runs = (RESULTS / place).glob(f"{seed}-*")
    source = next(folder for folder in runs if ResultStore(folder).read(folder).run.steps == 1_000_000)
    folder = tmp_path / "results" / place / source.name
    shutil.copytree(source, folder)
    (folder / FILE).unlink(missing_ok=True)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Seed 0."""
    return committed(tmp_path)


@pytest.fixture
def policy(run: Path, tmp_path: Path) -> Path:
    """Its policy, without the record."""
    folder = tmp_path / "policy"
    folder.mkdir()
    for name in ("policy.json", "policy.safetensors"):
        shutil.copy(run / name, folder / name)
    return folder


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_run_is_shown_beside_its_record(run: Path) -> None:
    done = typed(run)
    assert done.exit_code == 0, done.output
    assert "recorded mean" in done.output
    assert "50 episodes, seeds 1,000,000 to 1,000,049, the mode of its actions" in done.output
    assert "returns are those of the record, to the last bit" in done.output
    assert "holds the mode of its actions and no distribution" in done.output
    for name in ("return", "episode length", "negative_final_distance_m", "control_reward"):
        assert f"\n{name}" in done.output
    assert files(run) == {"record.json", "policy.json", "policy.safetensors"}


def test_returns_that_differ_are_named_with_their_size(run: Path) -> None:
    found = Found(run, ResultStore(run).read(run))
    played = evaluate(load_subject(found, Registry()), 2)
    recorded = dict(zip(played.seed, found.record.final_returns, strict=False))
    moved = replace(played, episode_return=[recorded[played.seed[0]], recorded[played.seed[1]] + 0.25])
    assert same_as_recorded(moved, found.record, ["processor A, here B"]) == (
        "1 of 2 returns are those of the record, to the last bit; the largest difference is 0.25; "
        "a small one is normal, as the record was made elsewhere: processor A, here B"
    )


def test_the_numbers_are_for_programs_too(run: Path) -> None:
    body = json.loads(typed(run, "--episodes", 3, "--json").output)
    record = ResultStore(run).read(run)
    assert body["run_id"] == record.run.run_id
    assert body["recorded"]["return"] == pytest.approx(np.mean(record.final_returns))
    assert body["has_distribution"] is False
    assert len(body["episodes"]["mode"]["episode_return"]) == 3
    assert body["episodes"]["mode"]["success"] is None


def test_the_number_of_episodes_and_of_processes_changes_no_return(run: Path) -> None:
    subject = load_subject(Found(run, ResultStore(run).read(run)), Registry())
    many = evaluate(subject, 60)
    assert many.seed == list(range(1_000_000, 1_000_060))
    assert evaluate(subject, 60, jobs=3) == many
    assert evaluate(subject, 4, seed=1_000_002).episode_return == many.episode_return[2:6]
    assert [len(values) for values in many.metrics.values()] == [60] * len(many.metrics)


def test_python_gives_a_row_for_each_episode(run: Path) -> None:
    table = mjbench.evaluate(run, episodes=3)
    assert list(table.seed) == [1_000_000, 1_000_001, 1_000_002]
    assert {"episode_return", "episode_length", "control_reward"} <= set(table.columns)
    with pytest.raises(MjbenchError, match="no runs"):
        mjbench.evaluate("ffffffffffff", results=run.parents[3])


def test_a_policy_without_a_record_needs_a_task(policy: Path) -> None:
    assert "name what it plays with --task" in refused(policy)
    for place in (policy, policy / "policy.safetensors"):
        done = typed(place, "--task", "gymnasium/Reacher-v5", "--episodes", 2)
        assert done.exit_code == 0, done.output
        assert "recorded" not in done.output
    assert "unknown task" in refused(policy, "--task", "gymnasium/Reachr-v5")


def test_a_run_on_another_task_is_not_compared_with_its_record(run: Path) -> None:
    done = typed(run, "--task", "gymnasium/Reacher-v4", "--episodes", 2)
    if done.exit_code:  # v4 has an observation more
        assert "the policy of fast-ppo gymnasium/Reacher-v5 seed 0 does not fit gymnasium/Reacher-v4" in str(
            done.exception
        )
    else:
        assert "recorded" not in done.output


def test_other_spaces_and_corrupt_files_are_one_line(run: Path, policy: Path) -> None:
    message = refused(policy, "--task", "gymnasium/Hopper-v5")
    assert (
        message == f"the policy of {policy} does not fit gymnasium/Hopper-v5: it takes 10 observations, the task has 11"
    )
    for damage in (b"", b"{", (policy / "policy.safetensors").read_bytes()[:-8]):
        (policy / "policy.safetensors").write_bytes(damage)
        assert "cannot read the policy in" in refused(policy, "--task", "gymnasium/Reacher-v5")
        (run / "policy.safetensors").write_bytes(damage)
        assert "not what its record says" in refused(run)
        assert "not what its record says" in refused(run, "--disturb", "standard")
    assert files(run) == {"record.json", "policy.json", "policy.safetensors"}
    assert "neither a run's folder" in refused(run.parent)


def test_actions_beyond_those_of_the_task_are_refused(policy: Path) -> None:
    own = MlpPolicy.load(policy)
    replace(own, action_low=-2 * np.ones(2), action_high=2 * np.ones(2)).save(policy)
    wide = MlpPolicy.load(policy)
    replace(wide, biases=(*wide.biases[:-1], np.full(2, 5.0, np.float32))).save(policy)
    assert "which the task does not have" in refused(policy, "--task", "gymnasium/Reacher-v5", "--episodes", 1)


@dataclass(frozen=True)
class Drawn:
    """A policy with a distribution."""

    mode: MlpPolicy

    def act(self, observation: np.ndarray) -> np.ndarray:
        return self.mode.act(observation)

    def sample(self, observation: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        noise = generator.normal(0.0, 0.3, (len(observation), 2))
        return np.clip(self.mode.act(observation) + noise, -1, 1).astype(np.float32)

    def save(self, folder: Path) -> None:
        self.mode.save(folder)


def test_actions_are_drawn_where_there_is_a_distribution(run: Path) -> None:
    assert "and no distribution; leave out --stochastic" in refused(run, "--stochastic")
    subject = load_subject(Found(run, ResultStore(run).read(run)), Registry())
    policy: Any = Drawn(subject.policy)  # pyright: ignore[reportArgumentType]
    assert has_distribution(policy)
    own = replace(subject, policy=policy)
    assert evaluate(own, 4) == evaluate(subject, 4)
    drawn = evaluate(own, 4, stochastic=True)
    assert drawn == evaluate(own, 4, stochastic=True)
    assert np.mean(drawn.episode_return) < np.mean(evaluate(own, 4).episode_return)


def test_disturbance_is_played_once_and_then_read(run: Path) -> None:
    first = typed(run, "--disturb", "standard")
    assert first.exit_code == 0, first.output
    assert f"wrote {run / FILE}" in first.output
    assert "without push: its robot is fixed to the world" in first.output
    assert files(run) == {"record.json", "policy.json", "policy.safetensors", FILE}
    file = read_robustness(run / FILE, ResultStore(run).read(run))
    assert len(file.episodes.seed) == 10 * (1 + 3 * 3)
    again = typed(run, "--disturb", "standard@1")
    assert f"read {run / FILE}" in again.output
    assert again.output.splitlines()[:-1] == first.output.splitlines()[:-1]
    body = json.loads(typed(run, "--disturb", "standard", "--json").output)
    assert 0.9 < body["robustness"] <= 1.0
    assert [curve["condition"] for curve in body["curves"]] == ["motor", "delay", "noise"]
    (run / FILE).write_text("{}")
    assert FILE in refused(run, "--disturb", "standard")


def test_one_condition_or_another_policy_writes_nothing(run: Path, policy: Path) -> None:
    for words in ((run, "--condition", "motor"), (policy, "--task", "gymnasium/Reacher-v5")):
        done = typed(*words, "--disturb", "standard")
        assert done.exit_code == 0, done.output
        assert "nothing was written" in done.output
    assert files(run) == {"record.json", "policy.json", "policy.safetensors"}
    assert files(policy) == {"policy.json", "policy.safetensors"}


def test_what_a_task_cannot_have_and_unknown_names_are_one_line(run: Path) -> None:
    message = refused(run, "--disturb", "standard", "--condition", "push")
    assert message == (
        "gymnasium/Reacher-v5 cannot have push: its robot is fixed to the world; it can have motor, delay, noise"
    )
    assert "did you mean friction?" in refused(run, "--disturb", "standard", "--condition", "fricton")
    assert "did you mean standard?" in refused(run, "--disturb", "standart")
    assert files(run) == {"record.json", "policy.json", "policy.safetensors"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name a RUN or POLICY"),
        (["--suite", "quickstart", "x"], "name a RUN or POLICY"),
        (["--suite", "quickstart"], "--suite needs --disturb"),
        (["x", "--condition", "push"], "--condition needs --disturb"),
        (["x", "--disturb", "standard", "--episodes", "3"], "do not go with --disturb"),
        (["--suite", "quickstart", "--disturb", "standard", "--json"], "do not go with --suite"),
        (["x", "--disturb", "standard", "--jobs", "2"], "--jobs goes with --suite"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(words: list[str], message: str) -> None:
    done = typed(*words)
    assert done.exit_code == 2
    assert message in done.output


def test_a_suite_is_played_once_and_resumed(run: Path, tmp_path: Path) -> None:
    second = committed(tmp_path, 1)
    suite = tmp_path / "own.toml"
    suite.write_text('name = "own"\ntasks = ["gymnasium/Reacher-v5"]\nseeds = 2\nsteps = 1_000_000\n')
    words = ("--suite", suite, "--disturb", "standard", "--results", tmp_path / "results")
    first = typed(*words, "--jobs", 2)
    assert first.exit_code == 0, first.output
    assert "standard@1: 2 policies to play, 0 have a file; 2 at once" in first.output
    assert "left" in first.output
    assert (run / FILE).exists()
    assert (second / FILE).exists()
    again = typed(*words, "--jobs", 1)
    assert "0 policies to play, 2 have a file" in again.output
    assert again.exit_code == 0
    other = ("--suite", "quadruped", "--disturb", "standard", "--results", tmp_path / "results")
    assert "holds no completed run" in refused(*other)


def test_a_policy_of_a_suite_that_fails_does_not_stop_the_others(run: Path, tmp_path: Path) -> None:
    (run / "policy.json").write_text("{}")
    suite = tmp_path / "own.toml"
    suite.write_text('name = "own"\ntasks = ["gymnasium/Reacher-v5"]\nsteps = 1_000_000\n')
    done = typed("--suite", suite, "--disturb", "standard", "--results", tmp_path / "results", "--jobs", 1)
    assert "failed:" in done.output
    assert "1 policy could not be played; the same command tries again" in str(done.exception)
    assert files(run) == {"record.json", "policy.json", "policy.safetensors"}


def test_a_damaged_file_of_a_suite_does_not_stop_the_others(run: Path, tmp_path: Path) -> None:
    second = committed(tmp_path, 1)
    (run / FILE).write_text("{}")
    suite = tmp_path / "own.toml"
    suite.write_text('name = "own"\ntasks = ["gymnasium/Reacher-v5"]\nsteps = 1_000_000\n')
    done = typed("--suite", suite, "--disturb", "standard", "--results", tmp_path / "results", "--jobs", 1)
    assert f"left out: {run / FILE}: " in done.output
    assert "1 file cannot be used; to play a policy again, remove its file" in str(done.exception)
    assert (second / FILE).exists()
    assert (run / FILE).read_text() == "{}"


def test_the_exit_code_of_an_error_is_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mjbench", "evaluate", "ffff", "--results", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("mjbench: ")
    assert len(done.stderr.splitlines()) == 1
