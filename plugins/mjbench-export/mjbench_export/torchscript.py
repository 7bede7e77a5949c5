"""TorchScript: ``torch.jit.load`` plays it, in Python and with libtorch in C++."""

import json
import warnings
from pathlib import Path

import numpy as np

from mjbench.api.exporter import Act, Subject
from mjbench_export.mlp import perceptron

METADATA = "metadata.json"
"""Extra file inside of the archive."""


class TorchScriptExporter:
    """See ``mjbench.api.exporter.Exporter``."""

    suffix = ".pt"
    needs = {"torch": "torch"}

    def export(self, subject: Subject, path: Path) -> None:
        """See ``mjbench.api.exporter.Exporter``."""
        import torch

        from mjbench_export.modules import module

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer versions advise other formats
            scripted = torch.jit.script(module(perceptron(subject)).eval())
            scripted.save(str(path), _extra_files={METADATA: json.dumps(dict(subject.metadata), indent=1)})

    def load(self, path: Path) -> Act:
        """See ``mjbench.api.exporter.Exporter``."""
        import torch

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            policy = torch.jit.load(str(path))

        def act(observation: np.ndarray) -> np.ndarray:
            if torch.get_num_threads() != 1:
                torch.set_num_threads(1)
            with torch.inference_mode():
                return policy(torch.from_numpy(observation)).numpy()

        return act


TORCHSCRIPT = TorchScriptExporter()
