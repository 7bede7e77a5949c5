"""Legged tasks as training batches: what the reference does robot by robot, for all worlds at once."""
