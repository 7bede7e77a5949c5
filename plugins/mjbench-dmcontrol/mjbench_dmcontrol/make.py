"""Builds dm_control's environments by kind and name."""

import importlib
import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from mjbench.envs.rendering import choose_backend

choose_backend()

# dm_control is imported from here on, after the choice.
from dm_control.composer.observation.observable import MJCFCamera, MujocoCamera  # noqa: E402

from mjbench_dmcontrol.env import DmControlEnv  # noqa: E402

EXPECTED_NOTICE = "compiler attribute 'settotalmass' is deprecated"
"""The cheetah's model asks for it; dm_control would log it for every environment that is made."""
logging.getLogger("absl").addFilter(lambda record: not record.getMessage().startswith(EXPECTED_NOTICE))

MODEL_SEED = 0
"""lqr draws the stiffness of its springs when it is loaded; a task must be the same system every time."""


def make_suite(
    domain: str,
    task: str,
    task_kwargs: Mapping[str, Any] | None = None,
    render_mode: str | None = None,
    render_kwargs: Mapping[str, Any] | None = None,
) -> DmControlEnv:
    """A task of ``dm_control.suite``, such as ``walker`` ``walk``."""
    from dm_control import suite

    def build(seed: int | None) -> Any:
        env = suite.load(domain, task, task_kwargs={"random": MODEL_SEED, **(task_kwargs or {})})
        env.task.random.seed(seed)  # only the model is fixed: an episode without a seed is a random one
        return env

    return DmControlEnv(build, render_mode, render_kwargs)


def make_locomotion(
    module: str,
    function: str,
    render_mode: str | None = None,
    render_kwargs: Mapping[str, Any] | None = None,
    rebuild: bool = False,
) -> DmControlEnv:
    """An example of ``dm_control.locomotion.examples``, such as ``basic_cmu_2019`` ``cmu_humanoid_run_walls``."""
    examples = importlib.import_module(f"dm_control.locomotion.examples.{module}")

    def build(seed: int | None) -> Any:
        return _without_images(getattr(examples, function)(random_state=np.random.RandomState(seed)))

    return DmControlEnv(build, render_mode, render_kwargs, rebuild)


def make_manipulation(
    name: str,
    render_mode: str | None = None,
    render_kwargs: Mapping[str, Any] | None = None,
    rebuild: bool = False,
) -> DmControlEnv:
    """A task of ``dm_control.manipulation``, such as ``reach_site_features``."""
    from dm_control import manipulation

    def build(seed: int | None) -> Any:
        return _without_images(manipulation.load(name, seed=seed))

    return DmControlEnv(build, render_mode, render_kwargs, rebuild)


def _without_images(env: Any) -> Any:
    """The environment, its camera observations switched off: what is offered here is state, not pixels."""
    for observable in env.task.observables.values():
        if isinstance(observable, (MJCFCamera, MujocoCamera)):
            observable.enabled = False
    env.reset()  # observables take effect at a reset
    return env
