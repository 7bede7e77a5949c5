"""What the numbers of a policy mean, read from an environment of its task."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mjbench.evaluation.scene import find_scene

JOINT = 0
"""``mjtTrn``: an actuator that moves a joint."""


def meaning(env: Any) -> dict[str, Any]:
    """JSON values: ``control_period_s``, ``observation`` and ``action``, as far as the environment shows them.

    An environment says it by a method ``deployment() -> Mapping`` with these entries, and with ``mjcf``, a model of the
    robot for MuJoCo. Otherwise parts of the observation are looked for where Gymnasium and dm_control keep them, and
    names of actions in MuJoCo's model.
    """
    inner = env.unwrapped
    own: Mapping[str, Any] = inner.deployment() if callable(getattr(inner, "deployment", None)) else {}
    size = env.observation_space.shape[0]
    found: dict[str, Any] = {
        "control_period_s": _control_period_s(inner),
        "observation": {"size": size, "parts": _parts(inner, size)},
        "action": {
            "size": env.action_space.shape[0],
            "low": _numbers(env.action_space.low),
            "high": _numbers(env.action_space.high),
            "names": _actuators(env, env.action_space.shape[0]),
        },
    }
    return {
        **found,
        **own,
        "observation": {**found["observation"], **own.get("observation", {})},
        "action": {**found["action"], **own.get("action", {})},
    }


def _control_period_s(inner: Any) -> float | None:
    """Seconds from one action to the next; None where nothing tells."""
    dm_env = getattr(inner, "dm_env", None)
    if dm_env is not None:
        return float(dm_env.control_timestep())
    step = getattr(inner, "dt", None)  # of Gymnasium's MuJoCo environments
    if isinstance(step, float):
        return step
    rate = inner.metadata.get("render_fps")
    return 1 / rate if rate else None


def _parts(inner: Any, size: int) -> list[dict[str, Any]]:
    """Name and size of each part of an observation, in order; empty where nothing tells."""
    structure = getattr(inner, "observation_structure", None)  # of Gymnasium's MuJoCo environments, version 5
    dm_env = getattr(inner, "dm_env", None)
    found: list[dict[str, Any]] = []
    if isinstance(structure, Mapping):
        found = [{"name": name, "size": int(n)} for name, n in structure.items() if n and not name.startswith("skip")]
    elif dm_env is not None:  # sorted: the order of our wrapper, and of shimmy's
        specs = sorted(dm_env.observation_spec().items())
        found = [{"name": name, "size": int(np.prod(spec.shape))} for name, spec in specs]
    return found if sum(part["size"] for part in found) == size else []


def _actuators(env: Any, size: int) -> list[str]:
    """Names of the actuators, or else of what they move, where there is one for each action; empty where not."""
    scene = find_scene(env)
    if scene is None or scene.model.nu != size:
        return []
    model = scene.model
    names = [model.actuator(index).name for index in range(size)]
    if not all(names) and (model.actuator_trntype == JOINT).all():
        names = [model.joint(joint).name for joint in model.actuator_trnid[:, 0]]
    return names if all(names) else []


def _numbers(values: np.ndarray) -> list[float]:
    return [float(value) for value in values]
