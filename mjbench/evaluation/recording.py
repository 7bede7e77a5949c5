"""One evaluation episode as arrays: joints, feet and the power of the motors at every step."""

from dataclasses import dataclass

import numpy as np

from mjbench.evaluation.episode_player import Film
from mjbench.evaluation.limbs import Joint, find_feet, find_joints
from mjbench.evaluation.scene import Scene, find_robot, find_scene


@dataclass(frozen=True)
class Recording:
    """T steps of an episode of a robot with J joints and F feet. Row i is the state after step i + 1."""

    step_s: float
    """Simulated time from one step to the next."""
    reward: np.ndarray  # (T,)
    joints: tuple[Joint, ...] = ()
    """Empty where the task shows no MuJoCo model."""
    position: np.ndarray | None = None  # (T, J) rad or m
    joint_power_w: np.ndarray | None = None  # (T, J) |torque * speed|
    power_w: np.ndarray | None = None
    """(T,) over all joints; None where the task shows no torques."""
    place_m: np.ndarray | None = None
    """(T + 1, 2) centre of the robot, from before the first step on; None where it is fixed to the world."""
    weight_n: float = 0.0
    feet: tuple[str, ...] = ()
    contact: np.ndarray | None = None
    """(T, F) bool: which feet touch something that is no part of the robot; None without feet."""


def record_episode(film: Film) -> Recording:
    """Play the film's episode from its beginning to its end."""
    moments = iter(film)
    next(moments)
    scene = find_scene(film.env)
    returns, clock = [0.0], 0.0 if scene is None else float(scene.data.time)
    joints = [] if scene is None else find_joints(scene.model)
    robot = None if scene is None else find_robot(scene.model)
    contacts = find_feet(film.env)
    positions, powers, totals, standing = list[np.ndarray](), list[np.ndarray](), list[float](), list[list[bool]]()
    places: list[np.ndarray] = [] if scene is None or robot is None else [scene.data.subtree_com[robot.body].copy()]
    names: tuple[str, ...] = ()
    for moment in moments:
        returns.append(moment.episode_return)
        scene = find_scene(film.env)
        if scene is not None:
            positions.append(np.array([scene.data.qpos[joint.qpos] for joint in joints]))
            power = np.abs(scene.data.qfrc_actuator * scene.data.qvel)
            powers.append(power[[joint.dof for joint in joints]])
            totals.append(float(power.sum()))
            if robot is not None:
                places.append(scene.data.subtree_com[robot.body].copy())
        if contacts is not None:
            now = contacts()
            names = tuple(now)
            standing.append(list(now.values()))
    reward = np.diff(np.array(returns))
    if scene is None:
        return Recording(1.0 / film.rate, reward)
    ran = (float(scene.data.time) - clock) / len(reward)
    kept = [i for i, joint in enumerate(joints) if joint.driven or np.ptp(np.array(positions)[:, i]) > 1e-6]
    return Recording(
        step_s=ran if ran > 0 else 1.0 / film.rate,
        reward=reward,
        joints=tuple(joints[i] for i in kept),
        position=np.array(positions)[:, kept],
        joint_power_w=np.array(powers)[:, kept],
        power_w=np.array(totals) if any(totals) else None,
        place_m=np.array(places)[:, :2] if robot is not None else None,
        weight_n=_weight(scene, None if robot is None else robot.body),
        feet=names,
        contact=np.array(standing, bool) if names else None,
    )


def _weight(scene: Scene, body: int | None) -> float:
    gravity = float(np.linalg.norm(scene.model.opt.gravity))
    return 0.0 if body is None else float(scene.model.body_subtreemass[body]) * gravity
