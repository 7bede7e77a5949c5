"""One training run with SAC."""

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.off_policy import train as off_policy
from mjbench_fast.sac.agent import Sac
from mjbench_fast.sac.options import SacOptions


def train(session: Session) -> Policy:
    """See ``off_policy.train``."""
    return off_policy.train(session, SacOptions, Sac)
