"""Trackers of runs: TensorBoard, Weights & Biases, trackio, MLflow. Their libraries are imported when a run starts."""
