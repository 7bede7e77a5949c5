"""OpenGL is chosen before MuJoCo is imported, and offered before EnvPool is."""

import mjbench_envpool.opengl  # noqa: F401

from mjbench.envs.rendering import choose_backend

choose_backend()
