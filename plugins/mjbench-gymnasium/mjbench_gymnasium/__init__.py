"""Gymnasium's MuJoCo tasks for mjbench."""
