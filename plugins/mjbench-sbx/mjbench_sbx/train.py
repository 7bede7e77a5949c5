"""One training run with SBX, by the loop of mjbench-sb3."""

from typing import Any

import torch
from mjbench_sb3.harness import Report, learn

from mjbench.api.policy import Policy
from mjbench.api.session import Session
from mjbench_sbx import snapshot
from mjbench_sbx.export import export
from mjbench_sbx.model import build
from mjbench_sbx.warm_start import start_from


def train(name: str, session: Session) -> Policy:
    """Train for exactly the run's budget; rollouts that it cuts short are not learned from, as in mjbench-sb3.

    Raises:
        Diverged: parameters that are not finite.
        SpecError: hyperparameters, or a policy to start from, that do not fit.
        Stopped: from the session.
    """
    torch.set_num_threads(session.run.threads)
    model = build(name, session)
    # A saved policy has CrossQ's batch normalisation folded in and cannot give it back: the session refuses.
    source = None if name == "crossq" else session.source_policy()
    if source is not None:
        start_from(model, source)
    return learn(model, SbxReport(session))


class SbxReport(Report):
    """Reports on a model in JAX."""

    def policy(self) -> Policy:
        """The model's policy as it is now, frozen."""
        return export(self.model)

    def capture(self) -> dict[str, Any]:
        """The model's state between two rollouts, the rows of a replay buffer aside."""
        return snapshot.capture(self.model)

    def restore(self, state: dict[str, Any]) -> None:
        """Put captured state into the model, which stands before its first rollout."""
        snapshot.restore(self.model, state)
