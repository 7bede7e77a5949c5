"""Builds Gymnasium's environments without its time limit, checks and deprecation notices."""

import warnings
from typing import Any

import gymnasium
import mujoco

EXPECTED_NOTICE = "compiler attribute 'settotalmass' is deprecated"
"""HalfCheetah's model asks for it; MuJoCo would write the notice into a log file in the user's folder, every time."""


def make(env_id: str, **kwargs: Any) -> gymnasium.Env:
    """The environment that Gymnasium registers as ``env_id``, without a time limit: mjbench adds its own.

    Args:
        env_id: such as ``HalfCheetah-v5``.
        kwargs: passed on, such as ``render_mode="rgb_array"``.
    """
    with warnings.catch_warnings():
        # v4 tasks are offered on purpose, for comparison with older results.
        warnings.filterwarnings("ignore", message=r".*is out of date", category=DeprecationWarning)
        # MuJoCo offers no way to read the handler that was set before; none is the default.
        mujoco.set_mju_user_warning(_pass_on)  # pyright: ignore[reportAttributeAccessIssue]
        try:
            return gymnasium.make(env_id, max_episode_steps=-1, disable_env_checker=True, **kwargs)
        finally:
            mujoco.set_mju_user_warning(None)  # pyright: ignore[reportAttributeAccessIssue]


def _pass_on(message: str) -> None:
    if not message.startswith(EXPECTED_NOTICE):
        warnings.warn(f"MuJoCo: {message}", stacklevel=2)
