"""The global random generators of a process: of ``random``, of numpy, and of torch where it is in use."""

import random
import sys
from typing import Any

import numpy as np


def random_state() -> dict[str, Any]:
    """Their state, to be pickled."""
    torch = sys.modules.get("torch")
    state = {"random": random.getstate(), "numpy": np.random.get_state()}
    return state if torch is None else {**state, "torch": torch.get_rng_state().numpy()}


def set_random_state(state: dict[str, Any]) -> None:
    """Inverse of ``random_state``."""
    random.setstate(state["random"])
    np.random.set_state(state["numpy"])
    torch = sys.modules.get("torch")
    if torch is not None and "torch" in state:
        torch.set_rng_state(torch.from_numpy(state["torch"].copy()))
