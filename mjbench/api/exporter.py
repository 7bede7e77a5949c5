"""What an exporter must offer: a policy in another format, for use outside mjbench."""

from pathlib import Path
from typing import Protocol

from mjbench.api.policy import Policy
from mjbench.spec.task import TaskSpec


class Exporter(Protocol):
    """Writes policies in one format. An entry point of the group ``mjbench.exporters`` names an object of this shape.

    Import the library that writes the format in ``export`` and not with the module, which is imported to list plugins.
    """

    def export(self, policy: Policy, task: TaskSpec, folder: Path) -> list[Path]:
        """Write ``policy`` into ``folder``, which exists.

        Args:
            policy: a trained policy; most are a ``mjbench.policies.mlp.MlpPolicy``, with its layers as arrays.
            task: what it was trained on.
            folder: where to.

        Returns:
            The files that were written.

        Raises:
            MjbenchError: the format cannot hold this policy; the message says why.
        """
        ...
