"""One training run with stable-baselines3."""

from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import KVWriter, Logger
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

from mjbench.algorithms.budget import whole_steps
from mjbench.api.policy import Policy
from mjbench.api.session import Diverged, Session
from mjbench_sb3 import snapshot
from mjbench_sb3.device import prepare
from mjbench_sb3.export import export
from mjbench_sb3.model import build
from mjbench_sb3.warm_start import start_from


def train(name: str, session: Session) -> Policy:
    """Train for exactly the run's budget.

    stable-baselines3 trains in whole rollouts and so oversteps a budget that is not a multiple of them. Here
    the budget is a limit: steps of a rollout that the budget cuts short are evaluated with, not learned from.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: hyperparameters, or a policy to start from, that do not fit; a device that cannot be used.
        Stopped: from the session.
    """
    torch.set_num_threads(session.run.threads)
    prepare(session)
    model = build(name, session)
    source = session.source_policy()
    if source is not None:
        start_from(model, source)
    try:
        return learn(model, Report(session))
    except ValueError as error:
        # torch's distributions refuse NaN with a ValueError of their own
        if not _finite(model):
            raise Diverged(f"parameters are not finite after {model.num_timesteps:,} steps") from error
        raise


class SessionOutput(KVWriter):
    """Where the model's logger writes to: the numbers go to the session, for its trackers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0) -> None:
        """See ``KVWriter``; what is not a number, or an array of one, is left out."""
        scalars = {name: np.asarray(value) for name, value in key_values.items()}
        numbers = {name: float(v.item()) for name, v in scalars.items() if v.size == 1 and v.dtype.kind in "biuf"}
        self._session.log(step, numbers)

    def close(self) -> None:
        """See ``KVWriter``; nothing is open."""


class Report(BaseCallback):
    """Tells the session of every step, and ends a rollout that would go past the budget.

    ``policy``, ``capture`` and ``restore`` are for models in torch; a subclass may know other ones.

    Args:
        session: the run's.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._begun = False

    @property
    def steps(self) -> int:
        """Environment steps to train for: the budget, less what a last step of all environments would overstep."""
        return whole_steps(self.model.n_envs, self.session.run.steps)

    def policy(self) -> Policy:
        """The model's policy as it is now, frozen."""
        return export(self.model)

    def capture(self) -> dict[str, Any]:
        """The model's state between two rollouts, the rows of a replay buffer aside."""
        return snapshot.capture(self.model)

    def restore(self, state: dict[str, Any]) -> None:
        """Put captured state into the model, which stands before its first rollout."""
        snapshot.restore(self.model, state)

    def _on_rollout_start(self) -> None:
        """Between two rollouts nothing is under way: the place to log, to save, and, before the first, to restore."""
        if not self._begun:
            self._begun = True
            state = self.session.restore(snapshot.rows(self.model))
            if state is not None:
                self.restore(state)
            return
        self.log()
        if self.session.snapshot_due():
            self.session.save(self.num_timesteps, self.capture(), snapshot.rows(self.model))

    def log(self) -> None:
        """Pass on what the model's logger has gathered in its last update, where that is due."""
        if self.session.log_due(self.model.num_timesteps):
            self.model.logger.dump(self.model.num_timesteps)

    def _on_step(self) -> bool:
        self.session.on_step(self.num_timesteps, self.policy)
        return self.num_timesteps < self.steps or self._rollout_is_full()

    def _rollout_is_full(self) -> bool:
        """Whether the step just taken completes a rollout, whose update then belongs to the budget."""
        model = self.model
        if isinstance(model, OnPolicyAlgorithm):
            return self.num_timesteps % (model.n_steps * model.n_envs) == 0
        frequency = model.train_freq.frequency  # pyright: ignore[reportAttributeAccessIssue]
        return self.num_timesteps % (frequency * model.n_envs) == 0


def learn(model: BaseAlgorithm, report: Report) -> Policy:
    """Train the model for the budget of the report's session; its final policy."""
    # The logger that it would make leaves an empty folder behind each run.
    model.set_logger(Logger(folder=None, output_formats=[SessionOutput(report.session)]))
    report.model = model  # its number of environments decides how much of the budget whole steps fill
    model.learn(report.steps, callback=report, log_interval=None)  # pyright: ignore[reportArgumentType]
    report.log()  # what the last update gave
    policy = report.policy()
    env = model.get_env()
    if env is not None:
        env.close()
    return policy


def _finite(model: BaseAlgorithm) -> bool:
    return all(bool(torch.isfinite(parameter).all()) for parameter in model.policy.parameters())
