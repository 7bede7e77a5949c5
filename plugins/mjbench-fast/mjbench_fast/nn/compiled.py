"""Numerical loops as machine code: numpy, called on small arrays, mostly waits for Python."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, compiled for the types that it is first called with and kept on the disk for later processes.

    Floating-point operations are neither reordered nor fused, so that a result does not depend on the compiler.
    What is kept is compiled anew when the function's own file changes, not when that of another that it calls does:
    after such a change delete ``__pycache__``.
    """
    try:
        return numba.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # there is no folder to keep it in that can be written
        return numba.njit(error_model="numpy")(function)
