"""How to reach inside an object past whatever its class does on access, and find its class again."""

import enum
import functools
import importlib
import random
import sys
from typing import Any

import numpy as np

from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.mujoco_state import Unresumable

MISSING: Any = object()
CONSTANT = {
    *("absl", "brax", "dm_control", "dm_env", "etils", "gymnasium", "jax", "jaxlib", "labmaze", "lxml", "mjbench"),
    *("mujoco", "numba", "numpy", "pandas", "scipy", "stable_baselines3", "torch"),
}
"""Packages whose classes keep no state of an environment."""


def find_type(name: str) -> Any:
    """The object of ``module:name``.

    Raises:
        Unresumable: it is not there, or local to a function.
    """
    module, _, path = name.partition(":")
    try:
        return functools.reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError) as error:
        raise Unresumable(f"a freshly built environment lacks a {name} that was saved") from error


def slots(kind: type) -> dict[tuple[str, str], Any]:
    """Descriptors of a class's slots by (owner, name)."""
    found: dict[tuple[str, str], Any] = {}
    for base in kind.__mro__:
        names = base.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            hidden = name.startswith("__") and not name.endswith("__")
            mangled = f"_{base.__name__.lstrip('_')}{name}" if hidden else name
            if mangled not in ("__dict__", "__weakref__"):
                found[base.__qualname__, mangled] = base.__dict__[mangled]
    return found


def attributes(value: Any) -> dict[tuple[str, str], Any]:
    """What the instance holds in its dictionary and slots, past whatever its class does on access."""
    kind = type(value)
    try:
        own = object.__getattribute__(value, "__dict__")
        found = {("", name): item for name, item in own.items() if not simulator.only_draws(kind, name)}
    except AttributeError:
        found = {}
    for key, slot in slots(kind).items():
        try:
            found[key] = slot.__get__(value)
        except AttributeError:  # not set
            continue
    return found


def set_attribute(value: Any, key: tuple[str, str], item: Any) -> None:
    """Set what ``attributes`` reads; ``MISSING`` removes it."""
    owner, name = key
    if owner:
        slot = slots(type(value))[key]
        slot.__delete__(value) if item is MISSING else slot.__set__(value, item)
    elif item is MISSING:
        del object.__getattribute__(value, "__dict__")[name]
    else:
        object.__getattribute__(value, "__dict__")[name] = item


def classes_of(kind: type) -> list[type]:
    """The classes that ``kind`` inherits from, itself first, whose own attributes may be state."""
    found: list[type] = []
    for base in kind.__mro__:
        top = str(base.__module__).partition(".")[0]
        if (
            top not in CONSTANT
            and top not in sys.stdlib_module_names - {"__main__"}
            and not issubclass(kind, enum.Enum)
        ):
            found.append(base)
    return found


def class_attributes(kind: type) -> dict[tuple[str, str], Any]:
    """The class's own data: neither functions nor descriptors nor what Python itself puts there."""
    return {
        ("", name): item
        for name, item in vars(kind).items()
        if not (name.startswith("__") and name.endswith("__"))
        and name != "_abc_impl"
        and not callable(item)
        and not hasattr(type(item), "__get__")
    }


def set_class_attribute(kind: type, key: tuple[str, str], item: Any) -> None:
    """Set what ``class_attributes`` reads; ``MISSING`` removes it."""
    type.__delattr__(kind, key[1]) if item is MISSING else type.__setattr__(kind, key[1], item)


def bit_generator(value: Any) -> str:
    """Name of the algorithm of one of numpy's generators."""
    return str(generator_state(value)["bit_generator"])


def generator_state(value: Any) -> Any:
    """State of a generator of numpy or of ``random``."""
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, np.random.RandomState):
        return value.get_state(legacy=False)
    return value.bit_generator.state if isinstance(value, np.random.Generator) else value.state


def set_generator_state(value: Any, state: Any) -> None:
    """Inverse of ``generator_state``."""
    if isinstance(value, random.Random):
        value.setstate(state)
    elif isinstance(value, np.random.RandomState):
        value.set_state(state)
    elif isinstance(value, np.random.Generator):
        value.bit_generator.state = state
    else:
        value.state = state
