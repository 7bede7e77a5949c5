"""What an exporter must offer: a policy in another format, for use outside mjbench."""

from __future__ import annotations  # numpy only describes arrays here; listing plugins need not import it

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mjbench.api.policy import Policy

if TYPE_CHECKING:
    import numpy as np

Act = Callable[["np.ndarray"], "np.ndarray"]
"""observation (N, observation size) -> action (N, action size), both float32."""


@dataclass(frozen=True)
class Subject:
    """A policy, and what its file should say of it."""

    policy: Policy
    """Most are a ``mjbench.policies.mlp.MlpPolicy``, with its layers as arrays."""
    observation_size: int
    action_size: int
    metadata: Mapping[str, str]
    """Texts by name, for formats that can hold them: task, run id, meaning of the numbers; see docs/export.md."""


class Exporter(Protocol):
    """Writes policies in one format. An entry point of the group ``mjbench.exporters`` names an object of this shape.

    ``mjbench export --format NAME`` chooses it. Import the library that writes the format in ``export`` and not with
    the module, which is imported to list plugins. An exporter may also have:

    - ``needs``, a mapping from modules to the packages that bring them, ``{"onnx": "onnx"}``: where one is not
      installed, ``mjbench export`` says so before it writes anything.
    - ``load(path) -> Act``, which plays what ``export`` wrote, on one thread. mjbench then compares it with the policy,
      and the file appears under its name only where they agree.
    - ``tolerance``, the largest difference from the policy's actions that is allowed, 1e-5 by default.
    """

    suffix: str
    """Of the files it writes: ``.onnx``."""

    def export(self, subject: Subject, path: Path) -> None:
        """Write the policy to ``path``, which does not exist.

        Raises:
            MjbenchError: the format cannot hold this policy, or something is missing; the message says what.
        """
        ...
