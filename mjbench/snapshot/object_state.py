"""All mutable state of live Python objects, taken out and put back in place.

Environments are taken as they are: no library pickles them whole (Gymnasium's keep their constructor arguments
only). So their objects are walked instead, from the outermost wrapper to the simulator's memory. What is taken is
put back into environments that were built afresh in the same way. Objects of the fresh ones are kept and filled,
so that everything that shares memory with the simulator still does; only what has no counterpart is made new.

Functions, modules and weak references are not state and stay as built: what a closure holds is not seen. An object
that can neither be walked nor pickled is refused, never left out in silence.
"""

import collections
import pickle
import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.objects import (
    ATOMS,
    MISSING,
    attributes,
    bit_generator,
    find_type,
    generator_state,
    is_atom,
    kind_of,
    set_attribute,
    set_generator_state,
    type_name,
)


@dataclass(frozen=True)
class Ref:
    """Stands for the object at ``index`` of a ``Capture``."""

    index: int


@dataclass
class Node:
    """One object: what kind, of which type, and what it holds; children are atoms or ``Ref``."""

    kind: str
    type: str
    """``module:name``."""
    content: Any = None
    attributes: dict[tuple[str, str], Any] = field(default_factory=dict)
    """(class that owns the slot or "", name) -> child."""
    limit: int | None = None
    """Greatest length of a deque."""


@dataclass
class Capture:
    """State of everything that one object reaches; can be pickled."""

    root: Any
    nodes: list[Node]


def capture(root: Any) -> Capture:
    """Copy the state of everything reachable from ``root``.

    Raises:
        Unresumable: something holds state that cannot be read; the message says where.
    """
    return _Capturing().run(root)


def restore(root: Any, state: Capture) -> None:
    """Put captured state into ``root``, an object built in the same way as the captured one.

    Raises:
        Unresumable: the two differ in what cannot be made anew; ``root`` is then in no usable state.
    """
    _Restoring(state.nodes).run(root, state.root)


class _Capturing:
    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._index: dict[int, int] = {}
        self._alive: list[Any] = []  # an id names an object only as long as it lives
        self._todo: list[tuple[Any, Node, str]] = []

    def run(self, root: Any) -> Capture:
        child = self._child(root, type(root).__name__)
        while self._todo:
            self._expand(*self._todo.pop())
        return Capture(child, self._nodes)

    def _child(self, value: Any, path: str) -> Any:
        if is_atom(value):
            return value
        if id(value) not in self._index:
            self._index[id(value)] = len(self._nodes)
            self._alive.append(value)
            node = Node(kind_of(value), type_name(type(value)))
            self._nodes.append(node)
            self._todo.append((value, node, path))
        return Ref(self._index[id(value)])

    def _expand(self, value: Any, node: Node, path: str) -> None:
        if node.kind in ("list", "set", "deque", "tuple", "frozenset"):
            if node.kind in ("list", "deque") and all(type(item) in ATOMS for item in value):
                node.content = list(value)
            else:
                node.content = [self._child(item, f"{path}[{i}]") for i, item in enumerate(value)]
            node.limit = value.maxlen if node.kind == "deque" else None
        elif node.kind == "dict":
            node.content = [(self._child(k, f"{path} key"), self._child(v, f"{path}[{k!r}]")) for k, v in value.items()]
        elif node.kind == "array":
            node.content = np.array(value, copy=True)
        elif node.kind == "borrowed":
            node.content = (value.shape, value.dtype)
        elif node.kind == "generator":
            node.content = generator_state(value)
        elif node.kind in simulator.KINDS:
            node.content = simulator.capture(node.kind, value)
        elif node.kind == "fixed":
            node.content = getattr(value, "__qualname__", type(value).__qualname__)
        elif node.kind == "pickled":
            try:
                node.content = pickle.dumps(value)
            except Exception as error:
                kind = f"{type(value).__module__}.{type(value).__qualname__}"
                raise Unresumable(f"{path} is a {kind}, whose state cannot be saved ({error})") from error
        if node.kind in ("object", "list", "dict", "set", "deque"):
            for key, item in attributes(value).items():
                node.attributes[key] = self._child(item, f"{path}.{key[1]}")


