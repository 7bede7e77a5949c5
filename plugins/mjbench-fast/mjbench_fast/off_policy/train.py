"""One training run with SAC or TD3."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from mjbench.algorithms.options import read
from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.environments import Environments
from mjbench_fast.nn.products import multiplying
from mjbench_fast.off_policy.agent import Agent
from mjbench_fast.off_policy.learner import OffPolicy
from mjbench_fast.off_policy.options import OffPolicyOptions
from mjbench_fast.warm_start import start_from

Options = TypeVar("Options", bound=OffPolicyOptions)


def train(session: Session, kind: type[Options], make_agent: Callable[[int, int, Options], Agent]) -> Policy:
    """Train for exactly the run's budget.

    Args:
        session: the run's.
        kind: of its options.
        make_agent: (observation size, action size, options) -> what learns.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: a hyperparameter that is not supported, a policy to start from that does not fit, or a precision that
            the processor lacks.
        Stopped: from the session.
    """
    options, rng = read(kind, session.run), np.random.default_rng(session.run.seed)
    environments = Environments(session, options.n_envs)
    agent = make_agent(environments.size, environments.actions, options)
    agent.initialise(rng)
    learner = OffPolicy(session, options, environments, agent, rng)
    with multiplying(options.matmul_precision, session.run.threads):
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
            if session.log_due(learner.steps):
                session.log(learner.steps, learner.scalars())
            if learner.steps >= learner.environments.budget:
                break
            if session.snapshot_due():
                session.save(learner.steps, learner.capture(), learner.replay.rows())
    policy = learner.policy()
    learner.environments.close()
    return policy
