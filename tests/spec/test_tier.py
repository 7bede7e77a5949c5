"""A tier is true of the weakest record of an entry, and says how much it covers."""

import pytest

from mjbench.spec.tier import SELF_REPORTED, TIERS, UNVERIFIED, Tier, Verified, better, weakest


@pytest.mark.parametrize(
    ("verified", "text"),
    [
        (Verified("spot-checked", 1, 50), "spot-checked (1 of 50 episodes)"),
        (Verified("re-evaluated", 50, 50, 1, 11), "re-evaluated (re-trained on 1 of 11 tasks)"),
        (Verified("re-evaluated", 50, 50, 0, 11), "re-evaluated"),
        (Verified("re-trained", 50, 50, 11, 11), "re-trained"),
        (UNVERIFIED, "self-reported"),
    ],
)
def test_a_tier_comes_with_the_numbers_that_make_it_true(verified: Verified, text: str) -> None:
    assert verified.text == text


def test_the_weakest_record_counts_and_every_task_needs_a_run_trained_again() -> None:
    again, not_again = Verified("re-trained", 5, 5, 1), Verified("re-evaluated", 5, 5)
    assert weakest([("a", again), ("b", again)]) == Verified("re-trained", 5, 5, 2, 2)
    assert weakest([("a", again), ("b", not_again)]) == Verified("re-evaluated", 5, 5, 1, 2)
    few = [("a", Verified("spot-checked", 3, 5)), ("b", Verified("spot-checked", 2, 5)), ("c", again)]
    assert weakest(few) == Verified("spot-checked", 2, 5, 1, 3)
    assert weakest([("a", again), ("a", UNVERIFIED)]).tier == "self-reported"
    assert weakest([]) == UNVERIFIED


def test_refused_wins_over_any_other_verdict() -> None:
    for tier in TIERS:
        for one, other in ((Verified(tier), Verified("refused")), (Verified("refused"), Verified(tier))):
            assert better(one, other).tier == "refused"
    assert better(Verified("checked"), Verified("spot-checked", 1)).tier == "spot-checked"
    assert better(Verified("spot-checked", 3), Verified("spot-checked", 1)).played == 3


@pytest.mark.parametrize("tier", TIERS)
def test_cost_is_never_verified(tier: Tier) -> None:
    assert "cost" in Verified(tier).self_reported
    assert ("training curve" in Verified(tier).self_reported) == (tier != "re-trained")
    assert (tier in SELF_REPORTED) == (tier in ("spot-checked", "re-evaluated", "re-trained"))
