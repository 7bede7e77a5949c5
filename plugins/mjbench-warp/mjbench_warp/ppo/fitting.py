"""Whether a run fits on the GPU that it names, said before anything is compiled."""

import torch

from mjbench.algorithms.device import problem
from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec


def refuse(run: RunSpec) -> None:
    """Do nothing where the run fits.

    Raises:
        SpecError: the GPU is not there, or its driver is too old.
    """
    if wrong := problem(run.hyperparameters["device"], torch):
        raise SpecError(wrong)
