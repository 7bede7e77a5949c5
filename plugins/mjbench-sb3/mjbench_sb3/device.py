"""Networks on a GPU: refused where there is none, and said to be without snapshots."""

import torch

from mjbench.algorithms.device import problem
from mjbench.api.session import Session
from mjbench.errors import SpecError


def prepare(session: Session) -> None:
    """Before a run's model is made.

    Raises:
        SpecError: the run's device cannot be used.
    """
    device = session.run.hyperparameters.get("device", "cpu")
    if wrong := problem(device, torch):
        raise SpecError(wrong)
    if device != "cpu":
        session.refuse_snapshots("an exact resume on a GPU is not tested")
