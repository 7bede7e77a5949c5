"""A committed record of every schema there ever was: it keeps loading to the same values and the same identity.

Where one of these tests fails, the reader has changed its mind about files that people have: raise ``SCHEMA``, teach
the reader to upgrade the old one, and add a file. A file that is here is never changed.
"""

import json
from pathlib import Path

import pytest

from mjbench.spec.record import SCHEMA, Evaluations, TrainingEpisodes
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.codec import dump_record, load_record

GOLDEN = Path(__file__).parent / "golden"
IDS = {1: "8e8ebfe0e1fd"}
"""Run id of each golden record; the hash must never move, as folders and citations bear it."""


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_a_record_of_every_schema_loads_under_its_old_id(schema: int) -> None:
    record = load_record((GOLDEN / f"schema-{schema}.json").read_bytes())
    assert record.run.run_id == IDS[schema]
    assert record.final_returns == [1e-17, 3412.0000000000005, 17.0]


def test_a_record_of_schema_1_loads_to_the_same_values() -> None:
    record = load_record((GOLDEN / "schema-1.json").read_bytes())
    assert record.schema == 1
    assert record.run == RunSpec(
        task="gymnasium/Hopper-v5",
        algorithm="sac",
        hyperparameters={
            "learning_rate": 0.0003,
            "net_arch": [256, 256],
            "activation": "relu",
            "normalize_observation": False,
            "target_entropy": None,
        },
        seed=7,
        steps=2000,
        protocol=EvalProtocol(checkpoints=2, episodes=2, final_episodes=3, seed=1_000_000),
        threads=1,
        variant='learning_rate=0.0003,activation="relu"',
    )
    assert record.status == "completed"
    assert record.evaluations == Evaluations(
        step=[1000, 1000, 2000, 2000, 2000],
        seed=[1_000_000, 1_000_001, 1_000_000, 1_000_001, 1_000_002],
        episode_return=[12.5, -0.1, 1e-17, 3412.0000000000005, 17],
        episode_length=[100, 31, 1000, 999, 1],
        success=[False, False, True, True, False],
        metrics={"distance_m": [0.1, 0.2, None, 1.5, -2.0]},
    )
    assert record.training == TrainingEpisodes([100, 1010, 1999], [0.1, None, 3.4028235e38], [100, 910, 989])
    assert record.resources.wall_s == 12.345
    assert record.resources.peak_memory_mib == 512.5
    assert record.policy_sha256["policy.safetensors"] == "0123456789abcdef" * 4
    assert record.provenance["processor"] == "Prozessor \u00fc\u4e2d"
    assert record.provenance["git_revision"] is None


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_what_is_written_today_says_all_that_the_old_file_says(schema: int) -> None:
    old = json.loads((GOLDEN / f"schema-{schema}.json").read_bytes())
    new = json.loads(dump_record(load_record((GOLDEN / f"schema-{schema}.json").read_bytes())))
    for part in ("run", "evaluations", "training", "provenance", "policy_sha256", "run_id", "status", "error"):
        assert new[part] == old[part]
    assert new["resources"].items() >= old["resources"].items()
