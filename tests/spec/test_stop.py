"""Thresholds: how they are written, and when evaluation episodes reach them."""

import math

import pytest

from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec
from mjbench.spec.stop import Threshold, read_threshold
from mjbench.spec.suite import EvalProtocol


@pytest.mark.parametrize(
    ("text", "measure", "value", "written"),
    [
        ("success=0.95", "success", 0.95, "success=0.95"),
        ("success=.950", "success", 0.95, "success=0.95"),
        (" return = 3e2 ", "return", 300.0, "return=300"),
        ("return=-0.125", "return", -0.125, "return=-0.125"),
        ("success=1", "success", 1.0, "success=1"),
    ],
)
def test_one_value_has_one_text(text: str, measure: str, value: float, written: str) -> None:
    threshold = read_threshold(text)
    assert (threshold.measure, threshold.value, str(threshold)) == (measure, value, written)
    assert read_threshold(str(threshold)) == threshold


@pytest.mark.parametrize(
    "text",
    ["", "success", "success=", "sucess=0.9", "success=0", "success=1.01", "success=95", "return=nan", "return=inf",
     "return=1e200", "return=1,5", "return=success", "distance=3"],
)  # fmt: skip
def test_what_is_no_threshold_is_refused_with_one_that_works(text: str) -> None:
    with pytest.raises(SpecError, match=r"success=0\.95 or return=300"):
        read_threshold(text)


def test_the_mean_over_episodes_reaches_it() -> None:
    nine, ten = [True] * 9 + [False], [True] * 10
    assert Threshold("success", 0.9).reached([0.0] * 10, nine)
    assert not Threshold("success", 0.95).reached([0.0] * 10, nine)
    assert Threshold("success", 1.0).reached([0.0] * 10, ten)
    assert not Threshold("success", 0.5).reached([1.0], None)
    assert Threshold("return", 2.0).reached([1.0, 3.0], None)
    assert not Threshold("return", 2.0).reached([1.0, 2.9], None)
    for unknown in (None, math.nan, math.inf):
        assert not Threshold("return", 2.0).reached([5.0, unknown], None)
    assert not Threshold("return", -5.0).reached([], None)


def test_a_run_with_one_is_another_run_and_says_so() -> None:
    plain = RunSpec("a/One-v0", "ppo", {"rate": 1.0}, 0, 100, EvalProtocol(), variant="rate=1.0")
    stopping = RunSpec("a/One-v0", "ppo", {"rate": 1.0}, 0, 100, EvalProtocol(), variant="rate=1.0", stop_at="return=3")
    assert plain.run_id != stopping.run_id
    assert (plain.entry, stopping.entry) == ("ppo[rate=1.0]", "ppo[rate=1.0,stop at return=3]")
    with pytest.raises(SpecError, match="must be written as 'return=3'"):
        RunSpec("a/One-v0", "ppo", {}, 0, 100, EvalProtocol(), stop_at="return=3.0")
    with pytest.raises(SpecError, match=r"success=0\.95"):
        RunSpec("a/One-v0", "ppo", {}, 0, 100, EvalProtocol(), stop_at="soon")
