"""Activation functions in place, and their derivatives from what they returned."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mjbench_fast.nn.compiled import compiled


class Activation(NamedTuple):
    """An elementwise function ``h = f(z)``."""

    forward: Callable[[np.ndarray, np.ndarray], object]
    """(z, bias): z (B, n) -> h = f(z + bias), in place."""
    backward: Callable[[np.ndarray, np.ndarray], object]
    """(h, dh): dh -> dz = dh f'(z), in place."""


def _tanh_forward(z: np.ndarray, bias: np.ndarray) -> None:
    """Numpy's own, which computes several numbers at a time."""
    np.add(z, bias, out=z)
    np.tanh(z, out=z)


@compiled
def _tanh_backward(h: np.ndarray, dh: np.ndarray) -> None:
    """``f'(z) = 1 - h^2``."""
    one = h.dtype.type(1)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            dh[i, j] *= one - h[i, j] * h[i, j]


@compiled
def _relu_forward(z: np.ndarray, bias: np.ndarray) -> None:
    """``z where z > 0, else 0``; what is not a number stays so."""
    zero = z.dtype.type(0)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            x = z[i, j] + bias[j]
            z[i, j] = zero if x < zero else x


@compiled
def _relu_backward(h: np.ndarray, dh: np.ndarray) -> None:
    """``f'(z) = 1 where h > 0, else 0``."""
    zero = h.dtype.type(0)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            dh[i, j] = dh[i, j] if h[i, j] > zero else zero


def _elu_forward(z: np.ndarray, bias: np.ndarray) -> None:
    """``z where z > 0, else e^z - 1``; not ``np.expm1``, which numpy has no vector instructions for."""
    np.add(z, bias, out=z)
    negative = np.minimum(z, 0)
    np.exp(negative, out=negative)
    np.subtract(negative, 1, out=negative)
    np.maximum(z, 0, out=z)
    np.add(z, negative, out=z)


@compiled
def _elu_backward(h: np.ndarray, dh: np.ndarray) -> None:
    """``f'(z) = 1 where h > 0, else h + 1``."""
    zero, one = h.dtype.type(0), h.dtype.type(1)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            dh[i, j] *= one if h[i, j] > zero else h[i, j] + one


ACTIVATIONS = {
    "tanh": Activation(_tanh_forward, _tanh_backward),
    "relu": Activation(_relu_forward, _relu_backward),
    "elu": Activation(_elu_forward, _elu_backward),
}
