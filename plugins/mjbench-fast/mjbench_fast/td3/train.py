"""One training run with TD3."""

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_fast.off_policy import train as off_policy
from mjbench_fast.td3.agent import Td3
from mjbench_fast.td3.options import Td3Options


def train(session: Session) -> Policy:
    """See ``off_policy.train``."""
    return off_policy.train(session, Td3Options, Td3)
