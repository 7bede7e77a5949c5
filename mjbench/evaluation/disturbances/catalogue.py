"""Every condition, by name. A disturbance set names those that it has, with their strengths."""

from mjbench.errors import MjbenchError, nearest_names
from mjbench.evaluation.disturbances.delay import DELAY
from mjbench.evaluation.disturbances.friction import FRICTION
from mjbench.evaluation.disturbances.gravity import GRAVITY
from mjbench.evaluation.disturbances.motor import MOTOR
from mjbench.evaluation.disturbances.noise import NOISE
from mjbench.evaluation.disturbances.payload import PAYLOAD
from mjbench.evaluation.disturbances.push import PUSH
from mjbench.evaluation.disturbances.target import Target
from mjbench.evaluation.disturbances.terrain import TERRAIN

CONDITIONS = {each.name: each for each in (PUSH, PAYLOAD, FRICTION, MOTOR, DELAY, NOISE, GRAVITY, TERRAIN)}


def absences(target: Target, names: list[str]) -> dict[str, str]:
    """Of the conditions ``names``, those that a task cannot have, each with the reason."""
    reasons = {name: CONDITIONS[name].absent(target) for name in names}
    return {name: reason for name, reason in reasons.items() if reason}


def choose(target: Target, names: list[str], wanted: list[str]) -> list[str]:
    """The conditions ``wanted`` of those that a set has; all that the task can have where none is wanted.

    Raises:
        MjbenchError: a name that the set does not have, or that the task cannot have.
    """
    missing = absences(target, names)
    can = [name for name in names if name not in missing]
    for name in wanted:
        if name not in names:
            near = nearest_names(name, names)
            hint = f"did you mean {near[0]}? " if near else ""
            raise MjbenchError(f"unknown condition {name!r}; {hint}the set has {', '.join(names)}")
        if name in missing:
            raise MjbenchError(f"{target.task.id} cannot have {name}: {missing[name]}; it can have {', '.join(can)}")
    return [name for name in can if name in wanted or not wanted]
