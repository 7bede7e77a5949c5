"""The reference's formulas computed by torch, against numpy on states of a robot that walks, stumbles and falls."""

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("warp", reason="warp-lang is not installed: pip install ./plugins/mjbench-warp")

from mjbench_legged import gait, rewards
from mjbench_legged.observations import joints_and_body, stride, velocity, walk
from mjbench_legged.simulator import CONTROL_S
from mjbench_legged.state import read
from mjbench_legged.success import CrossTerrain, Episodes, FollowCommands, ReachLine, Stand, WalkAhead
from mjbench_quadruped.rewards import TERMS
from mjbench_quadruped.tasks import ANYMAL_ROUGH, ANYMAL_STEP, GO1_VELOCITY, TASKS
from mjbench_quadruped.vector_env import QuadrupedVectorEnv
from mjbench_warp import from_numpy
from mjbench_warp.worlds.ground import ground

CPU = torch.device("cpu")
NAMES = ("Go1Walk", "AnymalStep", "Go1Velocity")


@pytest.fixture(scope="module", params=NAMES)
def transitions(request: pytest.FixtureRequest) -> list[rewards.Transition]:
    """What the rewards of the reference were computed from, every fifth step."""
    env, seen = QuadrupedVectorEnv(request.param, 16), list[rewards.Transition]()
    env.reset(seed=0)
    total, generator = rewards.total, np.random.default_rng(0)

    def keep(t: rewards.Transition, *others: Any) -> np.ndarray:
        seen.append(t)
        return total(t, *others)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rewards, "total", keep)
        for step in range(60):
            env.step(generator.uniform(-1, 1, (16, 12)) * (step % 20) / 20)
    return seen[::5]


def tensors(value: Any, kind: Any = None) -> Any:
    """The same with arrays as tensors in single precision, in the class ``kind``."""
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    return (kind or type(value))(**{name: tensor(part) for name, part in parts.items()})


def tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return torch.from_numpy(value.astype(np.float32) if value.dtype.kind == "f" else value.copy())


def as_torch(t: rewards.Transition) -> Any:
    return replace(tensors(t), state=tensors(t.state), gait=tensors(t.gait))


def close(ours: Any, theirs: np.ndarray, relative: float = 2e-5) -> None:
    assert ours.dtype == (torch.bool if theirs.dtype == bool else torch.float32)
    np.testing.assert_allclose(ours.numpy(), theirs, rtol=relative, atol=relative * max(1.0, abs(theirs).max()))


@pytest.mark.parametrize("name", sorted(TERMS))
def test_rewards(name: str, transitions: list[rewards.Transition]) -> None:
    term = from_numpy.function(TERMS[name], CPU)
    for t in transitions:
        close(term(as_torch(t)), np.asarray(TERMS[name](t)))


def test_the_weighted_sum(transitions: list[rewards.Transition]) -> None:
    copy, weights = from_numpy.module("mjbench_legged.rewards", CPU), GO1_VELOCITY.weights
    terms = {name: from_numpy.function(TERMS[name], CPU) for name in weights}
    for t in transitions:
        close(copy.total(as_torch(t), weights, terms), rewards.total(t, weights, TERMS))


@pytest.mark.parametrize("observe", [walk, velocity, stride, joints_and_body])
def test_observations(observe: Any, transitions: list[rewards.Transition]) -> None:
    ours = from_numpy.function(observe, CPU)
    for t in transitions:
        parts = t.state, t.pose, t.action, t.command, t.phase
        close(ours(tensors(t.state), *map(tensor, parts[1:])), observe(*parts), 1e-6)


def test_gaits(transitions: list[rewards.Transition]) -> None:
    copy = from_numpy.module("mjbench_legged.gait", CPU)
    for before, t in pairwise(transitions):
        told = t.state.contact, t.state.foot_height_m
        theirs = gait.advance(before.gait, *told, CONTROL_S)
        ours = copy.advance(tensors(before.gait, copy.Gait), *map(tensor, told), CONTROL_S)
        for field in fields(theirs):
            close(getattr(ours, field.name), getattr(theirs, field.name))


def test_states() -> None:
    env = QuadrupedVectorEnv("AnymalStep", 16)
    env.reset(seed=0)
    env.step(np.full((16, 12), 0.3))
    sensors, terrain = env._simulator.sensors, env.task.terrain
    theirs = read(env.qpos, env.qvel, sensors, terrain, 0.03)
    copy = from_numpy.module("mjbench_legged.state", CPU)
    ours = copy.read(tensor(env.qpos), tensor(env.qvel), tensor(sensors), ground(terrain, CPU), 0.03)
    for field in fields(theirs):
        close(getattr(ours, field.name), getattr(theirs, field.name))


@pytest.mark.parametrize("success", [WalkAhead(), FollowCommands(), CrossTerrain(), Stand(), ReachLine(3.0)])
def test_scores_of_the_curriculum(success: Any) -> None:
    generator = np.random.default_rng(0)
    episodes = Episodes(**{field.name: generator.uniform(0, 2, 100) for field in fields(Episodes)})
    close(from_numpy.instance(success, CPU).progress(tensors(episodes)), success.progress(episodes))


@pytest.mark.parametrize("task", [TASKS["Go1Walk"], ANYMAL_STEP, ANYMAL_ROUGH])
def test_heights_of_the_ground(task: Any) -> None:
    x, y = np.random.default_rng(0).uniform(-5, 45, (2, 5000)).astype(np.float32).astype(np.float64)
    # a point on an edge may fall to either side of it
    ours, theirs = ground(task.terrain, CPU).height(tensor(x), tensor(y)).numpy(), task.terrain.height(x, y)
    assert (abs(ours - theirs) < 1e-4).mean() > 0.999


def test_the_reference_is_left_alone() -> None:
    from_numpy.module("mjbench_legged.rewards", CPU)
    assert rewards.alive.__globals__["np"] is np
