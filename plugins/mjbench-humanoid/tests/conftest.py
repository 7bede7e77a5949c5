"""MuJoCo chooses its OpenGL when it is imported, so this runs before."""

from mjbench.envs.rendering import choose_backend

choose_backend()
