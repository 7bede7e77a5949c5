"""The task of points and warp-ppo under a name of its own, as if a package brought them."""

import os
from pathlib import Path
from typing import Any

import pytest
from distributions import write_distribution
from point_session import OPTIONS
from point_task import POINT

from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

ALGORITHM = "points-ppo"


def install(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package brought both."""
    points = {"mjbench.tasks": {"points": "point_task:POINTS"}}
    points["mjbench.algorithms"] = {ALGORITHM: "mjbench_warp.ppo.algorithm:PPO"}
    write_distribution(site, "points", "1.0", points, {})
    monkeypatch.syspath_prepend(str(site))
    here = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), here, os.environ.get("PYTHONPATH", "")]))


def run_of(steps: int = 4000, **changes: Any) -> RunSpec:
    """A run of seconds, with every piece of state in use."""
    settings = {**OPTIONS, "normalize_observation": True, "normalize_reward": True, **changes}
    protocol = EvalProtocol(checkpoints=4, episodes=2, final_episodes=3)
    return RunSpec(POINT.id, ALGORITHM, settings, 0, steps, protocol, simulator="warp")
