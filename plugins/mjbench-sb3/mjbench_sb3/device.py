"""Networks on a GPU: refused where there is none, and said to be without snapshots."""

import torch

from mjbench.algorithms.device import problem
from mjbench.api.session import Session
from mjbench.errors import SpecError


def refuse(device: str) -> None:
    """Do nothing where torch can use ``device``.

    Raises:
        SpecError: it cannot; the message says why, and what works.
    """
    if wrong := problem(device, torch):
        raise SpecError(wrong)


def prepare(session: Session) -> None:
    """Before a run's model is made; ``refuse`` and, on a GPU, say that there are no snapshots.

    Raises:
        SpecError: the run's device cannot be used.
    """
    device = session.run.hyperparameters.get("device", "cpu")
    refuse(device)
    if device != "cpu":
        session.refuse_snapshots("an exact resume on a GPU is not tested")
