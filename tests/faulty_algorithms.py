"""A sound random search, and one algorithm for each way to break the contract."""

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.algorithms.budget import whole_steps
from mjbench.algorithms.hyperparameters import COUNT, FRACTION, POSITIVE
from mjbench.api.hyperparameter import Kind
from mjbench.api.session import Session
from mjbench.policies.mlp import MlpPolicy
from mjbench.spec.task import TaskSpec

SHARED = np.random.default_rng(0)


@dataclass
class Faulty:
    """Keeps the best of many perturbed linear policies, each tried for a few steps; without a fault it is sound."""

    fault: str = ""

    @property
    def kinds(self) -> dict[str, Any]:
        sound = {"noise": POSITIVE, "n_envs": COUNT, "decay": FRACTION}
        if self.fault == "loose kind":
            return {**sound, "noise": Kind("anything", lambda value: True)}
        return {**sound, "nois": POSITIVE} if self.fault == "misspelt kind" else sound

    def hyperparameters(self, task: TaskSpec) -> dict[str, Any]:
        if self.fault == "imports":
            __import__("brax")
        values: dict[str, Any] = {"noise": 0.5, "n_envs": 2, "decay": 0.9}
        if self.fault == "tuple":
            values["sizes"] = (3, 4)
        if self.fault == "free text":
            values["mode"] = "fast"
        return values

    def presets(self, task: TaskSpec) -> dict[str, Any]:
        values = self.hyperparameters(task)
        newer = {"2": {**values, "noise": 0.25}} if self.fault == "older preset" else {}
        refused = {"zoo": {**values, "noise": -1.0}} if self.fault == "refused preset" else {}
        return {"1": values, **newer, **refused}

    def nothing_learned(self, run: Any) -> str:
        return "noise is too small; raise it with --set noise=1" if self.fault == "says so" else ""

    def train(self, session: Session) -> Any:
        return Training(self.fault, session).run()

    def load_policy(self, folder: Path) -> Any:
        if self.fault == "does not load":
            return MlpPolicy.load(folder / "policy")
        if self.fault == "pickle":
            return pickle.loads((folder / "policy.pkl").read_bytes())
        policy = MlpPolicy.load(folder)
        if self.fault == "loads another":
            policy = MlpPolicy((policy.weights[0] * 2,), policy.biases, policy.action_low, policy.action_high)
        return Playing(policy, self.fault)


class Training:
    """One run. ``fault`` is what goes wrong in it."""

    def __init__(self, fault: str, session: Session) -> None:
        self.fault, self.session = fault, session
        self.options, self.budget = session.run.hyperparameters, session.run.steps
        self.rng = np.random.default_rng(session.run.seed)
        if fault == "global generator":
            self.rng = np.random.default_rng()
        elif fault == "module state":
            self.rng = SHARED
        elif fault == "hash":
            self.rng = np.random.default_rng(hash("a word") % 2**32)
        count = self.options["n_envs"]
        self.env = session.make_batch(count)
        self.observation = self.env.reset(seed=session.run.seed)[0]
        self.count, self.space = count, self.env.single_action_space
        self.best = np.zeros((self.space.shape[0], self.observation.shape[1]))
        self.best_return, self.step, self.momentum = -np.inf, 0, 0.0

    def run(self) -> Any:
        if self.fault != "no snapshots":
            state = self.session.restore()
            if state is not None:
                self.best, self.best_return, self.step, self.rng, self.observation, self.momentum = state
                if self.fault == "forgets":
                    self.momentum = 0.0
        last = whole_steps(self.count, self.budget)
        if self.fault == "oversteps":
            last = -(-self.budget // 64) * 64
        elif self.fault == "oversteps with several" and self.count == 3:
            last += self.count
        elif self.fault == "stops early":
            last -= 50
        while self.step < last:
            self._snapshot()
            self._try(last)
        self.env.close()
        return Playing(self.policy(self.best), self.fault)

    def policy(self, weights: np.ndarray) -> MlpPolicy:
        if self.fault == "draws":
            self.rng.normal()
        matrix = np.asarray(weights, np.float32)
        return MlpPolicy((matrix,), (np.zeros(len(matrix), np.float32),), self.space.low, self.space.high)

    def _snapshot(self) -> None:
        if self.fault == "no snapshots" or not self.session.snapshot_due() or self.fault == "never saves":
            return
        held: Any = (self.best, self.best_return, self.step, self.rng, self.observation, self.momentum)
        if self.fault == "unpicklable":
            held = (*held, lambda: None)
        self.session.save(self.step, held)

    def _try(self, last: int) -> None:
        self.momentum = self.options["decay"] * self.momentum + self.rng.normal()
        candidate = self.best + self.options["noise"] * (self.rng.normal(size=self.best.shape) + 0.1 * self.momentum)
        total, playing = 0.0, self.policy(candidate)
        for _ in range(10):
            if self.step >= last:
                return
            self.observation, rewards, *_ = self.env.step(playing.act(self.observation))
            total, self.step = total + float(rewards.mean()), self.step + self.count
            if self.fault != "late" or self.step % 4 == 0:
                said = self.step - 1 if self.fault == "counts wrong" else self.step
                self.session.on_step(said, lambda: self.policy(self.best))
        if self.fault == "overflows" and not np.isfinite(np.float32(total)):
            raise ValueError("the loss is nan")
        if total > self.best_return and self.fault != "idle":
            self.best, self.best_return = candidate, total


@dataclass
class Playing:
    """A policy that may be broken."""

    policy: MlpPolicy
    fault: str

    def act(self, observation: np.ndarray) -> np.ndarray:
        if self.fault == "writes":
            observation += 1
        actions = self.policy.act(observation)
        if self.fault == "one row" and len(actions) > 10:
            return actions[0]
        if self.fault == "outside":
            return actions * 3
        if self.fault == "explores":
            return np.clip(
                actions + np.random.normal(size=actions.shape), self.policy.action_low, self.policy.action_high
            )
        if self.fault == "whitens":
            return self.policy.act(observation - observation.mean(axis=0))
        if self.fault == "single precision only":
            assert observation.dtype == np.float32
        if self.fault == "nan when loud" and np.abs(self.policy.weights[0]).max() > 0 and len(observation) == 1:
            return np.full(actions.shape, np.nan)
        return actions

    def save(self, folder: Path) -> None:
        if self.fault == "pickle":
            (folder / "policy.pkl").write_bytes(pickle.dumps(self))
            return
        self.policy.save(folder)
        if self.fault == "another file":
            (folder / "note.json").write_text(json.dumps({"draw": float(np.random.default_rng().normal())}))


FAULTS = (
    *("", "loose kind", "misspelt kind", "imports", "tuple", "free text", "older preset", "refused preset", "says so"),
    *(
        "does not load",
        "pickle",
        "loads another",
        "global generator",
        "module state",
        "hash",
        "no snapshots",
        "forgets",
    ),
    *("oversteps", "oversteps with several", "stops early", "draws", "never saves", "unpicklable", "late"),
    *("counts wrong", "overflows", "idle", "writes", "one row", "outside", "explores", "whitens"),
    *("single precision only", "nan when loud", "another file"),
)
NAMES = {fault: f"search-{fault.replace(' ', '-') or 'sound'}" for fault in FAULTS}
"""Of the entry points."""


def __getattr__(name: str) -> Faulty:
    """``faulty_algorithms:LOOSE_KIND``: what an entry point names."""
    for fault in FAULTS:
        if (fault or "sound").upper().replace(" ", "_") == name:
            return Faulty(fault)
    raise AttributeError(name)
