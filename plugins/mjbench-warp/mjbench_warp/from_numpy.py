"""The reference's own formulas, computed by torch: the same source, with another ``np``.

Rewards, observations, gaits and scores of ``mjbench_legged`` are plain functions of arrays. Here their module is loaded
once more, and what it calls ``np`` is replaced by a namespace of the same functions for tensors. So no formula is
written twice, and the reference computes what it always did. Tests hold every function to the original.
"""

import importlib.util
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor


def _alike(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function with the same bits wherever a number stands in its tensor.

    On a CPU torch computes the last numbers of a tensor with other instructions than the rest, so that they may differ
    in the last bit, and with them 8 worlds from the first 8 of 64. In double precision that bit is rounded away.
    """

    def computed(*arguments: Tensor) -> Tensor:
        if arguments[0].device.type != "cpu":
            return function(*arguments)
        return function(*(argument.double() for argument in arguments)).float()

    return computed


class TorchNumpy:
    """Those functions of numpy that the formulas use, for tensors on one device.

    Args:
        device: of the tensors that it makes.
    """

    ndarray, float32 = Tensor, torch.float32
    pi = np.pi
    exp, sin, cos = (staticmethod(_alike(each)) for each in (torch.exp, torch.sin, torch.cos))
    hypot, arctan2 = (staticmethod(_alike(each)) for each in (torch.hypot, torch.arctan2))
    square, abs = staticmethod(torch.square), staticmethod(torch.abs)
    where, zeros_like = staticmethod(torch.where), staticmethod(torch.zeros_like)

    def __init__(self, device: torch.device) -> None:
        self._device = device

    def zeros(self, shape: Any, dtype: Any = torch.float32) -> Tensor:
        """As ``numpy.zeros``, in single precision."""
        return torch.zeros(shape, dtype=dtype, device=self._device)

    def ones(self, shape: Any, dtype: Any = torch.float32) -> Tensor:
        """As ``numpy.ones``, in single precision."""
        return torch.ones(shape, dtype=dtype, device=self._device)

    @staticmethod
    def minimum(one: Tensor, other: Tensor | float) -> Tensor:
        """As ``numpy.minimum``."""
        return torch.minimum(one, other) if isinstance(other, Tensor) else one.clamp(max=other)

    @staticmethod
    def maximum(one: Tensor, other: Tensor | float) -> Tensor:
        """As ``numpy.maximum``."""
        return torch.maximum(one, other) if isinstance(other, Tensor) else one.clamp(min=other)

    @staticmethod
    def stack(parts: Any, axis: int = 0) -> Tensor:
        """As ``numpy.stack``."""
        return torch.stack(tuple(parts), dim=axis)

    @staticmethod
    def concatenate(parts: Any, axis: int = 0, dtype: Any = torch.float32, casting: str = "") -> Tensor:
        """As ``numpy.concatenate``."""
        return torch.cat([part.to(dtype) for part in parts], dim=axis)


@cache
def module(name: str, device: torch.device) -> ModuleType:
    """The module, loaded once more, whose functions take and give tensors."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module {name}")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    loaded.__dict__["np"] = TorchNumpy(device)
    return loaded


def function(original: Callable[..., Any], device: torch.device) -> Callable[..., Any]:
    """A function of a module, for tensors."""
    return getattr(module(original.__module__, device), original.__name__)


def instance(original: Any, device: torch.device) -> Any:
    """A frozen dataclass, whose methods take and give tensors."""
    kind = type(original)
    return getattr(module(kind.__module__, device), kind.__qualname__)(**vars(original))
