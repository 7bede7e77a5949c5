"""The two robots: where their models lie, how their joints are ordered, how they stand."""

from typing import Any

from mjbench_legged.robot import Robot


def _quadruped(
    legs: tuple[str, ...], parts: tuple[str, ...], action_scale: tuple[float, float, float], **fields: Any
) -> Robot:
    """A robot whose legs, in order, are front and hind: legs 0 and 3, and 1 and 2, are the diagonal pairs.

    Args:
        legs: prefixes of joint names; names of the foot geoms and sites.
        parts: joints of a leg, from the base down.
        action_scale: of the joints of a leg.
        fields: the others of ``Robot``; the pose is leg by leg.
    """
    return Robot(
        package="mjbench_quadruped",
        feet=legs,
        soles=legs,
        joints=tuple(f"{leg}_{part}" for leg in legs for part in parts),
        action_scale=action_scale * 4,
        **fields,
    )


GO1 = _quadruped(
    name="go1",
    file="go1.xml",
    base="trunk",
    legs=("FR", "FL", "RR", "RL"),
    parts=("hip", "thigh", "calf"),
    pose=(0.0, 0.9, -1.8) * 4,
    action_scale=(0.25, 0.5, 0.5),
    height_m=0.288,
    fall_height_m=0.16,
    menagerie="unitree_go1",
)
"""Unitree Go1, 12.74 kg."""

ANYMAL_C = _quadruped(
    name="anymal_c",
    file="anymal_c.xml",
    base="base",
    legs=("LF", "RF", "LH", "RH"),
    parts=("HAA", "HFE", "KFE"),
    pose=(0.0, 0.4, -0.8) * 2 + (0.0, -0.4, 0.8) * 2,
    action_scale=(0.25, 0.5, 0.5),
    height_m=0.549,
    fall_height_m=0.3,
    menagerie="anybotics_anymal_c",
)
"""ANYbotics ANYmal C, 52.13 kg as in the maker's URDF; MuJoCo Menagerie's model is 7.2 kg lighter."""
