"""MuJoCo's model and data, saved and restored without importing MuJoCo: whoever holds one has imported it.

All of ``MjData`` counts, not only ``mjSTATE_INTEGRATION``: Ant-v5 and Humanoid-v5 read ``xpos`` before they step.
All arrays of ``MjModel`` count too: several dm_control tasks edit it at each reset.
"""

import pickle
import sys
from typing import Any

import numpy as np

KINDS = ("MjModel", "MjData")
"""In the order in which they must be restored."""
OWNED = ("opt", "stat")
"""Parts of a model that physics reads and that are no arrays."""
DRAWN = ("tex_data", "skin_")
"""Arrays of a model that only rendering reads; they are most of its bytes."""


class Unresumable(Exception):
    """State that cannot be saved, or not put back: the run starts again instead."""


def kind(cls: type) -> str:
    """``MjModel`` or ``MjData``; ``fixed`` for parts of them, what only draws, and threads; empty for all else."""
    if cls.__module__ == "mujoco._rollout":  # a pool of threads
        return "fixed"
    if cls.__module__ != "mujoco._structs":
        return ""
    name = cls.__name__
    if name in KINDS:
        return name
    drawing = name.startswith(("Mjv", "_Mjv", "MjVisual"))
    return "fixed" if drawing or name.startswith("_Mj") or name in ("MjOption", "MjStatistic") else ""


def only_draws(cls: type, attribute: str) -> bool:
    """Whether the attribute is dm_control's rendering context: made on demand, and of no weight for the physics."""
    return attribute == "_contexts" and any(base.__module__ == "dm_control.mujoco.engine" for base in cls.__mro__)


def capture(kind: str, value: Any) -> Any:
    """State of a model or of data, as something that can be pickled."""
    if kind == "MjModel":
        return {"": _numbers(value), **{name: _numbers(getattr(value, name)) for name in OWNED}}
    # The pickle leaves out flags and some statistics of the solver.
    scalars = {name: item for name, item in _members(value) if isinstance(item, (bool, int, float))}
    solver = {name: np.array(item) for name, item in _members(value) if name.startswith("solver_")}
    return pickle.dumps(value), scalars, solver


def restore(kind: str, value: Any, state: Any) -> None:
    """Write captured state into a model, or into data whose model has been restored before.

    Raises:
        Unresumable: they differ in size.
    """
    if kind == "MjModel":
        for part, numbers in state.items():
            _assign(getattr(value, part) if part else value, numbers)
        return
    pickled, scalars, solver = state
    mujoco = sys.modules["mujoco"]
    try:
        mujoco.mj_copyData(value, value.model, pickle.loads(pickled))
    except (mujoco.FatalError, TypeError) as error:
        raise Unresumable(f"the simulator's state does not fit its model any more: {error}") from error
    _assign(value, scalars | solver)


def arrays(kind: str, value: Any) -> list[tuple[str, np.ndarray]]:
    """The arrays that ``capture`` saves, by name, over the simulator's own memory."""
    found = [("", value)] + ([(f"{name}.", getattr(value, name)) for name in OWNED] if kind == "MjModel" else [])
    return [
        (prefix + name, item)
        for prefix, part in found
        for name, item in _members(part)
        if isinstance(item, np.ndarray) and item.size and not name.startswith(DRAWN)
    ]


def _members(value: Any) -> list[tuple[str, Any]]:
    names = [name for name in dir(type(value)) if not name.startswith("_")]
    return [(name, item) for name in names if not callable(item := getattr(value, name))]


def _numbers(value: Any) -> dict[str, Any]:
    return {
        name: np.array(item) if isinstance(item, np.ndarray) else item
        for name, item in _members(value)
        if isinstance(item, (np.ndarray, bool, int, float)) and not name.startswith(DRAWN)
    }


def _assign(value: Any, numbers: dict[str, Any]) -> None:
    for name, saved in numbers.items():
        item = getattr(value, name)
        if isinstance(saved, np.ndarray):
            if item.shape != saved.shape:
                raise Unresumable(f"{type(value).__name__}.{name} has the shape {item.shape}, saved was {saved.shape}")
            item[...] = saved
        elif item != saved:
            try:
                setattr(value, name, saved)
            except AttributeError:
                if name != "signature":  # only copying leaves it out, and nothing reads it
                    raise Unresumable(f"{type(value).__name__}.{name} is {item}, saved was {saved}") from None
