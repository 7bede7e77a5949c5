"""TensorRT: an engine in half precision, built from the ONNX graph on the GPU that will play it.

An engine belongs to one version of TensorRT and one kind of GPU. It holds no metadata: keep the ONNX file beside it.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.exporter import Act, Subject
from mjbench.errors import MjbenchError
from mjbench_export.mlp import INPUT, OUTPUT, perceptron
from mjbench_export.onnx import onnx_bytes

LARGEST_BATCH = 4096
TYPICAL_BATCH = 64
WORKSPACE = 2**28
"""Bytes that building may use on the GPU."""


class TensorRtExporter:
    """See ``mjbench.api.exporter.Exporter``."""

    suffix = ".engine"
    tolerance = 2e-2
    """Half precision has 11 bits; layers add up what they round."""

    def export(self, subject: Subject, path: Path) -> None:
        """See ``mjbench.api.exporter.Exporter``."""
        perceptron(subject)
        require()
        path.write_bytes(_build(onnx_bytes(subject), subject.observation_size))

    def load(self, path: Path) -> Act:
        """See ``mjbench.api.exporter.Exporter``."""
        require()
        return _player(path.read_bytes())


def require() -> None:
    """Refuse where an engine cannot be built.

    Raises:
        MjbenchError: names everything that is missing.
    """
    packages = [name for name in ("tensorrt", "onnx", "torch") if find_spec(name) is None]
    missing = [f"the package {name} (pip install {name})" for name in packages]
    if "torch" not in packages:
        import torch

        if not torch.cuda.is_available():
            missing.append(f"an NVIDIA GPU that torch can use (torch {torch.__version__} sees none)")
    else:
        missing.append("an NVIDIA GPU")
    if missing:
        raise MjbenchError(f"--format tensorrt needs {', and '.join(missing)}")


def _build(graph: bytes, observation_size: int) -> bytes:
    """The engine, for batches from 1 to ``LARGEST_BATCH``."""
    trt: Any = import_module("tensorrt")

    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(0)
    parser = trt.OnnxParser(network, logger)
    if not parser.parse(graph):
        raise MjbenchError(f"TensorRT cannot read the graph: {parser.get_error(0).desc()}")
    config = builder.create_builder_config()
    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, WORKSPACE)
    config.set_flag(trt.BuilderFlag.FP16)
    profile = builder.create_optimization_profile()
    shapes = [(batch, observation_size) for batch in (1, TYPICAL_BATCH, LARGEST_BATCH)]
    profile.set_shape(INPUT, *shapes)
    config.add_optimization_profile(profile)
    engine = builder.build_serialized_network(network, config)
    if engine is None:
        raise MjbenchError("TensorRT cannot build an engine of this policy")
    return bytes(engine)


def _player(engine_bytes: bytes) -> Act:
    trt: Any = import_module("tensorrt")
    import torch

    runtime = trt.Runtime(trt.Logger(trt.Logger.ERROR))
    engine: Any = runtime.deserialize_cuda_engine(engine_bytes)
    if engine is None:
        raise MjbenchError("TensorRT cannot read the engine: another version, or another GPU")
    context = engine.create_execution_context()
    stream = torch.cuda.Stream()

    def act(observation: np.ndarray) -> np.ndarray:
        rows = [observation[first : first + LARGEST_BATCH] for first in range(0, len(observation), LARGEST_BATCH)]
        return np.concatenate([_run(row) for row in rows])

    def _run(observation: np.ndarray) -> np.ndarray:
        with torch.cuda.stream(stream):
            given = torch.from_numpy(np.ascontiguousarray(observation, np.float32)).cuda()
            context.set_input_shape(INPUT, tuple(given.shape))
            taken = torch.empty(tuple(context.get_tensor_shape(OUTPUT)), dtype=torch.float32, device="cuda")
            context.set_tensor_address(INPUT, given.data_ptr())
            context.set_tensor_address(OUTPUT, taken.data_ptr())
            if not context.execute_async_v3(stream.cuda_stream):
                raise MjbenchError("TensorRT failed to run the engine")
            answer = taken.cpu()
        stream.synchronize()
        return answer.numpy()

    # what made the engine must live as long as it: a runtime that is collected takes it along
    act.runtime = runtime  # pyright: ignore[reportFunctionMemberAccess]
    return act


TENSORRT = TensorRtExporter()
