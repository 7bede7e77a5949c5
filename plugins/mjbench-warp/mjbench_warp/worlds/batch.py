"""N worlds of a legged task, trained on at once; see ``mjbench.api.training_batch``."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Box
from mjbench_legged.randomisation import Randomisation
from mjbench_legged.robot import GRAVITY
from mjbench_legged.simulator import CONTROL_S, SUBSTEPS
from mjbench_legged.task import LeggedTask
from mjbench_legged.vector_env import FULL, TILT_LIMIT
from mjbench_legged.world import build
from torch import Tensor

from mjbench.api.training_batch import TrainingStep
from mjbench.spec.curriculum import Curriculum
from mjbench_warp import from_numpy
from mjbench_warp.counter_random import CounterRandom, spread
from mjbench_warp.physics import WarpPhysics
from mjbench_warp.worlds import randomised
from mjbench_warp.worlds.beginning import Beginning
from mjbench_warp.worlds.commands import DRAWS, CommandDraws
from mjbench_warp.worlds.ground import ground
from mjbench_warp.worlds.levels import moved
from mjbench_warp.worlds.progress import Progress
from mjbench_warp.worlds.states import States

PHYSICS, BEGIN, COMMAND, NEXT_COMMAND, PUSH, SHOVE, NOISE, FRESH_NOISE, GRADUATE = range(9)
"""What random numbers are for; see ``CounterRandom``."""


class LeggedTrainingBatch:
    """Implements ``mjbench.api.training_batch.TrainingBatch``.

    A step computes what ``LeggedVectorEnv.step`` computes, with the reference's own formulas, in single precision. A
    world whose state is not finite ends its episode with a reward of 0.

    Args:
        task: what the robots do.
        num_envs: worlds, N.
        seed: of all random numbers.
        episode_limit: control steps after which an episode is truncated.
        device: ``"cpu"``, ``"cuda:0"``.
        options: randomised physics, pushes and noise.
        curriculum: how levels change; None for the task itself.
    """

    def __init__(
        self,
        task: LeggedTask,
        num_envs: int,
        seed: int,
        episode_limit: int,
        device: str,
        options: Randomisation,
        curriculum: Curriculum | None = None,
    ) -> None:
        robot, self.task, self.num_envs = task.robot, task, num_envs
        model = build(robot, task.terrain)
        self.physics = WarpPhysics(model, num_envs, SUBSTEPS, device, randomised.fields(options))
        self.device, self.about = self.physics.device, self.physics.about
        self._seed, self._limit, self._rule, self._options = seed, episode_limit, curriculum, options
        self._random = CounterRandom(seed, num_envs, self.device)
        self._ground = ground(task.terrain, self.device)
        self._pose = torch.tensor(robot.pose, dtype=torch.float32, device=self.device)
        self._scale = torch.tensor(robot.action_scale, dtype=torch.float32, device=self.device)
        self._foot_m = float(model.geom(robot.soles[0]).size[0])
        self._numpy = from_numpy.TorchNumpy(self.device)
        self._gaits, self._states, self._rewards = (
            from_numpy.module(f"mjbench_legged.{name}", self.device) for name in ("gait", "state", "rewards")
        )
        self._observe = from_numpy.function(task.observe, self.device)
        self._weights = {name: weight for name, weight in task.weights.items() if weight}
        self._terms = {name: from_numpy.function(task.terms[name], self.device) for name in self._weights}
        self._commands = CommandDraws(task, self.device)
        self._beginning = Beginning(task, self._ground, options, self._pose)
        self._progress = Progress(task, num_envs, self.device) if curriculum else None
        self._now = States(self._fresh(len(robot.feet), len(robot.joints)))
        if options.edits_model:
            randomised.apply(options, self.physics, model, robot, self._draw(PHYSICS, randomised.DRAWS))
        self._weight_n = self.physics.field("body_subtreemass")[:, 0] * GRAVITY
        size = self._seen(FRESH_NOISE).shape[1:]
        self.single_observation_space = Box(-np.inf, np.inf, size, np.float32)
        self.single_action_space = Box(-1.0, 1.0, self._pose.shape, np.float32)

    @property
    def levels(self) -> Tensor | None:
        """See ``TrainingBatch``."""
        return self._now["level"] if self._rule else None

    def reset(self) -> Tensor:
        """See ``TrainingBatch``."""
        self._now["step"].zero_()
        self._now["level"].fill_(0 if self._rule else FULL)
        self._begin(torch.ones_like(self._now["steps"], dtype=torch.bool))
        return self._seen(FRESH_NOISE)

    def step(self, actions: Tensor) -> TrainingStep:
        """See ``TrainingBatch``."""
        now, action = self._now, actions.clamp(-1.0, 1.0)
        now["step"] += 1
        self._push()
        self._aim(action)
        self.physics.step()
        now["steps"] += 1
        state = self._state()
        gait = self._gaits.advance(self._gait(), state.contact, state.foot_height_m, CONTROL_S)
        t = self._transition(state, gait, action)
        reward = self._rewards.total(t, self._weights, self._terms)
        if self.task.clip_reward:
            reward = reward.clamp(min=0.0)
        finite = (state.qpos.sum(dim=1) + state.qvel.sum(dim=1)).isfinite()
        reward = (reward * self.task.reward_scale).where(finite, 0.0)
        fallen = (state.height_m < self.task.robot.fall_height_m) | (state.gravity_b[:, 2] > TILT_LIMIT)
        terminated, truncated = fallen | ~finite, now["steps"] >= self._limit
        over = terminated | truncated
        if self._progress and self._rule:
            self._progress.add(t)
            score = self._progress.score(t, now["steps"])
            now["level"] = moved(self._rule, now["level"], over, score, self._draw(GRADUATE, 1)[:, 0])
        for name, values in vars(gait).items():
            now[f"gait.{name}"] = values
        now["action"] = action
        self._change_commands()
        final = self._seen(NOISE).where(finite[:, None], 0.0)
        self._begin(over)
        observations = self._seen(FRESH_NOISE).where(over[:, None], final)
        return TrainingStep(observations, reward, terminated, truncated, final)

    def state_dict(self) -> dict[str, Tensor]:
        """See ``TrainingBatch``."""
        return {name: value.clone() for name, value in self._named().items()}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """See ``TrainingBatch``."""
        own = self._named()
        wrong = [name for name in {**own, **state} if _shape(own, name) != _shape(state, name)]
        if wrong or int(state["seed"]) != self._seed:
            raise ValueError(f"the state is of another task, size or seed: {', '.join(sorted(wrong)) or 'seed'}")
        for name, value in own.items():
            value.copy_(state[name])

    def _named(self) -> dict[str, Tensor]:
        progress = {} if self._progress is None else self._progress.states.named()
        return {
            **self._now.named(),
            **{f"progress.{name}": value for name, value in progress.items()},
            "qpos": self.physics.qpos,
            "qvel": self.physics.qvel,
            "seed": torch.tensor(self._seed),
        }

    def _fresh(self, feet: int, joints: int) -> dict[str, Tensor]:
        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros((self.num_envs, *shape), dtype=dtype, device=self.device)

        self._standing = vars(self._gaits.standing(self.num_envs, feet))
        return {
            "step": torch.zeros(1, dtype=torch.int64, device=self.device),
            **{name: zeros(dtype=torch.int64) for name in ("steps", "level", "delay", "next_push")},
            "offset": zeros(),
            "action": zeros(joints),
            "target": zeros(joints),
            "command": zeros(3),
            **{f"gait.{name}": value.clone() for name, value in self._standing.items()},
        }

    def _draw(self, purpose: int, count: int) -> Tensor:
        return self._random.uniform(self._now["step"], purpose, count)

    def _begin(self, mask: Tensor) -> None:
        """Episodes begin in the rows of ``mask`` (N,), at their levels."""
        now, uniform = self._now, self._draw(BEGIN, self._beginning.draws)
        qpos, qvel = self._beginning.place(now["level"], uniform)
        States({"qpos": self.physics.qpos, "qvel": self.physics.qvel}).put(mask, {"qpos": qpos, "qvel": qvel})
        now.put(mask, {"steps": 0, "action": 0.0, "target": self._pose, **self._beginning.drawn(uniform)})
        now.put(mask, {"command": self._commands.draw(now["level"], self._draw(COMMAND, DRAWS))})
        now.put(mask, {f"gait.{name}": value for name, value in self._standing.items()})
        if self._progress:
            self._progress.begin(mask, qpos[:, 0])

    def _change_commands(self) -> None:
        if self.task.commands is None:
            return
        over = self._commands.over(self._now["steps"], self._limit)
        if self._progress:
            self._progress.change_command(over)
        drawn = self._commands.draw(self._now["level"], self._draw(NEXT_COMMAND, DRAWS))
        self._now.put(over, {"command": drawn})

    def _aim(self, action: Tensor) -> None:
        """Set the targets of the next control step: until a robot's latency has passed, the old one holds."""
        target = self._pose + self._scale * action
        if max(self._options.latency_s) > 0:
            for i, controls in enumerate(self.physics.controls):
                controls.copy_(self._now["target"].where((i < self._now["delay"])[:, None], target))
        else:
            self.physics.controls.copy_(target.expand_as(self.physics.controls))
        self._now["target"] = self.physics.controls[-1]

    def _push(self) -> None:
        now, qvel, pushes = self._now, self.physics.qvel, self.task.pushes
        if pushes:
            pushed = now["steps"] == now["next_push"]
            angle = spread(self._draw(PUSH, 1), -torch.pi, torch.pi)
            qvel[:, :2] += (
                pushed[:, None] * pushes.speed_m_s * torch.cat([self._numpy.cos(angle), self._numpy.sin(angle)], dim=1)
            )
            now["next_push"] += pushed * round(pushes.every_s / CONTROL_S)
        if self._options.push_every_s:
            randomised.push(self._options, qvel, self._draw(SHOVE, 3))

    def _gait(self) -> Any:
        return self._gaits.Gait(**{name: self._now[f"gait.{name}"] for name in self._standing})

    def _phase(self) -> Tensor:
        return (self._now["offset"] + self._now["steps"] * (CONTROL_S * self.task.stride_hz)) % 1.0

    def _state(self) -> Any:
        physics = self.physics
        return self._states.read(physics.qpos, physics.qvel, physics.sensors, self._ground, self._foot_m)

    def _seen(self, purpose: int) -> Tensor:
        """Observations (N, O) of the state as it is."""
        state = self._state()
        if self._options.is_noisy:
            state = randomised.noisy(self._options, state, self._draw(purpose, 2 * len(self._pose) + 3))
        return self._observe(state, self._pose, self._now["action"], self._now["command"], self._phase())

    def _transition(self, state: Any, gait: Any, action: Tensor) -> Any:
        return self._rewards.Transition(
            state=state,
            gait=gait,
            action=action,
            previous=self._now["action"],
            command=self._now["command"],
            phase=self._phase(),
            velocity=state.velocity_h if self.task.commands else state.velocity_w[:, :2],
            pose=self._pose,
            weight_n=self._weight_n,
            constants=self.task.constants,
        )


def _shape(state: Mapping[str, Tensor], name: str) -> tuple[int, ...] | None:
    return tuple(state[name].shape) if name in state else None
