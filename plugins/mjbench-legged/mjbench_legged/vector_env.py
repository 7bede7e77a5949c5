"""N robots as one Gymnasium vector environment, stepped in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from mjbench_legged import gait as gaits
from mjbench_legged import randomisation, rewards
from mjbench_legged.outcomes import Outcomes
from mjbench_legged.robot import GRAVITY
from mjbench_legged.simulator import CONTROL_S, PHYSICS_S, SUBSTEPS, Simulator
from mjbench_legged.state import RobotState, read
from mjbench_legged.task import LeggedTask
from mjbench_legged.world import build

POSITION_NOISE_RAD = 0.1
VELOCITY_NOISE_M_S = 0.1
DROP_M = 0.01
"""Height above the standing one at which episodes start."""
TILT_LIMIT = -0.5
"""An episode ends when the base tilts by more than 60 degrees: gravity_b[2] above minus the cosine."""
FULL = -1
"""Level of an episode outside any curriculum: the task itself."""


class LeggedVectorEnv(gymnasium.vector.VectorEnv[np.ndarray, np.ndarray, np.ndarray]):
    """``num_envs`` copies of a task.

    A row behaves as if it were alone: same seed, same actions, same numbers to the last bit. ``infos`` holds arrays
    (num_envs,). Options of ``reset``: ``reset_mask``, bool (num_envs,), leaves the others as they are;
    ``curriculum_level``, int or (num_envs,), is the level of the episodes that begin, without which they are the task
    itself. Autoreset is ``SAME_STEP`` or ``DISABLED``.

    Args:
        task: what they do; a plugin's subclass takes its name.
        num_envs: robots.
        threads: threads that step them; the number changes no result.
        autoreset_mode: what happens after an episode's end, as Gymnasium defines it.
        randomise: fields of ``Randomisation``; none by default.
        max_episode_steps: steps after which episodes are truncated; the task's own number by default.
        terrain_scale: factor of the ground's heights.

    Raises:
        ValueError: no such option.
    """

    def __init__(
        self,
        task: LeggedTask,
        num_envs: int = 1,
        *,
        threads: int = 1,
        autoreset_mode: AutoresetMode = AutoresetMode.SAME_STEP,
        randomise: Mapping[str, Any] | None = None,
        max_episode_steps: int | None = None,
        terrain_scale: float = 1.0,
        render_mode: str | None = None,
    ) -> None:
        if autoreset_mode == AutoresetMode.NEXT_STEP:
            raise ValueError("robots stepped in one call cannot reset one step later: use SAME_STEP or DISABLED")
        self.task = task
        if terrain_scale != 1.0:
            self.task = replace(task, terrain=task.terrain.scaled(terrain_scale))
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.metadata = {"autoreset_mode": AutoresetMode(autoreset_mode), "render_fps": 50}
        self._autoreset = AutoresetMode(autoreset_mode)
        self._randomise = randomisation.parse(randomise)
        self.model = build(self.task.robot, self.task.terrain)
        models = [self.model]
        if self._randomise.edits_model:
            models = [build(self.task.robot, self.task.terrain) for _ in range(num_envs)]
        self._simulator = Simulator(models, num_envs, threads)
        self._pose, self._scale = self.task.robot.standing(), self.task.robot.scale()
        joints, feet = len(self.task.robot.joints), len(self.task.robot.feet)
        self._foot_m = float(self.model.geom(self.task.robot.soles[0]).size[0])
        self._weight_n = np.full(num_envs, self.model.body_subtreemass[0] * GRAVITY)
        self._episode_steps = max_episode_steps or round(self.task.episode_s / CONTROL_S)
        self._generators = [np.random.default_rng() for _ in range(num_envs)]
        self._levels = np.full(num_envs, -1)
        self._steps = np.zeros(num_envs, int)
        self._action = np.zeros((num_envs, joints))
        self._targets = np.zeros((num_envs, SUBSTEPS, joints))
        self._delay = np.zeros(num_envs, int)
        self._command = np.zeros((num_envs, 3))
        self._offset = np.zeros(num_envs)  # of the stride's phase
        self._next_push = np.zeros(num_envs, int)
        self._gait = gaits.standing(num_envs, feet)
        self._outcomes = Outcomes(self.task, num_envs)
        # latest observations: a reset of others repeats them
        self._seen = np.zeros_like(self._observation(self._state(), np.zeros(num_envs, bool)))
        self.single_observation_space = Box(-np.inf, np.inf, self._seen.shape[1:], np.float32)
        self.single_action_space = Box(-1.0, 1.0, (joints,), np.float32)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin episodes; ``seed`` + i seeds robot i."""
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
        self._seen = np.where(mask[:, None], self._observation(self._state(), mask), self._seen)
        return self._seen.copy(), {}

    def step(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Advance by 20 ms. actions (num_envs, J), clipped to [-1, 1]."""
        action = np.clip(np.asarray(actions, np.float64), -1.0, 1.0)
        self._push()
        self._move(action)
        self._steps += 1
        state, before = self._state(), self._gait
        self._gait = gaits.advance(before, state.contact, state.foot_height_m, CONTROL_S)
        transition = rewards.Transition(
            state=state,
            gait=self._gait,
            action=action,
            previous=self._action,
            command=self._command,
            phase=self._phase(),
            velocity=state.velocity_h if self.task.commands else state.velocity_w[:, :2],
            pose=self._pose,
            weight_n=self._weight_n,
            constants=self.task.constants,
        )
        reward = rewards.total(transition, self.task.weights, self.task.terms)
        if self.task.clip_reward:
            reward = np.maximum(reward, 0.0)
        reward = reward * self.task.reward_scale
        self._outcomes.add(transition, before)
        terminated = (state.height_m < self.task.robot.fall_height_m) | (state.gravity_b[:, 2] > TILT_LIMIT)
        truncated = self._steps >= self._episode_steps
        infos: dict[str, Any] = self._outcomes.info(transition, terminated, self._steps)
        self._action = action
        self._change_commands()
        observation = self._observation(state, np.ones(self.num_envs, bool))
        self._seen = observation.copy()
        over = terminated | truncated
        if self._autoreset is AutoresetMode.SAME_STEP and over.any():
            final = {"final_obs": observation, "_final_obs": over, "final_info": dict(infos), "_final_info": over}
            infos |= final
            observation, _ = self.reset(options={"reset_mask": over})
        return observation, reward, terminated, truncated, infos

    @property
    def qpos(self) -> np.ndarray:
        """Positions of the robots, (num_envs, 7 + J)."""
        return self._simulator.qpos

    @property
    def qvel(self) -> np.ndarray:
        """Velocities of the robots, (num_envs, 6 + J); writing into them pushes."""
        return self._simulator.qvel

    def feet_and_torques(self) -> tuple[np.ndarray, np.ndarray]:
        """Which feet stand, (num_envs, F) bool, and the torques of the last physics step, N m, (num_envs, J)."""
        return self._gait.contact, self._state().torque

    def physics_models(self) -> Sequence[Any]:
        """MuJoCo's model, of all robots or one a robot; what is written there counts from the next step on."""
        return self._simulator.models

    def physics_velocities(self) -> np.ndarray:
        """``qvel``, as evaluation under disturbance looks for it."""
        return self.qvel

    def _begin(self, env: int, level: int) -> None:
        draw = self._generators[env]
        terrain, robot = self.task.terrain, self.task.robot
        if self._randomise.edits_model:
            self._randomise.apply(self._simulator.models[env], self.model, robot, draw)
            self._weight_n[env] = self._simulator.models[env].body_subtreemass[0] * GRAVITY
        lane = terrain.task_level(draw) if level == FULL else min(level, terrain.levels - 1)
        x, y = terrain.origin(lane, draw)
        qpos, qvel = np.zeros(7 + len(self._pose)), np.zeros(6 + len(self._pose))
        qpos[:3] = x, y, robot.height_m + DROP_M + terrain.height(np.array([x]), np.array([y]))[0]
        qpos[3] = 1.0
        qpos[7:] = self._pose + draw.uniform(-POSITION_NOISE_RAD, POSITION_NOISE_RAD, len(self._pose))
        qvel[:3] = draw.uniform(-VELOCITY_NOISE_M_S, VELOCITY_NOISE_M_S, 3)
        self._simulator.place(env, qpos, qvel)
        self._levels[env] = level
        self._steps[env] = 0
        self._action[env] = 0.0
        self._targets[env] = self._pose
        self._delay[env] = round(draw.uniform(*self._randomise.latency_s) / PHYSICS_S)
        if self.task.stride_hz:
            self._offset[env] = draw.random()
        if self.task.pushes:
            self._next_push[env] = self.task.pushes.first(draw, CONTROL_S)
        self._draw_command(env)
        gaits.begin(self._gait, env)
        self._outcomes.begin(env, qpos[:2])

    def _draw_command(self, env: int) -> None:
        commands = self.task.commands
        if commands is None:
            self._command[env] = self.task.speed_m_s, 0.0, 0.0
            return
        widening = self.task.widens_commands and self._levels[env] != FULL
        share = (self._levels[env] + 1) / self.task.levels if widening else 1.0
        self._command[env] = commands.draw(self._generators[env], share)

    def _change_commands(self) -> None:
        if self.task.commands is not None:
            due = self._steps % round(self.task.commands.hold_s / CONTROL_S) == 0
            for env in np.flatnonzero(due & (self._steps < self._episode_steps)):
                self._outcomes.change_command(int(env))
                self._draw_command(int(env))

    def _move(self, action: np.ndarray) -> None:
        """Advance the physics: until the robot's latency has passed, the old targets hold."""
        targets = self._pose + self._scale * action
        if self._delay.any():
            old = np.arange(SUBSTEPS) < self._delay[:, None]
            self._targets = np.where(old[:, :, None], self._targets[:, -1:], targets[:, None])
        else:
            self._targets[:] = targets[:, None]
        self._simulator.step(self._targets)

    def _push(self) -> None:
        options, pushes = self._randomise, self.task.pushes
        if pushes:
            for env in np.flatnonzero(self._steps == self._next_push).tolist():
                level = self._levels[env]
                own = pushes if level == FULL else pushes.at(level / (self.task.levels - 1))
                self._simulator.qvel[env, :2] += own.draw(self._generators[env])
                self._next_push[env] += round(own.every_s / CONTROL_S)
                self._outcomes.push(env)
        if options.push_every_s:
            for env, draw in enumerate(self._generators):
                if draw.random() < CONTROL_S / options.push_every_s:
                    self._simulator.qvel[env, :2] += draw.uniform(-options.push_m_s, options.push_m_s, 2)

    def _phase(self) -> np.ndarray:
        return (self._offset + self._steps * (CONTROL_S * self.task.stride_hz)) % 1.0

    def _state(self) -> RobotState:
        simulator = self._simulator
        return read(simulator.qpos.copy(), simulator.qvel.copy(), simulator.sensors, self.task.terrain, self._foot_m)

    def _observation(self, state: RobotState, rows: np.ndarray) -> np.ndarray:
        if self._randomise.is_noisy:
            state = self._randomise.disturb(state, self._generators, rows)
        return self.task.observe(state, self._pose, self._action, self._command, self._phase())
