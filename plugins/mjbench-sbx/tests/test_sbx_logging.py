"""What SBX logs reaches the run's trackers, and no weight differs for it."""

import math
from pathlib import Path

import pytest
from killing import small_run
from listening import heard_and_unheard

TASK = "gymnasium/InvertedPendulum-v5"
ALWAYS = {"rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "train/n_updates"}
OFF_POLICY = {"net_arch": [16, 16], "batch_size": 32, "learning_starts": 900, "buffer_size": 1000}
SMALL = {"ppo": {"net_arch": [16, 16], "n_steps": 64, "n_epochs": 2}, "sac": OFF_POLICY, "td3": OFF_POLICY}
NAMES = {
    "ppo": {"train/policy_gradient_loss", "train/value_loss", "train/entropy_loss"},
    "sac": {"train/actor_loss", "train/critic_loss", "train/ent_coef"},
    "td3": {"train/actor_loss", "train/critic_loss"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_listener_changes_nothing_and_hears_each_thousand_steps(name: str, tmp_path: Path) -> None:
    run = small_run(TASK, f"sbx-{name}", steps=1100, **SMALL[name])
    recorder = heard_and_unheard(run, tmp_path)
    ((step, values),) = recorder.of("scalars")
    assert step == (1024 if name == "ppo" else 1000)
    assert values.keys() >= ALWAYS | NAMES[name]
    assert all(type(value) is float and math.isfinite(value) for value in values.values())
