"""One training run with SAC or TD3."""

import numpy as np

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.nn.products import multiplying
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.warm_start import start_from


def train(session: Session, learner: OffPolicy) -> Policy:
    """Train for exactly the run's budget.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a policy to start from that does not fit, or a precision that the processor lacks.
        Stopped: from the session.
    """
    with multiplying(learner.options.matmul_precision, session.run.threads):
        return _train(session, learner)


def _train(session: Session, learner: OffPolicy) -> Policy:
    source = session.source_policy()
    if source is not None:
        start_from(learner, source)
    learner.reset()
    state = session.restore(learner.replay.rows())
    if state is not None:
        learner.restore(state)
    with np.errstate(all="ignore"):  # what is not finite is found in the next action
        while learner.collect():
            learner.improve()
            if learner.steps >= learner.environments.budget:
                break
            if session.snapshot_due():
                session.save(learner.steps, learner.capture(), learner.replay.rows())
    policy = learner.policy()
    learner.environments.close()
    return policy
