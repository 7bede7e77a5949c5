import pytest

from mjbench.algorithms.schedule import final_rate, learning_rate


@pytest.mark.parametrize(
    ("schedule", "final"), [("constant", 3e-4), ("linear", 0.0), ("linear to 1e-5", 1e-5), ("linear to 0", 0.0)]
)
def test_the_rate_goes_from_the_first_to_the_final_one(schedule: str, final: float) -> None:
    assert final_rate(schedule, 3e-4) == final
    rates = [learning_rate(schedule, 3e-4, remaining) for remaining in (1.0, 0.5, 0.0)]
    assert rates == pytest.approx([3e-4, (3e-4 + final) / 2, final], rel=1e-12)


@pytest.mark.parametrize(
    "schedule",
    ["cosine", "", "linear to", "linear to nothing", "linear to nan", "linear to -1", "constant to 1", 3, None],
)
def test_anything_else_is_no_schedule(schedule: object) -> None:
    assert final_rate(schedule, 3e-4) is None
    with pytest.raises(ValueError, match="is not a schedule"):
        learning_rate(schedule, 3e-4, 1.0)  # pyright: ignore[reportArgumentType]
