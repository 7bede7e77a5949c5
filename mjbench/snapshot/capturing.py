"""The walk that copies state out of live objects."""

import io
import pickle
from typing import Any

import numpy as np

from mjbench.snapshot import callables
from mjbench.snapshot import mujoco_state as simulator
from mjbench.snapshot.attributes import attributes, class_attributes, classes_of, generator_state
from mjbench.snapshot.memory import extent, is_tensor, owner, read_buffer, read_tensor, view_of
from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.nodes import Capture, Node, Ref
from mjbench.snapshot.objects import ATOMS, is_atom, kind_of, type_name

WITH_ATTRIBUTES = ("object", "list", "dict", "set", "deque", "tuple", "frozenset", "generator", "tensor")
VALUE_PARTS = ("pickled", "fixed", "function", "builtin", "tuple", "frozenset", "list", "dict", "array")
"""Kinds that may be inside of what is pickled whole."""


class Capturing:
    """One capture; see ``mjbench.snapshot.object_state.capture``."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._index: dict[int, int] = {}
        self._alive: list[Any] = []  # an id names an object only as long as it lives
        self._todo: list[tuple[Any, Node, str]] = []
        self._sources: dict[int, Node] = {}
        """The first generator that draws from each source of bits."""
        self._foreign: list[tuple[np.ndarray, Node]] = []
        self._classes: dict[str, Ref] = {}

    def run(self, root: Any) -> Capture:
        """Walk everything from ``root``."""
        child = self._child(root, type(root).__name__)
        while self._todo:
            value, node, path = self._todo.pop()
            try:
                self._expand(value, node, path)
            except Exception as error:
                raise _refusal(value, path, error) from error
        self._settle()
        return Capture(child, self._nodes, self._classes)

    def _child(self, value: Any, path: str) -> Any:
        try:
            if is_atom(value):
                if isinstance(value, type):
                    self._class(value, path)
                return value
            return self._node(value, path)
        except Exception as error:
            raise _refusal(value, path, error) from error

    def _node(self, value: Any, path: str) -> Ref:
        if id(value) not in self._index:
            node = Node(kind_of(value), type_name(type(value)))
            self._add(value, node, path)
            if node.kind in WITH_ATTRIBUTES:
                self._class(type(value), path)
        return Ref(self._index[id(value)])

    def _add(self, value: Any, node: Node, path: str) -> None:
        self._index[id(value)] = len(self._nodes)
        self._alive.append(value)
        self._nodes.append(node)
        self._todo.append((value, node, path))

    def _class(self, kind: type, path: str) -> None:
        """What a class holds that its instances share."""
        for base in classes_of(kind):
            name = type_name(base)
            if name not in self._classes and class_attributes(base):
                self._classes[name] = Ref(len(self._nodes))
                self._add(base, Node("class", name), f"{path}'s class {base.__qualname__}")

    def _expand(self, value: Any, node: Node, path: str) -> None:
        kind = node.kind
        if kind in ("list", "set", "deque", "tuple", "frozenset"):
            if kind in ("list", "deque") and all(type(item) in ATOMS for item in value):
                node.content = list(value)
            else:
                node.content = [self._child(item, f"{path}[{i}]") for i, item in enumerate(value)]
            node.limit = value.maxlen if kind == "deque" else None
        elif kind == "dict":
            pairs = list(dict.items(value))
            node.content = [(self._child(k, f"{path} key"), self._child(v, f"{path}[{k!r}]")) for k, v in pairs]
        elif kind in callables.KINDS.values():
            parts = [
                self._child(part, f"{path}'s {_part(kind, i)}") for i, part in enumerate(callables.pieces(kind, value))
            ]
            node.content = (callables.label(kind, value), parts)
        elif kind == "class":
            node.attributes = {
                key: self._child(item, f"{path}.{key[1]}") for key, item in class_attributes(value).items()
            }
        else:
            self._copy(value, node, path)
        if kind in WITH_ATTRIBUTES:
            for key, item in attributes(value).items():
                node.attributes[key] = self._child(item, f"{path}.{key[1]}")

    def _copy(self, value: Any, node: Node, path: str) -> None:
        """Take what holds numbers rather than objects."""
        match node.kind:
            case "array":
                node.content = _copied(value)
                if owner(value) is not value:
                    self._foreign.append((value, node))
            case "foreign":
                node.content = _copied(value)
                self._foreign.append((value, node))
            case "view":
                held = owner(value)
                node.content = (self._child(held, f"{path}.base"), view_of(value, held))
            case "objects":
                items = [self._child(item, f"{path}.flat[{i}]") for i, item in enumerate(value.ravel())]
                node.content = (value.shape, items)
            case "file":
                node.content = (value.shape, value.dtype)
            case "buffer":
                node.content = (read_buffer(value), pickle.dumps(value) if _can_be_new(value) else None)
            case "tensor":
                node.content = read_tensor(value)
                if value.device.type == "cpu":
                    self._foreign.append((value.detach().numpy(), node))
            case "generator":
                node.content = generator_state(value)
                source = id(getattr(value, "bit_generator", getattr(value, "_bit_generator", value)))
                other = self._sources.setdefault(source, node)
                node.shared = other.shared = other is not node
            case "MjModel" | "MjData":
                node.content = simulator.capture(node.kind, value)
            case "fixed":
                node.content = getattr(value, "__qualname__", type(value).__qualname__)
            case "pickled":
                node.content = _pickled(value)

    def _settle(self) -> None:
        """Tell memory of the simulator from memory that others own, once all simulators are known."""
        regions = [
            (*extent(array), i, part)
            for i, node in enumerate(self._nodes)
            if node.kind in simulator.KINDS
            for part, array in simulator.arrays(node.kind, self._alive[i])
        ]
        spans: list[tuple[int, int, Node]] = []
        for value, node in self._foreign:
            low, high = extent(value)
            place = next(((i, part, low - a) for a, b, i, part in regions if a <= low and high <= b), None)
            if place is not None and node.kind == "foreign":
                node.kind, node.content = "borrowed", (*place, value.shape, value.strides, value.dtype)
                continue
            if value.size:
                spans.append((low, high, node))
        for i, (low, high, one) in enumerate(spans):
            for a, b, other in spans[:i]:
                if a < high and low < b:
                    one.shared = other.shared = True


def _copied(value: np.ndarray) -> np.ndarray:
    copy = np.array(value, copy=True)
    copy.flags.writeable = value.flags.writeable
    return copy


def _pickled(value: Any) -> bytes:
    """A value with all that is inside of it, which must be nobody else's.

    Raises:
        Unresumable: it holds an object that others may hold too.
    """

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> None:
            inside = "atom" if obj is value or is_atom(obj) else kind_of(obj)
            if inside not in ("atom", *VALUE_PARTS) or is_tensor(obj):
                raise Unresumable(f"a {type_name(type(value))} that holds a {type_name(type(obj))}")

    file = io.BytesIO()
    Pickler(file).dump(value)
    return file.getvalue()


def _can_be_new(value: Any) -> bool:
    """Whether a buffer is memory of its own, and so can be made anew."""
    try:
        pickle.dumps(value)
    except Exception:
        return False
    return True


def _part(kind: str, place: int) -> str:
    if kind == "function":
        return ("defaults", "keyword defaults", "attributes")[place] if place < 3 else f"variable {place - 3}"
    names = {"method": ("function", "object"), "partial": ("function", "arguments", "keywords", "attributes")}
    return names.get(kind, ("object",))[place]


def _refusal(value: Any, path: str, error: Exception) -> Unresumable:
    """The error that names the place; as it is where it names one inside."""
    if isinstance(error, Unresumable):
        return error if str(error).startswith(path) else Unresumable(f"{path} is {error}")
    try:
        what = f"a {type(value).__module__}.{type(value).__qualname__}"
    except Exception:  # a class that hides even that
        what = "an object"
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Unresumable(f"{path} is {what}, whose state cannot be saved ({reason})")
