"""The walk that puts state back into objects that were built afresh."""

import collections
import pickle
from typing import Any

import numpy as np

from mjbench.snapshot import callables
from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.attributes import (
    MISSING,
    attributes,
    class_attributes,
    classes_of,
    find_type,
    set_attribute,
    set_class_attribute,
)
from mjbench.snapshot.building import lacking, make_new, serves, write
from mjbench.snapshot.memory import extent, make_view, owner, view_of
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.nodes import Capture, Node, Ref
from mjbench.snapshot.objects import is_atom, kind_of, type_name

FILLED = ("object", "list", "dict", "set", "deque", "objects", "function", "cell", "generator", "tensor")
"""Kinds whose children are put in place after the object itself."""


class Restoring:
    """One restoration; see ``mjbench.snapshot.object_state.restore``."""

    def __init__(self, state: Capture) -> None:
        self._state = state
        self._nodes = state.nodes
        self._made: dict[int, Any] = {}
        self._taken: dict[int, Any] = {}
        self._types: dict[str, type] = {}
        self._todo: list[tuple[Any, Node]] = []
        self._last: list[tuple[Any, Node]] = []
        self._placed: list[tuple[np.ndarray, Node]] = []

    def run(self, root: Any) -> None:
        """Fill everything from ``root``, then the classes, then the simulators."""
        if self._value(root, self._state.root) is not root:
            raise Unresumable(f"state of another kind of object than {type(root).__qualname__}")
        self._fill_all()
        for name, ref in self._state.classes.items():
            self._fill_class(self._types.get(name) or find_type(name), self._nodes[ref.index])
            self._fill_all()
        # Models before their data, and both after whatever else shares their memory.
        for value, node in sorted(self._last, key=lambda pair: simulator.KINDS.index(pair[1].kind)):
            simulator.restore(node.kind, value, node.content)
        self._check_places()

    def _check_places(self) -> None:
        """Hold arrays that a simulator may own to the places where they were."""
        here = {
            (i, part): extent(array)
            for i, node in enumerate(self._nodes)
            if node.kind in simulator.KINDS
            for part, array in simulator.arrays(node.kind, self._made[i])
        }
        for value, node in self._placed:
            low, high = extent(value)
            if node.kind == "borrowed":
                index, part, offset, *_ = node.content
                right = (index, part) in here and low - here[index, part][0] == offset
            else:
                right = not any(a < high and low < b for a, b in here.values())
            if not right:
                raise Unresumable("an array is a view of another part of the simulator in a freshly built environment")

    def _fill_all(self) -> None:
        while self._todo:
            self._fill(*self._todo.pop())

    def _value(self, fresh: Any, child: Any) -> Any:
        """The object of ``child``: ``fresh`` itself wherever it can serve."""
        if not isinstance(child, Ref):
            return child
        if child.index not in self._made:
            self._made[child.index] = self._make(fresh, self._nodes[child.index])
        return self._made[child.index]

    def _make(self, fresh: Any, node: Node) -> Any:
        kind = node.kind
        alike = (
            fresh is not MISSING and not is_atom(fresh) and _kind(fresh) == (kind if kind != "borrowed" else "foreign")
        )
        if alike:
            for base in classes_of(type(fresh)):
                self._types.setdefault(type_name(base), base)
        if kind in ("tuple", "frozenset"):
            return self._frozen(fresh if alike else MISSING, node)
        if kind in callables.FROZEN:
            return self._callable(fresh if alike else MISSING, node)
        if kind == "view":
            return self._view(fresh if alike else MISSING, node)
        if kind == "pickled":
            return pickle.loads(node.content)
        if kind in ("borrowed", "fixed", "file", *simulator.KINDS):
            if not alike or not serves(fresh, node):
                raise lacking(node)
            if kind in simulator.KINDS:
                self._last.append((fresh, node))
            elif kind == "borrowed":
                self._placed.append((fresh, node))
            return fresh
        if not (alike and id(fresh) not in self._taken and type_name(type(fresh)) == node.type and serves(fresh, node)):
            fresh = make_new(node)
        self._taken[id(fresh)] = fresh
        write(fresh, node)
        if kind == "foreign":
            self._placed.append((fresh, node))
        if kind in FILLED:
            self._todo.append((fresh, node))
        return fresh

    def _frozen(self, fresh: Any, node: Node) -> Any:
        alike = fresh is not MISSING and type_name(type(fresh)) == node.type
        parts = list(fresh) if alike and node.kind == "tuple" else []
        items = [self._value(part, child) for part, child in _zip(parts, node.content)]
        if node.attributes:
            raise Unresumable(f"a {node.type} with attributes of its own")
        if alike and len(parts) == len(items) and all(map(_is, parts, items)):
            return fresh
        base = tuple if node.kind == "tuple" else frozenset
        return base.__new__(find_type(node.type), items)

    def _callable(self, fresh: Any, node: Node) -> Any:
        name, children = node.content
        have = callables.pieces(node.kind, fresh) if fresh is not MISSING else []
        parts = [self._value(part, child) for part, child in _zip(have, children)]
        same = fresh is not MISSING and callables.label(node.kind, fresh) == name
        if same and len(have) == len(parts) and all(map(_is, have, parts)):
            return fresh
        return callables.build(node.kind, fresh, name, parts)

    def _view(self, fresh: Any, node: Node) -> Any:
        child, place = node.content
        below = owner(fresh) if fresh is not MISSING else MISSING
        held = self._value(below, child)
        return fresh if held is below and view_of(fresh, held) == place else make_view(held, place)

    def _fill(self, value: Any, node: Node) -> None:
        kind = node.kind
        if kind in ("list", "deque"):
            items = [self._value(part, child) for part, child in _zip(list(value), node.content)]
            value.clear()
            value.extend(items)
        elif kind == "set":
            items = [self._value(MISSING, child) for child in node.content]
            value.clear()
            value.update(items)
        elif kind == "dict":
            self._fill_dict(value, node)
        elif kind == "objects":
            for i, (part, child) in enumerate(_zip(list(value.ravel()), node.content[1])):
                value.flat[i] = self._value(part, child)
        elif kind in ("function", "cell"):
            have = callables.pieces(kind, value)
            parts = [self._value(part, child) for part, child in _zip(have, node.content[1])]
            callables.fill(kind, value, parts)
        self._fill_attributes(value, node)

    def _fill_dict(self, value: Any, node: Node) -> None:
        pairs = []
        for fresh_key, (key_child, child) in _zip(list(value), node.content):
            key = self._value(fresh_key, key_child)
            pairs.append((key, self._value(dict.get(value, key, MISSING), child)))
        base: Any = (
            collections.OrderedDict if isinstance(value, collections.OrderedDict) else dict
        )  # keeps its own order
        base.clear(value)
        for key, item in pairs:
            base.__setitem__(value, key, item)

    def _fill_attributes(self, value: Any, node: Node) -> None:
        have = attributes(value)
        for key in have.keys() - node.attributes.keys():
            set_attribute(value, key, MISSING)
        for key, child in node.attributes.items():
            item = self._value(have.get(key, MISSING), child)
            if item is not have.get(key, MISSING):
                set_attribute(value, key, item)

    def _fill_class(self, kind: type, node: Node) -> None:
        have = class_attributes(kind)
        for key in have.keys() - node.attributes.keys():
            set_class_attribute(kind, key, MISSING)
        for key, child in node.attributes.items():
            item = self._value(have.get(key, MISSING), child)
            if item is not have.get(key, MISSING):
                set_class_attribute(kind, key, item)


def _kind(value: Any) -> str:
    try:
        return kind_of(value)
    except Unresumable:
        return ""


def _is(a: Any, b: Any) -> bool:
    return a is b


def _zip(fresh: list[Any], saved: list[Any]) -> list[tuple[Any, Any]]:
    return [(fresh[i] if i < len(fresh) else MISSING, child) for i, child in enumerate(saved)]
