"""One training run with SAC."""

import numpy as np

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.environments import Environments
from mjbench_fast.off_policy import train as off_policy
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.options import read
from mjbench_fast.sac.agent import Sac
from mjbench_fast.sac.options import SacOptions


def train(session: Session) -> Policy:
    """Train for exactly the run's budget.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a hyperparameter that is not supported.
        Stopped: from the session.
    """
    options, rng = read(SacOptions, session.run), np.random.default_rng(session.run.seed)
    environments = Environments(session, options.n_envs)
    agent = Sac(environments.size, environments.actions, options)
    agent.initialise(rng)
    return off_policy.train(session, OffPolicy(session, options, environments, agent, rng))
