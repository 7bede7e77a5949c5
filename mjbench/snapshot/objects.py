"""What an object is to a capture, and how to reach inside it past whatever its class does on access."""

import collections
import enum
import functools
import importlib
import logging
import random
import threading
import types
import weakref
from typing import Any

import numpy as np

from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.mujoco_state import Unresumable

MISSING: Any = object()
ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), range, slice)
FIXED = (
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    types.MethodWrapperType,
    functools.partial,
    weakref.ReferenceType,
    weakref.ProxyType,
    weakref.CallableProxyType,
    logging.Logger,
    type(threading.Lock()),
    type(threading.RLock()),
)
GENERATORS = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)
CONTAINERS = (list, dict, set, collections.deque)
FROZEN = (tuple, frozenset)
HEAP_TYPE = 1 << 9
"""Flag of types that a class statement made."""


def kind_of(value: Any) -> str:
    """How a capture treats ``value``: ``object``, ``list``, ``array``, ``generator``, ``fixed``, ``pickled``, ..."""
    kind = type(value)
    special = simulator.kind(kind)
    if special:
        return special
    if kind is np.ndarray and value.dtype != object:
        return "borrowed" if _is_borrowed(value) else "array"
    if issubclass(kind, GENERATORS):
        return "generator"
    if issubclass(kind, FIXED):
        return "fixed"
    for base in (*CONTAINERS, *FROZEN):
        if issubclass(kind, base):
            return base.__name__
    plain = all(base is object or base.__flags__ & HEAP_TYPE for base in kind.__mro__)
    # An instance larger than its dictionary, weak references and slots hides state of an extension in C.
    hidden = kind.__basicsize__ - object.__basicsize__ > 8 * (2 + len(_slots(kind)))
    return "object" if plain and not hidden else "pickled"


def is_atom(value: Any) -> bool:
    """Whether ``value`` cannot change, and so is its own state."""
    if isinstance(value, type):
        return "<locals>" not in value.__qualname__
    return isinstance(value, (np.generic, enum.Enum)) or type(value) in ATOMS


def type_name(kind: type) -> str:
    """``module:name``."""
    return f"{kind.__module__}:{kind.__qualname__}"


def find_type(name: str) -> Any:
    """Inverse of ``type_name``.

    Raises:
        Unresumable: it is not there, or local to a function.
    """
    module, _, path = name.partition(":")
    try:
        return functools.reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError) as error:
        raise Unresumable(f"a freshly built environment lacks a {name} that was saved") from error


def _is_borrowed(array: np.ndarray) -> bool:
    """Whether the memory belongs to something that is not numpy's: the simulator, which is captured itself."""
    base: Any = array
    while isinstance(base, np.ndarray):
        if base.base is None:
            return False
        base = base.base
    return not isinstance(base, (bytes, bytearray))


def _slots(kind: type) -> dict[tuple[str, str], Any]:
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
    for key, slot in _slots(kind).items():
        try:
            found[key] = slot.__get__(value)
        except AttributeError:  # not set
            continue
    return found


def set_attribute(value: Any, key: tuple[str, str], item: Any) -> None:
    """Set what ``attributes`` reads; ``MISSING`` removes it."""
    owner, name = key
    if owner:
        slot = _slots(type(value))[key]
        slot.__delete__(value) if item is MISSING else slot.__set__(value, item)
    elif item is MISSING:
        del object.__getattribute__(value, "__dict__")[name]
    else:
        object.__getattribute__(value, "__dict__")[name] = item


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
