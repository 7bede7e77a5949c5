"""Random search over linear policies (as in Mania et al. 2018, without their refinements): no learning library."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.task import TaskSpec


@dataclass(frozen=True)
class RandomSearch:
    """Keeps the best of many perturbed linear policies."""

    def hyperparameters(self, task: TaskSpec) -> Mapping[str, Any]:
        return {"noise": 0.5}

    def train(self, session: Session) -> Policy:
        rng = np.random.default_rng(session.run.seed)
        env = session.make_env()
        env.reset(seed=session.run.seed)
        shape = (env.action_space.shape[0], env.observation_space.shape[0])
        low, high = env.action_space.low, env.action_space.high

        def policy(weights: np.ndarray) -> MlpPolicy:
            return MlpPolicy((weights.astype(np.float32),), (np.zeros(shape[0], np.float32),), low, high)

        best, best_return, step = np.zeros(shape), -np.inf, 0
        saved = session.restore()
        if saved is not None:
            best, best_return, step, rng = saved
        while step < session.run.steps:
            if session.snapshot_due():
                session.save(step, (best, best_return, step, rng))
            candidate = best + session.run.hyperparameters["noise"] * rng.normal(size=shape)
            observation, _ = env.reset()
            total, ended = 0.0, False
            while not ended and step < session.run.steps:
                observation, reward, terminated, truncated, _ = env.step(policy(candidate).act(observation[None])[0])
                total, ended, step = total + reward, terminated or truncated, step + 1
                session.on_step(step, lambda best=best: policy(best))
            if ended and total > best_return:
                best, best_return = candidate, total
        env.close()
        return policy(best)

    def load_policy(self, folder: Path) -> Policy:
        return MlpPolicy.load(folder)


RANDOM_SEARCH = RandomSearch()
