"""Which feet stand, for how long, and what the stride looks like."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Gait:
    """Contact history of N robots; feet in the robot's order, the pairs (0, 3) and (1, 2) being diagonal."""

    contact: np.ndarray  # (N, 4) bool
    air_s: np.ndarray  # (N, 4) time since the foot left the ground; 0 in stance
    stance_s: np.ndarray  # (N, 4) time since it touched down; 0 in the air
    last_air_s: np.ndarray  # (N, 4) length of the last swing
    last_stance_s: np.ndarray  # (N, 4) length of the last stance
    touchdown: np.ndarray  # (N, 4) bool, in this control step
    peak_m: np.ndarray  # (N, 4) highest point of the swing under way, or of the last one


def standing(count: int) -> Gait:
    """All feet on the ground since just now."""

    def zeros() -> np.ndarray:
        return np.zeros((count, 4))

    down = np.ones((count, 4), bool)
    return Gait(down, zeros(), zeros(), zeros(), zeros(), touchdown=np.zeros((count, 4), bool), peak_m=zeros())


def advance(gait: Gait, contact: np.ndarray, height_m: np.ndarray, step_s: float) -> Gait:
    """The history after one more control step.

    Args:
        gait: before.
        contact: (N, 4) bool.
        height_m: (N, 4) of the soles above the ground.
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
    fresh = standing(1)
    for field in fields(Gait):
        getattr(gait, field.name)[env] = getattr(fresh, field.name)[0]


def diagonal_stance(contact: np.ndarray) -> np.ndarray:
    """Whether exactly one diagonal pair stands, (N,) bool: what tells a trot from every other gait."""
    first, second = contact[:, 0] & contact[:, 3], contact[:, 1] & contact[:, 2]
    others = contact[:, 1] | contact[:, 2], contact[:, 0] | contact[:, 3]
    return (first & ~others[0]) | (second & ~others[1])
