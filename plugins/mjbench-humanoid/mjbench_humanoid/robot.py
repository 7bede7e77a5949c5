"""The robot: where its model lies, how its joints are ordered, how it stands."""

from mjbench_legged.robot import Robot

SIDES = ("left", "right")
LEG = ("hip_pitch", "hip_roll", "hip_yaw", "knee", "ankle_pitch", "ankle_roll")
"""Joints of a leg, from the pelvis down."""
UPPER = ("waist_yaw", "left_shoulder_pitch", "right_shoulder_pitch")

G1 = Robot(
    name="g1",
    package="mjbench_humanoid",
    file="g1.xml",
    base="pelvis",
    feet=("left_foot", "right_foot"),
    soles=tuple(f"{side}_{end}_{edge}" for side in SIDES for end in ("heel", "toe") for edge in ("outer", "inner")),
    joints=tuple(f"{side}_{part}" for side in SIDES for part in LEG) + UPPER,
    pose=(-0.2, 0.0, 0.0, 0.42, -0.22, 0.0) * 2 + (0.0, 0.2, 0.2),
    action_scale=(0.5, 0.25, 0.25, 0.5, 0.5, 0.25) * 2 + (0.25, 0.5, 0.5),
    height_m=0.778,
    fall_height_m=0.5,
)
"""Unitree G1, 33.34 kg, with 15 moving joints."""
