"""Training whose numbers overflow is reported as diverged, and is no failure."""

import numpy as np

from mjbench.testing.algorithms.case import AlgorithmCase
from mjbench.testing.algorithms.tasks import LOUD
from mjbench.testing.case import Violation

CURE = "raise mjbench.api.session.Diverged where a loss or a weight is not finite"


def divergence(case: AlgorithmCase) -> None:
    """Losses that overflow, from huge finite rewards, end the run as diverged or leave a sound policy."""
    trained = case.train(case.spec(task_id=LOUD))
    record, policy = trained.record, trained.watch.policy
    if record.status == "failed":
        raise Violation(f"huge rewards end the run as failed ({' '.join(record.error.split())}); {CURE}")
    if record.status == "completed" and policy is not None:
        actions = np.asarray(policy.act(np.ones((1, 4), np.float32)))
        if not np.isfinite(actions).all():
            raise Violation(f"huge rewards leave a policy whose actions are not finite, and the run completes; {CURE}")
