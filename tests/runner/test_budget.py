"""The budget of training steps is held: an algorithm that takes another number fails."""

from pathlib import Path

import pytest
from distributions import write_distribution

from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import ResultStore

pytestmark = pytest.mark.usefixtures("pointmass")
COUNTS = """
import numpy as np
class Counts:
    def hyperparameters(self, task): return {"extra": 0, "environments": 1}
    def load_policy(self, folder): raise NotImplementedError
    def train(self, session):
        chosen = session.run.hyperparameters
        envs = session.make_batch(chosen["environments"])
        envs.reset(seed=0)
        for step in range((session.run.steps + chosen["extra"]) // chosen["environments"]):
            envs.step(envs.action_space.sample())
        return NOTHING
class Nothing:
    def act(self, observation): return np.zeros((len(observation), 2), np.float32)
    def save(self, folder): (folder / "policy.json").write_text("{}")
NOTHING = Nothing()
COUNTS = Counts()
"""


@pytest.mark.parametrize(
    ("environments", "extra", "taken"),
    [
        *((1, 0, ""), (1, 1, "301"), (1, 300, "600"), (1, -1, "299"), (1, -300, "0")),
        *((7, 0, ""), (7, -7, "287"), (7, 7, "301")),
    ],
)
def test_steps_beside_the_budget_fail_the_run(
    environments: int, extra: int, taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    write_distribution(site, "counts", "1", {"mjbench.algorithms": {"counts": "counts:COUNTS"}}, {"counts": COUNTS})
    monkeypatch.syspath_prepend(str(site))
    hyperparameters = {"extra": extra, "environments": environments}
    protocol = EvalProtocol(checkpoints=1, episodes=1, final_episodes=1)
    run = RunSpec("pointmass/Centre-v0", "counts", hyperparameters, 0, 300, protocol)
    record = execute(run, ResultStore(tmp_path / "results"), Registry())
    assert record.status == ("failed" if taken else "completed"), record.error
    if taken:
        assert f"counts took {taken} training steps, where the budget is 300" in record.error
