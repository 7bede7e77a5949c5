# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""N arms as one Gymnasium vector environment, stepped in one call."""

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium
import mujoco
import numpy as np
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from mjbench_legged.simulator import Simulator

from mjbench_franka import randomisation, rewards
from mjbench_franka.actions import ACTIONS
from mjbench_franka.observations import PUSH_SIZE, REACH_SIZE, observe
from mjbench_franka.outcomes import Outcomes
from mjbench_franka.robot import LOWER, UPPER, tip
from mjbench_franka.state import ArmState
from mjbench_franka.task import CONTROL_S, SUBSTEPS
from mjbench_franka.tasks import TASKS
from mjbench_franka.world import build, lying

LEAD_RAD = 0.3
"""How far a target may be ahead of its joint."""
POSITION_NOISE_RAD = 0.05
"""Of the joints at the start of an episode, to either side."""
FULL = -1
"""Level of an episode outside any curriculum: the task itself."""


class FrankaVectorEnv(gymnasium.vector.VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """``num_envs`` copies of a task of ``tasks.py``.

    A row behaves as if it were alone: same seed, same actions, same numbers to the last bit. ``infos`` holds arrays
    (num_envs,). Options of ``reset``: ``reset_mask``, bool (num_envs,), leaves the others as they are;
    ``curriculum_level``, int or (num_envs,), is the level of the episodes that begin, without which they are the task
    itself. Autoreset is ``SAME_STEP`` or ``DISABLED``.

    Args:
        task: key of ``TASKS``.
        num_envs: arms.
        threads: threads that step them; the number changes no result.
        autoreset_mode: what happens after an episode's end, as Gymnasium defines it.
        randomise: fields of ``Randomisation``; none by default.
        max_episode_steps: steps after which episodes are truncated; the task's own number by default.

    Raises:
        ValueError: no such task or option.
    """

    def __init__(
        self,
        task: str,
        num_envs: int = 1,
        *,
        threads: int = 1,
        autoreset_mode: AutoresetMode = AutoresetMode.SAME_STEP,
        randomise: Mapping[str, Any] | None = None,
        max_episode_steps: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        if task not in TASKS:
            raise ValueError(f"no task {task!r}; there are {', '.join(TASKS)}")
        if autoreset_mode == AutoresetMode.NEXT_STEP:
            raise ValueError("arms stepped in one call cannot reset one step later: use SAME_STEP or DISABLED")
        self.task = TASKS[task]
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {"autoreset_mode": AutoresetMode(autoreset_mode), "render_fps": round(1 / CONTROL_S)}
        self._autoreset = AutoresetMode(autoreset_mode)
        self._randomise = randomisation.parse(randomise)
        cube = self.task.cube_m is not None
        self.model = build(cube)
        models = [build(cube) for _ in range(num_envs)] if self._randomise.edits_model else [self.model]
        self._simulator = Simulator(models, num_envs, threads, SUBSTEPS)
        self._scratch = mujoco.MjData(self.model)
        size = PUSH_SIZE if cube else REACH_SIZE
        self.single_observation_space = Box(-np.inf, np.inf, (size,), np.float32)
        self._move, actions = ACTIONS[self.task.actions]
        self.single_action_space = Box(-1.0, 1.0, (actions,), np.float32)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._start = np.array(self.task.start)
        self._episode_steps = max_episode_steps or self.task.steps
        self._generators = [np.random.default_rng() for _ in range(num_envs)]
        self._steps = np.zeros(num_envs, int)
        self._target = np.zeros((num_envs, 7))
        self._goal = np.zeros((num_envs, 3))
        self._outcomes = Outcomes(self.task, num_envs)
        self._state = self._read()
        self._seen = np.zeros((num_envs, size), np.float32)  # latest observations: a reset of others repeats them

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin episodes; ``seed`` + i seeds arm i."""
        options = options or {}
        if seed is not None:
            seeds = [seed + i for i in range(self.num_envs)] if isinstance(seed, (int, np.integer)) else seed
            for i, number in enumerate(seeds):
                if number is not None:
                    self._generators[i] = np.random.default_rng(number)
        levels = np.broadcast_to(options.get("curriculum_level", FULL), self.num_envs)
        if levels.min() < FULL or levels.max() >= self.task.levels:
            raise ValueError(f"curriculum_level {levels.min()}..{levels.max()} is outside 0..{self.task.levels - 1}")
        mask = options.get("reset_mask", np.ones(self.num_envs, bool))
        for env in np.flatnonzero(mask):
            self._begin(int(env), int(levels[env]))
        self._state = self._read()
        self._seen = np.where(mask[:, None], self._observation(mask), self._seen)
        return self._seen.copy(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Advance by 40 ms. actions (num_envs, 7 or 3), clipped to [-1, 1]."""
        action = np.clip(np.asarray(actions, np.float64), -1.0, 1.0)
        if action.shape != self.action_space.shape:
            raise ValueError(f"actions must have the shape {self.action_space.shape}, not {action.shape}")
        before = self._state
        target = self._target + self._move(action, before.joint_pos)
        target = np.clip(target, before.joint_pos - LEAD_RAD, before.joint_pos + LEAD_RAD)
        self._target = np.clip(target, LOWER, UPPER)
        self._simulator.step(np.repeat(self._target[:, None], SUBSTEPS, axis=1))
        self._steps += 1
        self._state = self._read()
        transition = rewards.Transition(before, self._state, action, self.task.tolerance_m)
        reward = rewards.total(transition, self.task.weights)
        infos: dict[str, Any] = self._outcomes.add(before, self._state, self._steps)
        terminated = np.zeros(self.num_envs, bool)
        truncated = self._steps >= self._episode_steps
        observation = self._observation(np.ones(self.num_envs, bool))
        self._seen = observation.copy()
        if self._autoreset is AutoresetMode.SAME_STEP and truncated.any():
            final = {"final_obs": observation, "_final_obs": truncated, "final_info": dict(infos)}
            infos |= {**final, "_final_info": truncated}
            observation, _ = self.reset(options={"reset_mask": truncated})
        return observation, reward, terminated, truncated, infos

    @property
    def qpos(self) -> np.ndarray:
        """Joint angles, then position and quaternion of the cube where there is one, (num_envs, 7 or 14)."""
        return self._simulator.qpos

    @property
    def goal(self) -> np.ndarray:
        """Goals, (num_envs, 3), m."""
        return self._goal.copy()

    def physics_models(self) -> Sequence[Any]:
        """MuJoCo's model, of all arms or one an arm; what is written there counts from the next step on."""
        return self._simulator.models

    def physics_velocities(self) -> np.ndarray:
        """Velocities of the joints, then of the cube where there is one, (num_envs, 7 or 13), a view."""
        return self._simulator.qvel

    def _begin(self, env: int, level: int) -> None:
        draw = self._generators[env]
        if self._randomise.edits_model:
            self._randomise.apply(self._simulator.models[env], self.model, self._scratch, draw)
        qpos, qvel = np.zeros(self.model.nq), np.zeros(self.model.nv)
        qpos[:7] = self._start + draw.uniform(-POSITION_NOISE_RAD, POSITION_NOISE_RAD, 7)
        if self.task.cube_m is not None:
            x, y, yaw = (draw.uniform(*limits) for limits in self.task.cube_m)
            qpos[7:] = lying(np.array([x, y]), yaw)
        goal = self._draw_goal(draw)
        while self.task.cube_m is not None and np.hypot(*(goal - qpos[7:10])[:2]) < self.task.shortest_m:
            goal = self._draw_goal(draw)
        if level != FULL:
            origin = qpos[7:10] if self.task.cube_m is not None else tip(qpos[None, :7])[0]
            goal = origin + (goal - origin) * self.task.share(level)
        self._simulator.place(env, qpos, qvel)
        self._target[env] = qpos[:7]
        self._goal[env] = goal
        self._steps[env] = 0
        self._outcomes.begin(env)

    def _draw_goal(self, draw: np.random.Generator) -> np.ndarray:
        return np.array([draw.uniform(*limits) for limits in self.task.goals_m])

    def _read(self) -> ArmState:
        qpos, qvel = self._simulator.qpos, self._simulator.qvel
        joint_pos = qpos[:, :7].copy()
        return ArmState(
            joint_pos=joint_pos,
            joint_vel=qvel[:, :7].copy(),
            target=self._target.copy(),
            tip=tip(joint_pos),
            cube=np.concatenate([qpos[:, 7:], qvel[:, 7:]], axis=1),
            goal=self._goal.copy(),
        )

    def _observation(self, rows: np.ndarray) -> np.ndarray:
        state = self._state
        if self._randomise.is_noisy:
            state = self._randomise.disturb(state, self._generators, rows)
        return observe(state, self._start)
