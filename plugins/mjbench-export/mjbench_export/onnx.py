"""ONNX: the graph is built from the policy's arrays, so the same policy gives the same bytes, and torch is not needed.

Operators of opset 13 and the format of 2021 (IR 7), which every onnxruntime from 1.7 on reads.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.api.exporter import Act, Subject
from mjbench.policies.mlp import MlpPolicy
from mjbench_export.mlp import INPUT, OUTPUT, perceptron

OPSET, IR = 13, 7
ACTIVATIONS = {"tanh": "Tanh", "relu": "Relu", "elu": "Elu"}


class OnnxExporter:
    """See ``mjbench.api.exporter.Exporter``."""

    suffix = ".onnx"
    needs = {"onnx": "onnx", "onnxruntime": "onnxruntime"}

    def export(self, subject: Subject, path: Path) -> None:
        """See ``mjbench.api.exporter.Exporter``."""
        path.write_bytes(onnx_bytes(subject))

    def load(self, path: Path) -> Act:
        """See ``mjbench.api.exporter.Exporter``."""
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # else it writes an id into the home folder
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

        def act(observation: np.ndarray) -> np.ndarray:
            (action,) = session.run([OUTPUT], {INPUT: observation})
            return np.asarray(action)

        return act


def onnx_bytes(subject: Subject) -> bytes:
    """The file's contents."""
    import onnx
    from onnx import TensorProto, helper

    policy = perceptron(subject)
    graph = _Graph()
    graph.squash(policy, graph.layers(policy, graph.normalise(policy, INPUT)))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "policy",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["batch", subject.observation_size])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", subject.action_size])],
            graph.constants,
        ),
        producer_name="mjbench",
        producer_version=subject.metadata.get("mjbench_version", ""),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
    )
    helper.set_model_props(model, dict(sorted(subject.metadata.items())))
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


class _Graph:
    """Nodes and constants, each named by its place."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def normalise(self, policy: MlpPolicy, x: str) -> str:
        """``clip((x - mean) / std)``; the observation itself where the policy does not normalise."""
        if policy.observation_mean is None or policy.observation_std is None:
            return x
        x = self._node("Sub", x, self._constant("observation_mean", policy.observation_mean))
        x = self._node("Div", x, self._constant("observation_std", policy.observation_std))
        limit = policy.observation_clip
        return self._node("Clip", x, self._constant("clip_low", -limit), self._constant("clip_high", limit))

    def layers(self, policy: MlpPolicy, x: str) -> str:
        """``W f(...) + b``."""
        for layer, (weight, bias) in enumerate(zip(policy.weights, policy.biases, strict=True)):
            weights = self._constant(f"weight.{layer}", weight), self._constant(f"bias.{layer}", bias)
            x = self._node("Gemm", x, *weights, transB=1)
            if layer < len(policy.weights) - 1:
                x = self._node(ACTIVATIONS[policy.activation], x)
        return x

    def squash(self, policy: MlpPolicy, x: str) -> None:
        """Onto the bounds of the actions, in the order of operations of ``MlpPolicy.act``."""
        low, high = policy.action_low, policy.action_high
        if policy.squash == "clip":
            x = self._node("Max", x, self._constant("action_low", low))
            self._node("Min", x, self._constant("action_high", high), name=OUTPUT)
            return
        x = self._node("Add", self._node("Tanh", x), self._constant("one", 1.0))
        x = self._node("Mul", x, self._constant("half", 0.5))
        x = self._node("Mul", x, self._constant("action_range", high - low))
        self._node("Add", x, self._constant("action_low", low), name=OUTPUT)

    def _node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = name or f"{operator.lower()}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def _constant(self, name: str, value: np.ndarray | float) -> str:
        from onnx import numpy_helper

        # little-endian and contiguous, as the format wants it
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(np.float32(value), "<f4"), name))
        return name


ONNX = OnnxExporter()
