"""Initial weights, distributed as torch's."""

import numpy as np

from mjbench_fast.nn.linear import Linear


def uniform(layer: Linear, rng: np.random.Generator) -> None:
    """Weights and biases from ``U(-1/sqrt(inputs), 1/sqrt(inputs))``: torch's default for a linear layer."""
    bound = layer.inputs**-0.5
    layer.weight[:] = rng.uniform(-bound, bound, layer.weight.shape)
    layer.bias[:] = rng.uniform(-bound, bound, layer.bias.shape)


def orthogonal(layer: Linear, gain: float, rng: np.random.Generator) -> None:
    """Weights with orthonormal rows or columns, drawn uniformly, times ``gain`` (Saxe et al. 2014); biases zero."""
    for block in layer.weight:  # (inputs, outputs)
        rows, columns = block.shape
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.sign(np.diag(r))
        block[:] = gain * (q if rows >= columns else q.T)
    layer.bias[:] = 0
