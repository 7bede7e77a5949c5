"""Whose memory an array is: its own, that of another object, or a simulator's."""

import array
import ctypes
import mmap
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from mjbench.snapshot.mujoco_state import Unresumable

POINTERS = (ctypes._Pointer, ctypes._CFuncPtr, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_wchar_p)  # pyright: ignore
BUFFERS = (bytearray, array.array, mmap.mmap, ctypes.Array, ctypes.Structure, ctypes.Union, ctypes._SimpleCData)
"""Objects whose state is the bytes of their buffer."""


@dataclass(frozen=True)
class View:
    """How an array lies in its owner's memory."""

    offset: int
    """Bytes from the owner's first to the array's first element."""
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype[Any]
    writeable: bool


def is_tensor(value: Any) -> bool:
    """Whether ``value`` is a tensor of torch; imports nothing."""
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(type(value), getattr(torch, "Tensor", ()))


def owner(value: np.ndarray) -> Any:
    """The object at the end of the chain of bases: ``value`` itself where the memory is its own."""
    base: Any = value
    while True:
        below = base.base if isinstance(base, np.ndarray) else base.obj if isinstance(base, memoryview) else None
        if below is None:
            return base
        base = below


def array_kind(value: np.ndarray) -> str:
    """How to treat an array of numbers: ``array`` by value, ``view`` of an object that is captured with it,
    ``foreign`` where the simulator may own it, ``file`` for one that a file backs and nobody can write.

    Raises:
        Unresumable: nothing is known of the owner.
    """
    held = owner(value)
    if isinstance(held, np.ndarray):
        if held.base is not None or not (held.flags.owndata or held.size == 0):
            raise Unresumable("an array whose memory has no known owner")
        return "array" if held is value or held.dtype.hasobject else "view"
    if isinstance(held, mmap.mmap) and not value.flags.writeable:
        return "file"
    if isinstance(held, bytes):
        return "array"
    if isinstance(held, BUFFERS) or is_tensor(held):
        return "view"
    if type(held).__name__ == "PyCapsule":
        return "foreign"
    # Compiled code of numba frees such memory with its last array, and only arrays can reach it.
    if type(held).__module__ in ("_nrt_python", "jaxlib._jax"):
        return "array"
    raise Unresumable(f"an array whose memory a {type(held).__module__}.{type(held).__qualname__} owns")


def view_of(value: np.ndarray, held: Any) -> View:
    """How ``value`` lies in the memory of ``held``."""
    place = View(address(value) - address(held), value.shape, value.strides, value.dtype, value.flags.writeable)
    if not 0 <= place.offset <= len(_bytes(held)):
        raise Unresumable("an array that lies outside of its owner's memory")
    return place


def make_view(held: Any, place: View) -> np.ndarray:
    """The array that lies so in the memory of ``held``."""
    made = np.ndarray(place.shape, place.dtype, _bytes(held), place.offset, place.strides)
    if not place.writeable:
        made.flags.writeable = False
    return made


def address(held: Any) -> int:
    """Where the memory of an array, a buffer or a tensor begins."""
    if isinstance(held, np.ndarray):
        return held.__array_interface__["data"][0]
    return held.data_ptr() if is_tensor(held) else address(_bytes(held))


def extent(value: np.ndarray) -> tuple[int, int]:
    """First byte of an array, and one past its last."""
    return np.lib.array_utils.byte_bounds(value)


def read_buffer(value: Any) -> bytes:
    """The bytes of one of ``BUFFERS``.

    Raises:
        Unresumable: they are addresses.
    """
    if isinstance(value, POINTERS) or getattr(value, "_objects", None):
        raise Unresumable(f"a {type(value).__qualname__} that holds addresses")
    return bytes(memoryview(value).cast("B"))


def write_buffer(value: Any, content: bytes) -> None:
    """Inverse of ``read_buffer``, in place; a ``bytearray`` or ``array`` takes any length."""
    if isinstance(value, bytearray) and len(value) != len(content):
        value[:] = content
        return
    if isinstance(value, array.array) and len(value) * value.itemsize != len(content):
        del value[:]
        value.frombytes(content)
        return
    memoryview(value).cast("B")[:] = content


def read_tensor(value: Any) -> Any:
    """A copy of a tensor's numbers, on the processor.

    Raises:
        Unresumable: it is part of a graph of gradients, or no plain array of numbers.
    """
    if value.grad_fn is not None or value.grad is not None:
        raise Unresumable("a tensor that is part of a graph of gradients")
    if str(value.layout) != "torch.strided":
        raise Unresumable(f"a tensor of the layout {value.layout}")
    return value.detach().cpu().clone()


def _bytes(held: Any) -> np.ndarray:
    """All of the memory, (B,) uint8, not copied."""
    if is_tensor(held):
        held = held.detach().numpy()
    if isinstance(held, np.ndarray):
        flat = held if held.flags.c_contiguous else held.T
        if not flat.flags.c_contiguous:
            raise Unresumable("an array whose owner is not in one piece")
        return flat.reshape(-1).view(np.uint8)
    return np.frombuffer(held, np.uint8)
