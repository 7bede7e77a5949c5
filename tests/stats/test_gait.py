"""Duty factors, frequencies, phases and a typical stride, of gaits that are known."""

import numpy as np
import pytest

from mjbench.stats.gait import cycle, foot_gaits, touchdowns


def foot(period: int, stance: int, first: int, steps: int = 200) -> np.ndarray:
    """Comes down at ``first`` and every ``period`` steps after it, and stands for ``stance`` steps."""
    return (np.arange(steps) - first) % period < stance


def test_a_trot_has_its_duty_frequency_and_phases() -> None:
    contact = np.stack([foot(20, 12, 5), foot(20, 12, 15), foot(20, 12, 15), foot(20, 12, 5)], axis=1)
    found = foot_gaits(contact, 0.02)
    assert [gait.frequency_hz for gait in found] == pytest.approx([2.5] * 4)
    assert [gait.duty for gait in found] == pytest.approx([0.6] * 4)
    assert [gait.phase for gait in found] == pytest.approx([0.0, 0.5, 0.5, 0.0])
    assert cycle(contact) == (85, 105)
    assert cycle(contact, 3) == (65, 125)


def test_a_phase_just_before_the_first_foot_is_none_just_after() -> None:
    contact = np.stack([foot(20, 10, 5), foot(20, 10, 4)], axis=1)
    assert foot_gaits(contact, 0.02)[1].phase == pytest.approx(0.95)


def test_a_foot_that_never_moves_has_no_strides() -> None:
    contact = np.stack([np.ones(50, bool), np.zeros(50, bool)], axis=1)
    standing, lifted = foot_gaits(contact, 0.01)
    assert (standing.duty, standing.touchdowns, standing.frequency_hz, standing.phase) == (1.0, 0, None, None)
    assert (lifted.duty, lifted.touchdowns) == (0.0, 0)
    assert cycle(contact) is None


def test_contact_at_the_beginning_is_no_touchdown() -> None:
    assert touchdowns(np.array([True, True, False, True, False, True])).tolist() == [3, 5]
    assert touchdowns(np.array([True])).tolist() == []


def test_the_typical_stride_is_not_that_of_a_foot_that_bounces() -> None:
    bouncing = foot(20, 12, 5)
    bouncing[7::20] = False  # up for one step in every stance
    calm = foot(20, 12, 15)
    first, last = cycle(np.stack([bouncing, calm], axis=1)) or (0, 0)
    assert last - first == 20
    assert calm[first]
    assert not calm[first - 1]


def test_one_long_stride_in_the_middle_is_not_typical() -> None:
    contact = np.concatenate([foot(20, 10, 5, 90), np.ones(30, bool), foot(20, 10, 5, 90)])[:, None]
    first, last = cycle(contact) or (0, 0)
    assert last - first == 20


def test_too_few_strides_give_none() -> None:
    contact = foot(20, 10, 5, 60)[:, None]  # down at 5, 25 and 45
    assert cycle(contact, 2) == (5, 45)
    assert cycle(contact, 3) is None
