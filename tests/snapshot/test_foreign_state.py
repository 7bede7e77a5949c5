"""State that is not in plain attributes: memory that others own, and whatever hides behind what can be called."""

import array
import collections
import ctypes
import functools
import itertools
import mmap
import multiprocessing.shared_memory
import pickle
import random
import sys
import threading
import types
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mjbench.snapshot.mujoco_state import Unresumable
from mjbench.snapshot.object_state import capture, restore

mujoco = pytest.importorskip("mujoco")
XML = '<mujoco><worldbody><body><joint type="slide"/><geom size="1"/></body></worldbody></mujoco>'


class Holder:
    """Holds whatever it is given."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Low:
    """A filter with memory."""

    def __init__(self, value: float) -> None:
        self.value = value

    def apply(self, number: float) -> float:
        self.value = 0.5 * self.value + number
        return self.value


class Counted:
    """Its class counts."""

    total = 0
    seen: list[int] = []

    def count(self) -> int:
        Counted.total += 1
        Counted.seen.append(Counted.total)
        return Counted.total


class Ordered(collections.OrderedDict[str, Any]):
    """A dictionary of a class of its own."""


def moved(make: Callable[[float], Any]) -> Any:
    """The state of ``make(1.0)`` in what ``make(5.0)`` built."""
    return carried(make(1.0), make(5.0))


def carried(old: Any, new: Any) -> Any:
    restore(new, pickle.loads(pickle.dumps(capture(old))))
    return new


def over_bytearray(value: float) -> Any:
    memory = bytearray(np.full(2, value).tobytes())
    return Holder(memory=memory, x=np.frombuffer(memory))


def over_array(value: float) -> Any:
    memory = array.array("d", [value, value])
    return Holder(x=np.frombuffer(memoryview(memory)), memory=memory)


def over_ctypes(value: float) -> Any:
    memory = (ctypes.c_double * 2)(value, value)
    return Holder(x=np.ctypeslib.as_array(memory), memory=memory)


def over_mmap(value: float) -> Any:
    memory = mmap.mmap(-1, 16)
    x = np.frombuffer(memory)
    x[:] = value
    return Holder(x=x, memory=memory)


def of_numba(value: float) -> Any:
    numba = pytest.importorskip("numba")
    return Holder(x=numba.njit(lambda x: x * 1.0)(np.full(2, value)))


def of_torch(value: float) -> Any:
    torch = pytest.importorskip("torch")
    tensor = torch.full((2,), value, dtype=torch.float64)
    return Holder(memory=tensor, x=tensor.numpy())


MEMORY = [over_bytearray, over_array, over_ctypes, over_mmap, of_numba, of_torch]


@pytest.mark.parametrize("make", MEMORY)
def test_memory_that_others_own_is_saved_by_value(make: Callable[[float], Any]) -> None:
    new = moved(make)
    assert new.x.tolist() == [1.0, 1.0]
    if hasattr(new, "memory"):
        new.x[0] = 7.0
        assert np.asarray(new.memory).view(np.float64)[0] == 7.0, "they do not share their memory any more"


@pytest.mark.parametrize("make", [over_bytearray, over_array])
def test_memory_is_still_shared_where_it_is_made_anew(make: Callable[[float], Any]) -> None:
    new = carried(make(1.0), Holder())
    new.x[0] = 7.0
    assert np.asarray(new.memory).view(np.float64).tolist() == [7.0, 1.0]


def test_views_made_anew_share_their_owner() -> None:
    def make(value: float) -> Any:
        whole = np.full((3, 4), value)
        return Holder(tail=whole[1:, ::-2], whole=whole, column=np.asfortranarray(whole).T[2])

    new = carried(make(1.0), Holder())
    new.whole[1, 3] = 9.0
    assert new.tail.tolist() == [[9.0, 1.0], [1.0, 1.0]]


def test_only_memory_of_a_captured_simulator_is_borrowed() -> None:
    def make(value: float) -> Any:
        data = mujoco.MjData(mujoco.MjModel.from_xml_string(XML))
        data.qpos[:] = value
        stray = mujoco.MjData(mujoco.MjModel.from_xml_string(XML))
        stray.qpos[:] = value
        return Holder(data=data, position=data.qpos[:], stray=stray.qpos)

    new = moved(make)
    assert (new.position[0], new.stray[0]) == (1.0, 1.0)
    new.data.qpos[0] = 3.0
    assert new.position[0] == 3.0


def test_a_view_of_another_part_of_the_simulator_is_refused() -> None:
    def make(name: str) -> Any:
        data = mujoco.MjData(mujoco.MjModel.from_xml_string(XML))
        return Holder(data=data, view=getattr(data, name))

    with pytest.raises(Unresumable, match="another part of the simulator"):
        carried(make("qpos"), make("qvel"))


def test_a_number_that_was_copied_does_not_land_in_the_simulator() -> None:
    def make(copied: bool) -> Any:
        data = mujoco.MjData(mujoco.MjModel.from_xml_string(XML))
        return Holder(data=data, x=data.qpos + 5.0 if copied else data.qpos)

    new = carried(make(True), make(False))
    assert (new.x[0], new.data.qpos[0]) == (5.0, 0.0)


def closure(value: float) -> Any:
    table = {"k": value}
    return Holder(call=lambda: table["k"])


def nonlocal_counter(value: float) -> Any:
    def call() -> float:
        nonlocal value
        value += 1
        return value

    return Holder(call=call, other=lambda: value)


def default_argument(value: float) -> Any:
    def call(memory: list[float] = [value]) -> float:  # noqa: B006
        memory[0] += 1
        return memory[0]

    return Holder(call=call)


def function_attribute(value: float) -> Any:
    def call() -> float:
        call.calls += 1  # pyright: ignore[reportFunctionMemberAccess]
        return call.calls  # pyright: ignore[reportFunctionMemberAccess]

    call.calls = value  # pyright: ignore[reportFunctionMemberAccess]
    return Holder(call=call)


CALLABLES = {
    "bound method": lambda value: Holder(call=functools.partial(Low(value).apply, 1.0)),
    "method of another object": lambda value: Holder(call=Low(value).apply, arguments=(1.0,)),
    "builtin of a list": lambda value: Holder(call=[value, 2.0].pop),
    "builtin of a generator": lambda value: Holder(call=np.random.default_rng(int(value)).normal),
    "partial over a list": lambda value: Holder(call=functools.partial(list.pop, [value, value])),
    "partial with keywords": lambda value: Holder(call=functools.partial(dict, k=[value])),
    "closure over a dictionary": closure,
    "nonlocal variable": nonlocal_counter,
    "default argument": default_argument,
    "attribute of a function": function_attribute,
    "count": lambda value: Holder(call=itertools.count(int(value)).__next__),
}


@pytest.mark.parametrize("make", CALLABLES.values(), ids=CALLABLES)
def test_state_behind_what_can_be_called(make: Callable[[float], Any]) -> None:
    def calls(thing: Any) -> list[Any]:
        return [thing.call(*getattr(thing, "arguments", ())) for _ in range(2)]

    old, new = make(1.0), make(5.0)
    assert calls(make(1.0)) != calls(make(5.0)), "the case tells nothing"
    carried(old, new)
    assert calls(new) == calls(old)


def test_a_variable_that_two_functions_share_stays_shared() -> None:
    new = moved(nonlocal_counter)
    assert (new.call(), new.other()) == (2.0, 2.0)


def test_a_method_goes_on_with_the_object_that_others_hold() -> None:
    def make(value: float) -> Any:
        low = Low(value)
        return Holder(call=low.apply, low=low, weak=weakref.ref(low), proxy=weakref.proxy(low))

    new = moved(make)
    new.call(1.0)
    assert new.low.value == new.weak().value == new.proxy.value == 1.5


def test_attributes_of_classes_are_state() -> None:
    counted = Counted()
    counted.count()
    saved = pickle.dumps(capture(Holder(counted=counted)))
    before = (Counted.total, list(Counted.seen))
    counted.count()
    restore(Holder(counted=Counted()), pickle.loads(saved))
    assert (Counted.total, Counted.seen) == before


def test_containers_of_every_kind_where_the_fresh_one_has_none() -> None:
    old: Any = Holder(
        ordered=Ordered(b=1, a=[2]),
        queue=collections.deque([1, 2], maxlen=3),
        space=types.SimpleNamespace(a=[1]),
        objects=np.array([[1], {"a": 2}], dtype=object),
    )
    new = carried(old, Holder())
    assert new.ordered == old.ordered
    assert type(new.ordered) is Ordered
    assert new.queue == old.queue
    assert new.queue.maxlen == 3
    assert new.space.a == [1]
    assert new.objects.tolist() == old.objects.tolist()


def test_a_module_of_torch_is_filled_in_place() -> None:
    torch = pytest.importorskip("torch")

    def make(value: float) -> Any:
        module = torch.nn.BatchNorm1d(2)
        torch.nn.init.constant_(module.weight, value)
        module.running_mean[:] = value
        return Holder(module=module, weight=module.weight)

    new = moved(make)
    assert new.module.weight.tolist() == new.module.running_mean.tolist() == [1.0, 1.0]
    assert new.weight is new.module.weight


def held_lock() -> Any:
    lock = threading.Lock()
    lock.acquire()
    return lock


def typed_list() -> Any:
    numba = pytest.importorskip("numba")
    return numba.typed.List([1.0])


def graph_of_gradients() -> Any:
    torch = pytest.importorskip("torch")
    return torch.ones(1, requires_grad=True) * 2


REFUSED = {
    "generator object": lambda _: (n for n in range(3)),
    "SystemRandom": lambda _: random.SystemRandom(),
    "shared memory": lambda _: object.__new__(multiprocessing.shared_memory.SharedMemory),
    "thread": lambda _: threading.Thread(),
    "file": lambda _: sys.__stdout__,
    "memmap": lambda path: np.memmap(path / "map", np.float64, "w+", shape=(2,)),
    "masked array": lambda _: np.ma.zeros(2),
    "held lock": lambda _: held_lock(),
    "pointer": lambda _: ctypes.pointer(ctypes.c_int(1)),
    "iterator over a list": lambda _: iter([1, [2]]),
    "cycle": lambda _: itertools.cycle([[1]]),
    "typed list of numba": lambda _: typed_list(),
    "graph of gradients": lambda _: graph_of_gradients(),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_seen_is_refused_by_name(make: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(Unresumable, match=r"Holder\.inner\.thing"):
        capture(Holder(inner=Holder(thing=make(tmp_path))))


def test_a_class_without_a_module_is_refused_not_a_crash() -> None:
    kind = eval("type('NoModule', (), {})", {})
    assert not hasattr(kind, "__module__")
    with pytest.raises(Unresumable, match=r"Holder\.thing"):
        capture(Holder(thing=kind()))


def test_a_read_only_file_of_numbers_stays_as_built(tmp_path: Path) -> None:
    np.arange(4.0).tofile(tmp_path / "motion")

    def make(_: float) -> Any:
        return Holder(motion=np.memmap(tmp_path / "motion", np.float64, "r"))

    new = make(0.0)
    motion = new.motion
    assert carried(make(0.0), new).motion is motion


def test_a_weak_reference_with_a_callback_is_not_made_anew() -> None:
    low = Low(1.0)
    with pytest.raises(Unresumable, match="lacks a ReferenceType"):
        carried(Holder(low=low, weak=weakref.ref(low, print)), Holder(low=Low(2.0), weak=weakref.ref(Low, print)))
