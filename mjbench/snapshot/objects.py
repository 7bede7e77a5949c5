"""What an object is to a capture: a list of the kinds that it knows; all else is refused by name."""

import collections
import enum
import itertools
import logging
import random
import sys
import threading
import types
from typing import Any

import numpy as np

from mjbench.snapshot import callables
from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.attributes import slots
from mjbench.snapshot.memory import BUFFERS, POINTERS, array_kind, is_tensor
from mjbench.snapshot.mujoco_state import Unresumable

ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented), range, slice)
FIXED = (
    type,
    types.ModuleType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    property,
    staticmethod,
    classmethod,
    logging.Logger,
    np.ufunc,
    type(threading.Lock()),
    type(threading.RLock()),
)
GENERATORS = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)
CONTAINERS = (list, dict, set, collections.deque)
FROZEN = (tuple, frozenset)
VALUES = (int, float, complex, str, bytes, BaseException, np.dtype, itertools.count)
"""Bases of what is pickled whole, and so must not reach what others reach too."""
VALUE_MODULES = ("datetime", "decimal", "_decimal", "re", "scipy", "zoneinfo", "uuid", "torch", "jax", "jaxlib")
"""Packages whose objects in C keep their state when they are pickled."""
WALKED_MODULES = {
    *("_weakrefset", "abc", "collections", "contextlib", "copy", "dataclasses", "enum", "fractions", "functools"),
    *("inspect", "numbers", "operator", "pathlib", "queue", "random", "statistics", "string", "threading", "types"),
    *("typing", "uuid", "weakref"),
}
"""Modules of the standard library whose objects hold nothing but Python objects; others may hold a handle."""
HEAP_TYPE = 1 << 9
"""Flag of types that a class statement made."""


def kind_of(value: Any) -> str:
    """How a capture treats ``value``: ``object``, ``list``, ``array``, ``generator``, ``fixed``, ``pickled``, ...

    Raises:
        Unresumable: it may hold state that cannot be seen; the message says what it is.
    """
    kind = type(value)
    special = simulator.kind(kind)
    if special:
        return special
    if kind in callables.KINDS:
        return callables.KINDS[kind]
    if issubclass(kind, np.ndarray):
        return _array_kind(value)
    if is_tensor(value):
        return "tensor"
    if issubclass(kind, GENERATORS):
        return "generator"
    numba = kind.__module__.startswith("numba.") and kind.__name__.endswith("Dispatcher")
    compiled = numba or kind.__name__ == "cython_function_or_method"
    if compiled or issubclass(kind, FIXED):
        return _unless_held(value)
    for base in (*CONTAINERS, *FROZEN):
        if issubclass(kind, base):
            return base.__name__
    if issubclass(kind, BUFFERS) and not issubclass(kind, POINTERS):
        return "buffer"
    top = kind.__module__.partition(".")[0]
    if issubclass(kind, VALUES) or (top in VALUE_MODULES and not _is_plain(kind)):
        return "pickled"
    if kind is types.SimpleNamespace or (_is_plain(kind) and (top not in sys.stdlib_module_names or _is_walked(top))):
        return "object"
    raise Unresumable(f"a {kind.__module__}.{kind.__qualname__}, whose state cannot be saved")


def is_atom(value: Any) -> bool:
    """Whether ``value`` cannot change, and so is its own state."""
    kind = type(value)
    if issubclass(kind, type):
        return "<locals>" not in value.__qualname__
    return kind in ATOMS or issubclass(kind, (np.generic, enum.Enum))


def type_name(kind: type) -> str:
    """``module:name``."""
    return f"{kind.__module__}:{kind.__qualname__}"


def _array_kind(value: np.ndarray) -> str:
    if type(value) is np.memmap and value.mode == "r":
        return "file"
    if type(value) is not np.ndarray:
        kind = type(value)
        raise Unresumable(f"a {kind.__module__}.{kind.__qualname__}, whose state cannot be saved; a plain array can")
    if value.dtype.hasobject:
        if value.dtype != object or value.base is not None:
            raise Unresumable(f"an array of the type {value.dtype} that is a view or has fields")
        return "objects"
    return array_kind(value)


def _unless_held(value: Any) -> str:
    if type(value) is type(threading.Lock()) and value.locked():
        raise Unresumable("a lock that is held")
    return "fixed"


def _is_plain(kind: type) -> bool:
    """Whether its instances consist of attributes and slots, and of nothing that an extension in C hides."""
    plain = all(base is object or base.__flags__ & HEAP_TYPE for base in kind.__mro__)
    # An instance larger than its dictionary, weak references and slots hides something.
    return plain and kind.__basicsize__ - object.__basicsize__ <= 8 * (2 + len(slots(kind)))


def _is_walked(top: str) -> bool:
    return top in WALKED_MODULES or top == "__main__"