class _Restoring:
    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._made: dict[int, Any] = {}
        self._taken: dict[int, Any] = {}
        self._todo: list[tuple[Any, Node]] = []
        self._last: list[tuple[Any, Node]] = []

    def run(self, root: Any, child: Any) -> None:
        if self._value(root, child) is not root:
            raise Unresumable(f"state of another kind of object than {type(root).__qualname__}")
        while self._todo:
            self._fill(*self._todo.pop())
        # Models before their data, and both after whatever else shares their memory.
        for value, node in sorted(self._last, key=lambda pair: simulator.KINDS.index(pair[1].kind)):
            simulator.restore(node.kind, value, node.content)

    def _value(self, fresh: Any, child: Any) -> Any:
        """The object that ``child`` stands for: ``fresh`` itself wherever it can serve."""
        if not isinstance(child, Ref):
            return child
        if child.index not in self._made:
            self._made[child.index] = self._make(fresh, self._nodes[child.index])
        return self._made[child.index]

    def _make(self, fresh: Any, node: Node) -> Any:
        kind = node.kind
        if kind in ("tuple", "frozenset"):
            return self._frozen(fresh, node)
        if kind == "pickled":
            return pickle.loads(node.content)
        same = fresh is not MISSING and id(fresh) not in self._taken and not is_atom(fresh) and kind_of(fresh) == kind
        if kind in ("borrowed", "fixed", *simulator.KINDS):
            if fresh is MISSING or is_atom(fresh) or kind_of(fresh) != kind or not self._serves(fresh, node):
                raise Unresumable(f"a freshly built environment lacks what was saved: {node.kind} {node.content!s:.60}")
            if kind in simulator.KINDS:
                self._last.append((fresh, node))
            return fresh
        if not (same and type_name(type(fresh)) == node.type and self._serves(fresh, node)):
            fresh = self._new(node)
        self._taken[id(fresh)] = fresh
        if kind == "array":
            fresh[...] = node.content
        elif kind == "generator":
            set_generator_state(fresh, node.content)
        else:
            self._todo.append((fresh, node))
        return fresh

    def _serves(self, fresh: Any, node: Node) -> bool:
        if node.kind == "array":
            saved = node.content
            return fresh.shape == saved.shape and fresh.dtype == saved.dtype and fresh.flags.writeable
        if node.kind == "borrowed":
            return (fresh.shape, fresh.dtype) == node.content
        if node.kind == "fixed":
            return getattr(fresh, "__qualname__", type(fresh).__qualname__) == node.content
        if node.kind == "generator":
            return isinstance(fresh, random.Random) or bit_generator(fresh) == node.content["bit_generator"]
        if node.kind == "deque":
            return fresh.maxlen == node.limit
        return True

    def _new(self, node: Node) -> Any:
        if node.kind == "array":
            return np.empty_like(node.content)
        if node.kind == "object":
            return object.__new__(find_type(node.type))
        if node.kind == "list" or find_type(node.type) in (dict, set, collections.OrderedDict):
            return find_type(node.type)()
        if find_type(node.type) is collections.deque:
            return collections.deque(maxlen=node.limit)
        raise Unresumable(f"a freshly built environment lacks a {node.type} that was saved")

    def _frozen(self, fresh: Any, node: Node) -> Any:
        alike = type_name(type(fresh)) == node.type
        parts = list(fresh) if alike and node.kind == "tuple" else []
        items = [self._value(part, child) for part, child in _zip(parts, node.content)]
        if alike and len(parts) == len(items) and all(map(_is, parts, items)):
            return fresh
        return tuple.__new__(find_type(node.type), items) if node.kind == "tuple" else frozenset(items)

    def _fill(self, value: Any, node: Node) -> None:
        if node.kind in ("list", "deque"):
            items = [self._value(part, child) for part, child in _zip(list(value), node.content)]
            value.clear()
            value.extend(items)
        elif node.kind == "set":
            items = [self._value(MISSING, child) for child in node.content]
            value.clear()
            value.update(items)
        elif node.kind == "dict":
            pairs = []
            for fresh_key, (key_child, child) in _zip(list(value), node.content):
                key = self._value(fresh_key, key_child)
                pairs.append((key, self._value(dict.get(value, key, MISSING), child)))
            dict.clear(value)
            for key, item in pairs:
                dict.__setitem__(value, key, item)
        have = attributes(value)
        for key in have.keys() - node.attributes.keys():
            set_attribute(value, key, MISSING)
        for key, child in node.attributes.items():
            item = self._value(have.get(key, MISSING), child)
            if item is not have.get(key, MISSING):
                set_attribute(value, key, item)


def _is(a: Any, b: Any) -> bool:
    return a is b


def _zip(fresh: list[Any], saved: list[Any]) -> list[tuple[Any, Any]]:
    return [(fresh[i] if i < len(fresh) else MISSING, child) for i, child in enumerate(saved)]
