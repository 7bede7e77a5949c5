"""The environment checkers that others have written."""

import importlib

from mjbench.testing.case import Case, Skipped


def gymnasium_checker(case: Case) -> None:
    """Gymnasium's own ``check_env`` passes."""
    from gymnasium.utils.env_checker import check_env

    with case.env() as env:
        env.action_space.seed(0)
        # What they would build from the registry, or show in a window, is not what mjbench builds.
        check_env(env.env, skip_render_check=True, skip_close_check=True)
        env.close()  # closing twice must be harmless


def sb3_checker(case: Case) -> None:
    """stable-baselines3's ``check_env`` passes; skipped where it is not installed."""
    try:
        # By name: the core must work without it.
        checker = importlib.import_module("stable_baselines3.common.env_checker")
    except ModuleNotFoundError as error:
        raise Skipped(f"{error.name} is not installed") from error
    with case.env() as env:
        env.action_space.seed(0)
        checker.check_env(env)
