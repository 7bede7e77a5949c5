"""One training run with TD3."""

import numpy as np

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.environments import Environments
from mjbench_fast.off_policy import train as off_policy
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.options import read
from mjbench_fast.td3.agent import Td3
from mjbench_fast.td3.options import Td3Options


def train(session: Session) -> Policy:
    """Train for exactly the run's budget.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a hyperparameter that is not supported.
        Stopped: from the session.
    """
    options, rng = read(Td3Options, session.run), np.random.default_rng(session.run.seed)
    environments = Environments(session, options.n_envs)
    agent = Td3(environments.size, environments.actions, options)
    agent.initialise(rng)
    return off_policy.train(session, OffPolicy(session, options, environments, agent, rng))
