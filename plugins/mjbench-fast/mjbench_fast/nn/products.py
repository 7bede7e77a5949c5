"""Who multiplies matrices: numpy the small ones, torch the large ones.

Numpy is called in half the time, torch's library multiplies faster on many processors, and can in bfloat16.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from mjbench.errors import SpecError

Product = Callable[[np.ndarray, np.ndarray, np.ndarray], object]
"""(a, b, out): a (n, k), b (k, m) -> ``out = a b`` (n, m), overwritten."""

TORCH_NAMES = {"float32": "highest", "bfloat16": "medium"}
"""Of the precisions that numbers are rounded to before torch multiplies them; sums are single precision in both."""


def small(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """By numpy."""
    np.matmul(a, b, out=out)


def large(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """By torch, in the precision of ``multiplying``."""
    import torch

    torch.mm(torch.from_numpy(a), torch.from_numpy(b), out=torch.from_numpy(out))


@contextmanager
def multiplying(precision: str, threads: int) -> Iterator[None]:
    """``large`` multiplies numbers rounded to this precision, with so many threads.

    Args:
        precision: key of ``TORCH_NAMES``.
        threads: of torch.

    Raises:
        SpecError: the processor cannot.
    """
    import torch

    before = torch.get_float32_matmul_precision(), torch.get_num_threads()
    torch.set_float32_matmul_precision(TORCH_NAMES[precision])
    torch.set_num_threads(threads)
    try:
        if precision != "float32" and not _rounds():
            raise SpecError(
                f"this processor does not multiply in {precision}: train on one that does (AVX-512 BF16, better AMX), "
                "or with --set matmul_precision=float32"
            )
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.set_num_threads(before[1])


def _rounds() -> bool:
    """Whether what is lost when single precision is rounded is lost in ``large``."""
    a, out = np.full((64, 64), 1 + 2.0**-20, np.float32), np.empty((64, 64), np.float32)
    large(a, a, out)
    return bool((out == 64).all())


def zeros(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """``np.zeros`` from an address that 64 divides: torch's library promises the same bits for the same alignment."""
    size, itemsize = prod(shape), np.dtype(dtype).itemsize
    raw = np.zeros(size * itemsize + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size * itemsize].view(dtype).reshape(shape)
