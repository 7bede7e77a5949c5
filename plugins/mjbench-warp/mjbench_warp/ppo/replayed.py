"""Functions of tensors that stay in place: replayed as CUDA graphs on a GPU, called as they are on a CPU."""

from collections.abc import Callable

import torch

WARM_UP = 3
"""Calls before a function is captured: libraries set themselves up in the first ones."""


class Replayed:
    """Calls a function; on a GPU it is captured once, and from then on replayed by one launch.

    The function reads and writes the same tensors in each call, reads nothing back from the device, and draws no random
    numbers. The first calls are executed as they are and count like all others, so no state has to be put back.

    Args:
        function: what to call.
        device: of its tensors.
    """

    def __init__(self, function: Callable[[], None], device: torch.device) -> None:
        self._function, self._device = function, device
        self._calls = 0
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        """Call it once."""
        if self._device.type != "cuda":
            self._function()
        elif self._graph is not None:
            self._graph.replay()
        elif self._calls < WARM_UP:
            self._calls += 1
            self._aside()
        else:
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._function()
            self._graph.replay()

    def _aside(self) -> None:
        """On a stream of its own, as what is captured must have been before."""
        stream = torch.cuda.Stream(self._device)
        stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(stream):
            self._function()
        torch.cuda.current_stream(self._device).wait_stream(stream)
