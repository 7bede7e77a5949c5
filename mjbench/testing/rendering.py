"""Pictures."""

import numpy as np

from mjbench.envs.rendering import require_rendering
from mjbench.errors import MjbenchError
from mjbench.testing.case import Case, Skipped, Violation
from mjbench.testing.episodes import random_actions


def rendering(case: Case) -> None:
    """``render_mode="rgb_array"`` gives pictures that are not blank."""
    try:
        with case.env(render_mode="rgb_array") as env:
            modes = env.metadata.get("render_modes") or []
            if "rgb_array" not in modes:
                raise Violation(f'metadata["render_modes"] must hold "rgb_array", it holds {list(modes)}')
            env.reset(seed=1)
            env.step(random_actions(env, 1)[0])
            picture = env.render()
    except Violation:
        raise
    except Exception as error:
        try:
            require_rendering()
        except MjbenchError as cause:
            raise Skipped(str(cause)) from error
        raise Violation(f"rendering raises {type(error).__name__}: {error}") from error
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        what = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
        raise Violation(f"render() must return uint8 pixels (height, width, 3), not {what}")
    if np.ptp(picture) == 0:
        raise Violation("the picture is blank; light and a camera are missing, or nothing is in view")
