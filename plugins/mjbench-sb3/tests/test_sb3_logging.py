"""What stable-baselines3's logger gathers reaches the run's trackers, and no weight differs for it."""

import math
from pathlib import Path

import pytest
import torch
from killing import small_run
from listening import heard_and_unheard

from mjbench.spec.run import RunSpec

TASK = "gymnasium/InvertedPendulum-v5"
ALWAYS = {"rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "train/learning_rate", "train/n_updates"}
OFF_POLICY = {"train/actor_loss", "train/critic_loss"}
NAMES = {
    "ppo": {"train/loss", "train/policy_gradient_loss", "train/value_loss", "train/entropy_loss", "train/approx_kl"},
    "a2c": {"train/policy_loss", "train/value_loss", "train/entropy_loss"},
    "sac": {*OFF_POLICY, "train/ent_coef", "train/ent_coef_loss"},
    "td3": OFF_POLICY,
    "ddpg": OFF_POLICY,
}
torch.set_num_threads(1)


def run_of(name: str) -> RunSpec:
    on_policy = name in ("ppo", "a2c")
    return small_run(TASK, name, steps=2100 if on_policy else 1100, **({} if on_policy else {"learning_starts": 900}))


@pytest.mark.parametrize("name", NAMES)
def test_a_listener_changes_nothing_and_hears_each_thousand_steps(name: str, tmp_path: Path) -> None:
    recorder = heard_and_unheard(run_of(name), tmp_path)
    steps, values = zip(*recorder.of("scalars"), strict=True)
    assert [step // 1000 for step in steps] == ([1, 2] if name in ("ppo", "a2c") else [1])
    assert all(step % 1000 < 128 for step in steps)
    for scalars in values:
        assert scalars.keys() >= ALWAYS | NAMES[name]
        assert all(type(value) is float and math.isfinite(value) for value in scalars.values())
    assert values[0]["train/n_updates"] > 0
