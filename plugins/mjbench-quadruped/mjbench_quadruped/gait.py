"""What tells the gaits of a quadruped apart."""

import numpy as np


def diagonal_stance(contact: np.ndarray) -> np.ndarray:
    """Whether exactly one diagonal pair stands, (N,) bool: what tells a trot from every other gait."""
    first, second = contact[:, 0] & contact[:, 3], contact[:, 1] & contact[:, 2]
    others = contact[:, 1] | contact[:, 2], contact[:, 0] | contact[:, 3]
    return (first & ~others[0]) | (second & ~others[1])
