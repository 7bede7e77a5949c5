"""State behind what can be called, and behind weak references: closures, defaults, the object of a bound method."""

import functools
import types
import weakref
from collections.abc import Callable
from typing import Any

from mjbench.snapshot.mujoco_state import Unresumable

KINDS: dict[type, str] = {
    types.FunctionType: "function",
    types.CellType: "cell",
    types.MethodType: "method",
    types.BuiltinFunctionType: "builtin",
    types.MethodWrapperType: "builtin",
    functools.partial: "partial",
    weakref.ReferenceType: "weak",
    weakref.WeakMethod: "weak",
    weakref.ProxyType: "proxy",
    weakref.CallableProxyType: "proxy",
}
FROZEN = ("method", "builtin", "partial", "weak", "proxy")
"""Kinds that are made anew where their parts are other ones; the rest is filled in place."""


def pieces(kind: str, value: Any) -> list[Any]:
    """What ``value`` holds, in a fixed order.

    Raises:
        Unresumable: it cannot be seen.
    """
    if kind == "function":
        if is_plain(value):
            return []
        return [value.__defaults__, value.__kwdefaults__, value.__dict__, *(value.__closure__ or ())]
    if kind == "cell":
        try:
            return [value.cell_contents]
        except ValueError:  # not set
            return []
    if kind == "method":
        return [value.__func__, value.__self__]
    if kind == "builtin":
        return [] if isinstance(value.__self__, types.ModuleType | None) else [value.__self__]
    if kind == "partial":
        return [value.func, value.args, value.keywords, value.__dict__]
    if kind == "weak":
        return [value()]
    return [value.__init__.__self__]  # a proxy hands on all but its type


def label(kind: str, value: Any) -> str:
    """What a function or builtin must be called to be the same one in a fresh environment."""
    if kind == "function":
        return f"{value.__module__}:{value.__qualname__}:{value.__code__.co_firstlineno}"
    return value.__name__ if kind == "builtin" else type(value).__name__


def is_plain(function: types.FunctionType) -> bool:
    """Whether a function has no state: no closure, no attributes, no defaults that can change."""
    constant = (type(None), bool, int, float, complex, str, bytes)
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    return not function.__closure__ and not function.__dict__ and all(type(item) in constant for item in defaults)


def build(kind: str, fresh: Any, name: str, parts: list[Any]) -> Any:
    """One of the ``FROZEN`` kinds from its parts; ``fresh`` says what cannot be seen in them.

    Raises:
        Unresumable: it takes more than its parts.
    """
    if kind == "method":
        return types.MethodType(parts[0], parts[1])
    if kind == "builtin" and parts:
        return getattr(parts[0], name)
    if kind == "partial":
        made: Any = functools.partial(parts[0])
        made.__setstate__((parts[0], parts[1], parts[2], parts[3]))
        return made
    if kind == "weak" and name == "ReferenceType" and parts[0] is not None:
        callback: Callable[..., Any] | None = getattr(fresh, "__callback__", None)
        if callback is None:
            return weakref.ref(parts[0])
    raise Unresumable(f"a freshly built environment lacks a {name} that was saved")


def fill(kind: str, fresh: Any, parts: list[Any]) -> None:
    """Put parts into a function or a cell.

    Raises:
        Unresumable: the function was made with other variables.
    """
    if kind == "cell":
        if parts:
            fresh.cell_contents = parts[0]
        elif pieces(kind, fresh):
            del fresh.cell_contents
        return
    if not parts:
        return
    defaults, keywords, attributes, *cells = parts
    if any(here is not saved for here, saved in zip(fresh.__closure__ or (), cells, strict=True)):
        raise Unresumable(f"{fresh.__qualname__} shares its variables with other functions than when it was saved")
    if fresh.__defaults__ is not defaults:
        fresh.__defaults__ = defaults
    if fresh.__kwdefaults__ is not keywords:
        fresh.__kwdefaults__ = keywords
    if fresh.__dict__ is not attributes:
        fresh.__dict__ = attributes
