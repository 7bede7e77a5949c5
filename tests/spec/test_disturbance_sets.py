"""Disturbance sets: found by name and version, and never changed once published."""

import hashlib
import json
from pathlib import Path

import pytest
from published import problems

from mjbench.errors import MjbenchError, SpecError
from mjbench.evaluation.disturbances.catalogue import CONDITIONS
from mjbench.spec.disturbance_set import DisturbanceSet, find_set

ROOT = Path(__file__).parents[2]
PLACE = "tests/spec/disturbance_set_digests.json"
CHANGE = "write what changes into a file with the next number beside it, such as standard-2.toml"


def test_published_sets_are_as_they_were() -> None:
    files = (ROOT / "mjbench/spec/disturbance_sets").iterdir()
    digests = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    wrong = list(problems(digests, json.loads((ROOT / PLACE).read_text()), PLACE, CHANGE))
    assert not wrong, "\n".join(wrong)
    assert digests


def test_a_set_is_found_by_name_and_by_version() -> None:
    newest = find_set("standard")
    assert find_set("standard@1") == newest
    assert newest.label == "standard@1"
    assert list(newest.strengths) == list(CONDITIONS)
    assert all(values[0] > 0 for values in newest.strengths.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("standrd", "did you mean standard"),
        ("wind", "there is standard"),
        ("standard@9", "there is standard@1"),
        ("standard@01", "there is standard@1"),
        ("../standard", "did you mean standard"),
    ],
)
def test_an_unknown_set_gives_the_nearest(text: str, message: str) -> None:
    with pytest.raises(MjbenchError, match=message) as error:
        find_set(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("strengths", [(), (0.0, 0.1), (0.2, 0.1), (0.1, 0.1)])
def test_strengths_ascend_from_above_0(strengths: tuple[float, ...]) -> None:
    with pytest.raises(SpecError, match="must ascend"):
        DisturbanceSet("own", 1, 10, {"push": strengths})
    with pytest.raises(SpecError, match="episodes"):
        DisturbanceSet("own", 1, 0, {"push": (0.1,)})
