"""What boards show of tuning: the ledger of each entry, in every format, and only where an entry was tuned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_boards import TASK, add, board, built, spec

from mjbench.leaderboard.tuning import hours
from mjbench.plan.ledgers import Ledgers, read_ledgers
from mjbench.plan.preset_file import parse_preset
from mjbench.registry.lookup import Registry
from mjbench.store.presets import keep_preset, preset_path

BLOCK = 'name = "tuned"\n["gymnasium/Hopper-v5"]\ngamma = 0.9\n'


TUNED = spec(gamma=0.9)
LEDGER = f"""
[tuning]
algorithm = "mine"
tasks = ["{TASK}"]
trials = 30
pruned = 4
runs = 60
steps = 1200000
cpu_s = 5400.0
seeds = [900000, 900001]
[tuning.presets]
"{TASK}" = "{TUNED.preset_id}"
"""
PRESET = parse_preset(BLOCK + LEDGER, "x")


def test_an_entry_shows_its_ledger_beside_one_that_was_not_tuned(tmp_path: Path) -> None:
    add(tmp_path, [spec(PRESET.name, 0.9, seed) for seed in range(2)] + [spec(seed=seed) for seed in range(2)])
    keep_preset(tmp_path, PRESET.name, PRESET.text)
    built(tmp_path)
    table = board(tmp_path, "README.md").read_text()
    assert "| Tuning |" in table
    assert "30 trials (60 runs, 1,200,000 steps, 1.5 processor hours)" in table
    assert "not tuned here" in table
    page = board(tmp_path, "index.html").read_text()
    assert "60 runs, 1,200,000 steps, 1.5 processor hours" in page
    assert "30 trials" in board(tmp_path, "tables.tex").read_text()
    head, *rows = [line.split(",") for line in board(tmp_path, "ranking.csv").read_text().splitlines()]
    at = head.index("tuning")
    assert head[at : at + 5] == ["tuning", "tuning_trials", "tuning_runs", "tuning_steps", "tuning_cpu_h"]
    found = {row[1]: row[at : at + 5] for row in rows}
    assert found[f"mine ({PRESET.name})"] == ["tuned", "30", "60", "1200000", "1.5"]
    assert found["mine"] == ["not tuned here", "", "", "", ""]


def test_a_board_without_a_tuned_entry_is_as_it_was(tmp_path: Path) -> None:
    add(tmp_path, [spec(seed=seed) for seed in range(2)])
    built(tmp_path)
    before = {path: path.read_bytes() for path in board(tmp_path).rglob("*") if path.is_file()}
    assert b"Tuning" not in before[board(tmp_path, "README.md")]
    assert b"tuning" not in before[board(tmp_path, "ranking.csv")]
    keep_preset(tmp_path, PRESET.name, PRESET.text)  # of other hyperparameters
    built(tmp_path)
    assert before == {path: path.read_bytes() for path in before}


def test_a_preset_whose_file_is_missing_is_unknown_and_not_untuned(tmp_path: Path) -> None:
    add(tmp_path, [spec(PRESET.name, 0.9, seed) for seed in range(2)])
    built(tmp_path)
    head, row = board(tmp_path, "ranking.csv").read_text().splitlines()
    assert row.split(",")[head.split(",").index("tuning")] == "unknown"


def test_a_file_without_a_ledger_says_that_nothing_was_tuned(tmp_path: Path) -> None:
    plain = parse_preset(BLOCK, "x")
    ledgers = kept(tmp_path, plain.name, plain.text)
    assert ledgers.of(spec(plain.name, 0.9)) is None
    assert ledgers.knows(spec(plain.name, 0.9))
    assert not ledgers.knows(spec("other-12345678", 0.9))
    assert ledgers.knows(spec("zoo"))


def kept(root: Path, name: str, text: str) -> Ledgers:
    keep_preset(root, name, text)
    ledgers, problems = read_ledgers(root, Registry(), [])
    assert not problems
    return ledgers


def test_tuned_values_are_known_however_they_were_given(tmp_path: Path) -> None:
    ledgers = kept(tmp_path, PRESET.name, PRESET.text)
    assert ledgers.of(replace(TUNED, variant="gamma=0.9")) == PRESET.tuning
    assert ledgers.of(replace(TUNED, algorithm="fast-mine")) == PRESET.tuning
    assert ledgers.of(replace(TUNED, task="gymnasium/Ant-v5")) is None
    assert ledgers.of(spec(gamma=0.91)) is None


def test_a_run_with_a_tuning_seed_is_left_out_and_named(tmp_path: Path) -> None:
    add(tmp_path, [spec(PRESET.name, 0.9, seed) for seed in (0, 1, 900_001)])
    keep_preset(tmp_path, PRESET.name, PRESET.text)
    built(tmp_path)
    text = board(tmp_path, "README.md").read_text()
    assert "seed 900001" in text
    assert "its preset was tuned with this seed" in text
    assert json.loads(board(tmp_path, "board.json").read_text())["seeds"] == 2


@pytest.mark.parametrize("damage", [b"[tuning", b"\xff", BLOCK.replace("0.9", "0.8").encode()])
def test_a_damaged_preset_file_is_named_and_leaves_the_board(damage: bytes, tmp_path: Path) -> None:
    add(tmp_path, [spec(seed=seed) for seed in range(2)])
    keep_preset(tmp_path, PRESET.name, PRESET.text)
    preset_path(tmp_path, PRESET.name).write_bytes(damage)
    output = built(tmp_path)
    assert f"{PRESET.name}.toml" in output
    assert f"presets/{PRESET.name}.toml" in board(tmp_path, "README.md").read_text()
    assert str(tmp_path) not in board(tmp_path, "README.md").read_text()


def test_the_shipped_presets_have_their_ledgers_on_the_board() -> None:
    registry = Registry()
    algorithm = registry.algorithm("fast-ppo")
    tunings = algorithm.tunings()  # pyright: ignore[reportAttributeAccessIssue]
    assert tunings
    for name, ledger in tunings.items():
        for task, digest in ledger.presets.items():
            values = algorithm.presets(registry.task(task))[name]  # pyright: ignore[reportAttributeAccessIssue]
            assert replace(spec(), hyperparameters=values).preset_id == digest


def test_hours_have_two_digits() -> None:
    assert [hours(value) for value in (0.05831, 1.25, 9.96, 123.4)] == ["0.058", "1.2", "10", "123"]
