# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""What a program outside mjbench needs to play a policy on the robot: ``mjbench export`` puts it into its files."""

from typing import Any

from mjbench_legged import observations
from mjbench_legged.observations import ANGULAR_VELOCITY_SCALE, JOINT_VELOCITY_SCALE
from mjbench_legged.robot import Robot
from mjbench_legged.simulator import CONTROL_S
from mjbench_legged.task import LeggedTask
from mjbench_legged.terrain import Flat
from mjbench_legged.world import world

KEYFRAME = "standing"


def deployment(task: LeggedTask) -> dict[str, Any]:
    """JSON values, as ``mjbench.evaluation.exporting.meaning`` describes them."""
    robot = task.robot
    return {
        "control_period_s": CONTROL_S,
        "observation": {"parts": parts(task)},
        "action": {
            "meaning": "target angle of a joint = default pose + scale * action",
            "names": list(robot.joints),
            "default_pose_rad": list(robot.pose),
            "scale_rad": list(robot.action_scale),
        },
        "mjcf": mjcf(robot),
    }


def parts(task: LeggedTask) -> list[dict[str, Any]]:
    """Parts of the observation, in order; a part is what it names times its scale. Empty for one of a task's own."""
    joints = len(task.robot.joints)
    angles = {"name": "joint angles minus the default pose", "size": joints, "unit": "rad"}
    speeds = {"name": "joint velocities", "size": joints, "unit": "rad/s", "scale": JOINT_VELOCITY_SCALE}
    quaternion = {"name": "base orientation, quaternion w x y z with w >= 0, base to world", "size": 4}
    turning = {
        "name": "angular velocity in the base's frame",
        "size": 3,
        "unit": "rad/s",
        "scale": ANGULAR_VELOCITY_SCALE,
    }
    linear = {"name": "linear velocity in the base's frame", "size": 3, "unit": "m/s"}
    gravity = {"name": "direction of gravity in the base's frame, unit vector", "size": 3}
    action = {"name": "last action, clipped to [-1, 1]; 0 at the start", "size": joints}
    command = {"name": "command: forward m/s, left m/s, turn rad/s", "size": 3}
    phase = {
        "name": "sine and cosine of the stride's phase; 0 while the command is zero",
        "size": 2,
        "stride_hz": task.stride_hz,
    }
    commanded = [linear, turning, gravity, angles, speeds, action, command]
    plain = [
        {"name": "base position in the world", "size": 3, "unit": "m"},
        quaternion,
        {"name": "joint angles", "size": joints, "unit": "rad"},
        {"name": "linear velocity in the world", "size": 3, "unit": "m/s"},
        {"name": "angular velocity in the base's frame", "size": 3, "unit": "rad/s"},
        {"name": "joint velocities", "size": joints, "unit": "rad/s"},
    ]
    known: dict[observations.Observe, list[dict[str, Any]]] = {
        observations.walk: [angles, speeds, quaternion, turning, linear, action],
        observations.velocity: commanded,
        observations.stride: [*commanded, phase],
        observations.joints_and_body: plain,
    }
    return known.get(task.observe, [])


def mjcf(robot: Robot) -> str:
    """The robot on flat ground as MJCF: actuators in the order of the actions, and a keyframe in which it stands."""
    spec = world(robot, Flat())
    qpos = [0.0, 0.0, robot.height_m, 1.0, 0.0, 0.0, 0.0, *robot.pose]
    spec.add_key(name=KEYFRAME, qpos=qpos, ctrl=list(robot.pose))
    spec.compile()
    return spec.to_xml()
