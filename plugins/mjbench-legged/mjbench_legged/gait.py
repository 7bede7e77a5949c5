"""Which feet stand, for how long, and what the stride looks like."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Gait:
    """Contact history of N robots on F feet, which are in the robot's order."""

    contact: np.ndarray  # (N, F) bool
    air_s: np.ndarray  # (N, F) time since the foot left the ground; 0 in stance
    stance_s: np.ndarray  # (N, F) time since it touched down; 0 in the air
    last_air_s: np.ndarray  # (N, F) length of the last swing
    last_stance_s: np.ndarray  # (N, F) length of the last stance
    touchdown: np.ndarray  # (N, F) bool, in this control step
    peak_m: np.ndarray  # (N, F) highest point of the swing under way, or of the last one


def standing(count: int, feet: int) -> Gait:
    """All feet on the ground since just now."""

    def zeros() -> np.ndarray:
        return np.zeros((count, feet))

    down = np.ones((count, feet), bool)
    return Gait(down, zeros(), zeros(), zeros(), zeros(), touchdown=np.zeros((count, feet), bool), peak_m=zeros())


def advance(gait: Gait, contact: np.ndarray, height_m: np.ndarray, step_s: float) -> Gait:
    """The history after one more control step.

    Args:
        gait: before.
        contact: (N, F) bool.
        height_m: (N, F) of the soles above the ground.
        step_s: length of the control step.
    """
    touchdown = contact & ~gait.contact
    liftoff = ~contact & gait.contact
    return Gait(
        contact=contact,
        air_s=np.where(contact, 0.0, gait.air_s + step_s),
        stance_s=np.where(contact, gait.stance_s + step_s, 0.0),
        last_air_s=np.where(touchdown, gait.air_s + step_s, gait.last_air_s),
        last_stance_s=np.where(liftoff, gait.stance_s, gait.last_stance_s),
        touchdown=touchdown,
        peak_m=np.where(contact, gait.peak_m, np.where(liftoff, height_m, np.maximum(gait.peak_m, height_m))),
    )


def begin(gait: Gait, env: int) -> None:
    """Let one robot start anew, in place."""
    fresh = standing(1, gait.contact.shape[1])
    for field in fields(Gait):
        getattr(gait, field.name)[env] = getattr(fresh, field.name)[0]
