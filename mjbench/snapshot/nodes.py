"""A capture: one node for each object, with what it holds."""

from dataclasses import dataclass, field
from typing import Any


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
    shared: bool = False
    """Whether its memory is also another object's, so that a new one in its place would be wrong."""


@dataclass
class Capture:
    """State of everything that one object reaches; can be pickled."""

    root: Any
    nodes: list[Node]
    classes: dict[str, Ref]
    """``module:name`` of each class whose own attributes were captured."""
