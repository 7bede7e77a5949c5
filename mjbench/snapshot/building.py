"""Whether an object of a fresh environment can take a saved one's place, and new ones where none can."""

import collections
import pickle
import random
import types
from typing import Any

import numpy as np

from mjbench.snapshot.attributes import bit_generator, find_type, set_generator_state
from mjbench.snapshot.callables import label
from mjbench.snapshot.memory import read_buffer, write_buffer
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.nodes import Node


def lacking(node: Node) -> Unresumable:
    """The error where something saved has no counterpart."""
    return Unresumable(
        f"a freshly built environment lacks what was saved: {node.kind} {node.type} {node.content!s:.60}"
    )


def serves(fresh: Any, node: Node) -> bool:
    """Whether ``fresh``, of the same kind and type, can be filled with what was saved."""
    match node.kind:
        case "array" | "foreign":
            saved = node.content
            both = fresh.flags.writeable and saved.flags.writeable
            return both and fresh.shape == saved.shape and fresh.dtype == saved.dtype
        case "objects":
            return fresh.shape == node.content[0]
        case "borrowed":
            return (fresh.shape, fresh.strides, fresh.dtype) == node.content[3:]
        case "file":
            return (fresh.shape, fresh.dtype) == node.content
        case "buffer":
            return type(fresh).__name__ in ("bytearray", "array") or len(read_buffer(fresh)) == len(node.content[0])
        case "tensor":
            saved = node.content
            return (fresh.shape, fresh.dtype) == (saved.shape, saved.dtype)
        case "function":
            return label("function", fresh) == node.content[0]
        case "fixed":
            return getattr(fresh, "__qualname__", type(fresh).__qualname__) == node.content
        case "generator":
            return isinstance(fresh, random.Random) or bit_generator(fresh) == node.content["bit_generator"]
        case "deque":
            return fresh.maxlen == node.limit
    return True


def make_new(node: Node) -> Any:
    """An empty object for what has no counterpart.

    Raises:
        Unresumable: it cannot be made.
    """
    if node.shared:
        raise lacking(node)
    match node.kind:
        case "array" | "foreign":
            made = np.array(node.content, copy=True)
            made.flags.writeable = node.content.flags.writeable
            return made
        case "objects":
            return np.empty(node.content[0], object)
        case "buffer" if node.content[1] is not None:
            return pickle.loads(node.content[1])
        case "tensor" if node.type == "torch:Tensor":
            return node.content.clone()
        case "cell":
            return types.CellType()
        case "generator":
            return _new_generator(node)
        case "function":
            module, name, _ = node.content[0].split(":")
            found = find_type(f"{module}:{name}")
            if isinstance(found, types.FunctionType) and label("function", found) == node.content[0]:
                return found
        case "object":
            kind = find_type(node.type)
            return types.SimpleNamespace() if kind is types.SimpleNamespace else object.__new__(kind)
        case "list" | "dict" | "set" | "deque":
            kind = find_type(node.type)
            if not issubclass(kind, collections.defaultdict):
                made = kind.__new__(kind)
                if node.kind == "deque":
                    collections.deque.__init__(made, (), node.limit)
                return made
    raise lacking(node)


def _new_generator(node: Node) -> Any:
    kind = find_type(node.type)
    if not issubclass(kind, np.random.Generator):
        return kind.__new__(kind) if issubclass(kind, random.Random) else kind()
    return kind(getattr(np.random, node.content["bit_generator"])())


def write(fresh: Any, node: Node) -> None:
    """Put numbers in place."""
    if node.kind in ("array", "foreign"):
        if node.content.flags.writeable:
            fresh[...] = node.content
    elif node.kind == "buffer":
        write_buffer(fresh, node.content[0])
    elif node.kind == "tensor":
        fresh.data.copy_(node.content)
    elif node.kind == "generator":
        set_generator_state(fresh, node.content)
