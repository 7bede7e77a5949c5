"""Scalars of training: there for those who listen, and no weight differs for it."""

import math
from pathlib import Path

import pytest
from alone import Alone, make_run
from listening import heard_and_unheard
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.ppo.losses import Losses

from mjbench.registry.lookup import Registry

ALWAYS = {"rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "train/learning_rate"}
OFF_POLICY = {"train/actor_loss", "train/critic_loss"}
NAMES = {
    "fast-ppo": {
        *("train/loss", "train/policy_gradient_loss", "train/value_loss", "train/entropy_loss", "train/approx_kl"),
        *("train/clip_fraction", "train/explained_variance", "train/std", "train/clip_range"),
    },
    "fast-sac": {*OFF_POLICY, "train/ent_coef", "train/ent_coef_loss"},
    "fast-td3": OFF_POLICY,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_listener_changes_nothing_and_hears_each_thousand_steps(name: str, tmp_path: Path) -> None:
    ppo = name == "fast-ppo"
    # of the others a hundred updates will do
    run = make_run(name, steps=2100) if ppo else make_run(name, steps=1100, learning_starts=900)
    recorder = heard_and_unheard(run, tmp_path)
    steps, values = zip(*recorder.of("scalars"), strict=True)
    assert steps == ((1024, 2048) if ppo else (1000,))
    for scalars in values:
        assert set(scalars) == ALWAYS | NAMES[name]
        assert all(type(value) is float and math.isfinite(value) for value in scalars.values())
    assert [event[0] for event in recorder.of("evaluation")] == [run.steps // 2, run.steps]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_computed_where_nobody_listens(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("nobody listens")

    monkeypatch.setattr(Losses, "add", refused)
    monkeypatch.setattr(OffPolicy, "scalars", refused)
    session = Alone(make_run(name))
    Registry().algorithm(name).train(session)
    assert session.steps[-1] == 300
    assert session.logged == []


def test_before_learning_starts_there_are_returns_and_no_losses(tmp_path: Path) -> None:
    recorder = heard_and_unheard(make_run("fast-sac", steps=1100, learning_starts=1050), tmp_path)
    ((step, values),) = recorder.of("scalars")
    assert step == 1000
    assert set(values) == {"rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps"}


def test_a_fixed_temperature_has_no_loss(tmp_path: Path) -> None:
    recorder = heard_and_unheard(make_run("fast-sac", steps=1100, learning_starts=900, ent_coef=0.1), tmp_path)
    ((_, values),) = recorder.of("scalars")
    assert values["train/ent_coef"] == 0.1
    assert "train/ent_coef_loss" not in values
