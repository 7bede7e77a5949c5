"""One training run with PPO."""

import numpy as np

from mjbench.algorithms.options import read
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.ppo.learner import Ppo
from mjbench_fast.ppo.options import PpoOptions
from mjbench_fast.warm_start import start_from


def train(session: Session) -> Policy:
    """Train for exactly the run's budget; steps of a rollout that it cuts short are not learned from.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a hyperparameter that is not supported, or a policy to start from that does not fit.
        Stopped: from the session.
    """
    learner = Ppo(session, read(PpoOptions, session.run))
    source = session.source_policy()
    if source is not None:
        start_from(learner, source)
    learner.reset()
    state = session.restore()
    if state is not None:
        learner.restore(state)
    with np.errstate(all="ignore"):  # what is not finite is found after each update
        while learner.collect():
            learner.improve()
            if learner.steps >= learner.environments.budget:
                break
            if session.snapshot_due():
                session.save(learner.steps, learner.capture())
    policy = learner.policy()
    learner.environments.close()
    return policy
