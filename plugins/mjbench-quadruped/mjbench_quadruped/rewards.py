"""The reward terms of quadrupeds: those of ``mjbench_legged`` and the trot."""

import numpy as np
from mjbench_legged.rewards import TERMS as COMMON
from mjbench_legged.rewards import Transition

from mjbench_quadruped.gait import diagonal_stance


def trot(t: Transition) -> np.ndarray:
    """1 while exactly one diagonal pair stands."""
    return diagonal_stance(t.gait.contact) * 1.0


def is_trot(t: Transition) -> np.ndarray:
    """Whether exactly one diagonal pair stands, (N,) bool."""
    return diagonal_stance(t.gait.contact)


TERMS = {**COMMON, "trot": trot}
