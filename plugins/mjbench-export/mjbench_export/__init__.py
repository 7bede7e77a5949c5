"""Exporters of policies: ONNX, TorchScript, TensorRT. Their libraries are imported when a policy is exported."""
