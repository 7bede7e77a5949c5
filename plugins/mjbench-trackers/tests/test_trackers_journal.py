"""The journal and the names that all trackers share."""

from pathlib import Path

import pytest
from killing import small_run
from mjbench_trackers.journal import Journal
from mjbench_trackers.names import evaluation_scalars, settings, shared


def test_a_journal_holds_every_point_up_to_the_step_that_the_run_resumes_from(tmp_path: Path) -> None:
    first = Journal(tmp_path, 0)
    assert first.earlier == []
    for step in (1000, 2000, 3000):
        first.add(step, {"train/loss": step / 7})
    second = Journal(tmp_path, 2000)  # the first was killed: nothing closed it
    assert second.earlier == [(1000, {"train/loss": 1000 / 7}), (2000, {"train/loss": 2000 / 7})]
    second.add(3000, {"train/loss": 1.0})
    assert Journal(tmp_path, 9000).earlier == [*second.earlier, (3000, {"train/loss": 1.0})]
    assert Journal(tmp_path, 0).earlier == []


@pytest.mark.parametrize("cut", [1, 2, 10, 20])
def test_a_line_that_was_cut_short_costs_its_own_point_alone(cut: int, tmp_path: Path) -> None:
    journal = Journal(tmp_path, 0)
    journal.add(1000, {"train/loss": 0.25})
    journal.add(2000, {"train/loss": 0.5})
    path = tmp_path / "points.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    whole = [(1000, {"train/loss": 0.25}), (2000, {"train/loss": 0.5})]
    assert Journal(tmp_path, 9000).earlier == (whole if cut == 1 else whole[:1])


def test_numbers_that_are_not_finite_stay_what_they_are(tmp_path: Path) -> None:
    Journal(tmp_path, 0).add(1000, {"train/loss": float("inf")})
    assert Journal(tmp_path, 1000).earlier == [(1000, {"train/loss": float("inf")})]


def test_an_evaluation_has_stable_baselines3s_names() -> None:
    named = evaluation_scalars(10.0, 200.0, 0.5, {"energy_J": 3.0})
    assert named == {
        "eval/mean_reward": 10.0,
        "eval/mean_ep_length": 200.0,
        "eval/success_rate": 0.5,
        "eval/energy_J": 3.0,
    }
    assert "eval/success_rate" not in evaluation_scalars(10.0, 200.0, None, {})


def test_settings_are_plain_values_and_the_runs_own_names_win() -> None:
    stated = settings(small_run("gymnasium/InvertedPendulum-v5", "sac", seed=3, net_arch=[16, 16]))
    assert stated["net_arch"] == "[16, 16]"
    assert (stated["task"], stated["algorithm"], stated["seed"]) == ("gymnasium/InvertedPendulum-v5", "sac", 3)
    assert all(isinstance(value, str | int | float) for value in stated.values())


def test_what_all_runs_share_lies_in_the_tracking_folder(tmp_path: Path) -> None:
    root = tmp_path / "results" / ".tracking"
    assert shared(root / "gymnasium" / "Hopper-v5" / "sac" / "0-600742a1b2c3" / "mlflow") == root
    assert shared(tmp_path) == tmp_path
