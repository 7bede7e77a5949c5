"""State taken out of live objects and put back into fresh ones, with all that they share."""

import collections
import pickle
import random
import threading
from typing import Any

import numpy as np
import pytest

from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore


class _Thing:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


Thing: Any = _Thing


class Slotted:
    __slots__ = ("__hidden", "value")

    def __init__(self) -> None:
        self.__hidden = 1

    def touch(self, number: int) -> int:
        self.__hidden, before = number, self.__hidden
        return before


class Guarded(_Thing):
    def __setattr__(self, name: str, value: Any) -> None:
        raise TypeError("frozen")

    def __getattr__(self, name: str) -> Any:
        return 7


def carried_over(old: Any, new: Any) -> Any:
    restore(new, pickle.loads(pickle.dumps(capture(old))))
    return new


def test_values_of_every_kind() -> None:
    values = {
        "atoms": [1, 2.5, None, True, "x", b"y", np.float32(3)],
        "tuple": (1, [2], {"k": 3}),
        "set": {1, 2},
        "deque": collections.deque([1, 2, 3]),
        "array": np.arange(6.0).reshape(2, 3),
        "objects": np.array([{"a": 1}], dtype=object),
        "range": range(3),
    }
    new = carried_over(Thing(**values), Thing(gone=1))
    assert vars(new).keys() == values.keys()
    for name, value in values.items():
        assert (
            np.array_equal(getattr(new, name), value) if isinstance(value, np.ndarray) else getattr(new, name) == value
        )


def test_objects_of_the_fresh_one_are_kept_and_filled() -> None:
    def make(value: float) -> Any:
        array = np.full(4, value)
        return Thing(array=array, view=array[1:], child=Thing(x=value), items=[value])

    new = make(0.0)
    array, view, child, items = new.array, new.view, new.child, new.items
    carried_over(make(5.0), new)
    assert new.array is array
    assert new.view is view
    assert new.child is child
    assert new.items is items
    array[1] = 9.0
    assert view[0] == 9.0
    assert (child.x, items) == (5.0, [5.0])


def test_what_is_shared_stays_shared_and_what_is_not_is_not() -> None:
    shared = Thing(n=1)
    old = Thing(a=shared, b=shared, c=Thing(n=2), d=Thing(n=3))
    once = Thing(n=0)
    new = carried_over(old, Thing(a=once, b=Thing(n=0), c=once, d=once))
    assert new.a is new.b
    assert (new.a.n, new.c.n, new.d.n) == (1, 2, 3)


def test_cycles() -> None:
    def make(n: int) -> Any:
        a, b = Thing(n=n), Thing()
        a.b, b.a, b.pair = b, a, (a, [b])
        return a

    new = carried_over(make(4), make(0))
    assert new.b.a is new
    assert new.b.pair[0] is new
    assert new.b.pair[1][0] is new.b
    assert new.n == 4


def test_slots_private_names_and_guarded_attributes() -> None:
    old, new = Slotted(), Slotted()
    old.touch(5)
    new.value = 3
    carried_over(old, new)
    assert new.touch(0) == 5
    assert not hasattr(new, "value")
    assert vars(carried_over(Guarded(a=1), Guarded(a=2, b=3))) == {"a": 1}


@pytest.mark.parametrize(
    ("make", "draw"),
    [
        (np.random.default_rng, lambda rng: rng.normal()),
        (np.random.RandomState, lambda rng: rng.normal()),
        (random.Random, lambda rng: rng.gauss(0, 1)),
        (np.random.MT19937, lambda rng: rng.random_raw()),
        (lambda seed: np.random.Generator(np.random.MT19937(seed)), lambda rng: rng.normal()),
    ],
)
def test_generators_go_on_where_they_were(make: Any, draw: Any) -> None:
    old, new = Thing(rng=make(1)), Thing(rng=make(2))
    draw(old.rng)
    rng = new.rng
    carried_over(old, new)
    assert new.rng is rng
    assert [draw(new.rng) for _ in range(3)] == [draw(old.rng) for _ in range(3)]


def test_another_kind_of_generator_is_made_anew() -> None:
    old = Thing(rng=np.random.Generator(np.random.MT19937(1)), plain=random.Random(3))
    new = carried_over(old, Thing(rng=np.random.default_rng(2)))
    assert new.rng.normal() == old.rng.normal()
    assert new.plain.random() == old.plain.random()


def test_generators_that_share_their_source_of_bits_are_not_made_apart() -> None:
    def make(seed: int) -> Any:
        bits = np.random.PCG64(seed)
        return Thing(one=np.random.Generator(bits), other=np.random.Generator(bits))

    old = make(1)
    new = carried_over(old, make(2))
    assert [new.one.random(), new.other.random()] == [old.one.random(), old.other.random()]
    with pytest.raises(Unresumable, match="lacks"):
        carried_over(old, Thing())


def test_functions_and_locks_stay_as_built() -> None:
    new = Thing(act=test_cycles, lock=threading.Lock())
    lock = new.lock
    carried_over(Thing(act=test_cycles, lock=threading.Lock()), new)
    assert new.lock is lock
    other = Thing(act=test_slots_private_names_and_guarded_attributes)
    assert carried_over(Thing(act=test_cycles), other).act is test_cycles


def test_what_cannot_be_saved_is_refused_by_name() -> None:
    with pytest.raises(Unresumable, match=r"Thing\.child\.items\[1\] is a builtins\.generator"):
        capture(Thing(child=Thing(items=[0, (n for n in range(3))])))


def test_deep_structures() -> None:
    def make(value: int) -> Any:
        root = node = Thing()
        for _ in range(5000):
            node.next = Thing()
            node = node.next
        node.value = value
        return root

    node = carried_over(make(3), make(0))
    while hasattr(node, "next"):
        node = node.next
    assert node.value == 3
