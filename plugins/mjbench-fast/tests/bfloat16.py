"""Skips what not every processor can."""

import pytest
from mjbench_fast.nn.products import multiplying

from mjbench.errors import SpecError


def works() -> bool:
    """Whether this processor multiplies in bfloat16."""
    try:
        with multiplying("bfloat16", 1):
            return True
    except SpecError:
        return False


needs_bfloat16 = pytest.mark.skipif(not works(), reason="this processor does not multiply in bfloat16")
