"""Joints and energy, of motions whose numbers are known."""

import numpy as np
import pytest

from mjbench.stats.motion import energy, joint_motion


def test_a_joint_at_its_limit() -> None:
    motion = joint_motion(np.array([0.0, 1.0, 1.0, -0.995]), (-1.0, 1.0))
    assert motion.mean == pytest.approx(0.25125)
    assert (motion.low, motion.high) == (-0.995, 1.0)
    assert motion.at_limit == 0.75
    assert motion.std == pytest.approx(np.std([0.0, 1.0, 1.0, -0.995]))


def test_a_joint_without_limits_is_never_at_one() -> None:
    assert joint_motion(np.array([5.0]), None).at_limit is None


def test_the_cost_of_transport_of_a_robot_that_goes_ahead() -> None:
    place = np.stack([np.linspace(0, 2, 11), np.zeros(11)], axis=1)
    found = energy(np.full(10, 50.0), 0.1, place, 100.0)
    assert (found.work_j, found.mean_w, found.peak_w) == pytest.approx((50.0, 50.0, 50.0))
    assert found.path_m == pytest.approx(2.0)
    assert found.cost_of_transport == pytest.approx(50.0 / (100.0 * 2.0))


def test_a_way_there_and_back_counts_twice() -> None:
    place = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])
    assert energy(np.ones(2), 1.0, place, 1.0).path_m == pytest.approx(10.0)


@pytest.mark.parametrize(("place", "weight"), [(None, 10.0), (np.zeros((3, 2)), 10.0), (np.eye(3)[:, :2], 0.0)])
def test_without_a_way_or_a_weight_there_is_no_cost_of_transport(place: np.ndarray | None, weight: float) -> None:
    assert energy(np.ones(2), 1.0, place, weight).cost_of_transport is None
