# The bindings of MuJoCo carry no types.
# pyright: reportAttributeAccessIssue=false
"""MuJoCo Warp against MuJoCo on the robots' models, under the same targets."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("mujoco_warp", reason="mujoco-warp is not installed: pip install ./plugins/mjbench-warp")

import mujoco
from mjbench_legged.randomisation import parse
from mjbench_legged.simulator import SUBSTEPS, Simulator
from mjbench_legged.world import build
from mjbench_quadruped.tasks import TASKS
from mjbench_quadruped_specs import RANDOMISE
from mjbench_warp.counter_random import CounterRandom
from mjbench_warp.physics import WarpPhysics
from mjbench_warp.worlds import randomised

pytestmark = pytest.mark.usefixtures("warp_kernels")
COUNT = 32


def beginnings(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions and velocities of robots that are about to land; on the step task they stand before it."""
    robot, generator = TASKS[name].robot, np.random.default_rng(0)
    qpos, qvel = np.zeros((COUNT, 19)), np.zeros((COUNT, 18))
    qpos[:, 2], qpos[:, 3] = robot.height_m + 0.01, 1.0
    if name == "AnymalStep":
        qpos[:, 0], qpos[:, 1] = 1.55, 5.0 * (np.arange(COUNT) % 9)
        qvel[:, 0] = 1.0
    qpos[:, 7:] = robot.standing() + generator.uniform(-0.1, 0.1, (COUNT, 12))
    qvel[:, :3] += generator.uniform(-0.1, 0.1, (COUNT, 3))
    return qpos, qvel


def together(name: str, physics: WarpPhysics, simulator: Simulator, steps: int) -> np.ndarray:
    """Largest distance of a position after each control step, (steps, N)."""
    robot, generator = TASKS[name].robot, np.random.default_rng(1)
    qpos, qvel = beginnings(name)
    physics.qpos.copy_(torch.from_numpy(qpos))
    physics.qvel.copy_(torch.from_numpy(qvel))
    for env in range(COUNT):
        simulator.place(env, qpos[env], qvel[env])
    apart = []
    for _ in range(steps):
        targets = robot.standing() + robot.scale() * generator.uniform(-1, 1, (SUBSTEPS, COUNT, 12))
        physics.controls.copy_(torch.from_numpy(targets))
        physics.step()
        simulator.step(targets.swapaxes(0, 1))
        apart.append(abs(physics.qpos.numpy() - simulator.qpos).max(axis=1))
    assert not physics.data.overflow.numpy().any()
    return np.array(apart)


@pytest.mark.parametrize("name", ["Go1Walk", "AnymalStep"])
def test_trajectories_stay_with_the_reference_for_a_hundred_steps(name: str) -> None:
    task = TASKS[name]
    model = build(task.robot, task.terrain)
    apart = together(name, WarpPhysics(model, COUNT, SUBSTEPS, "cpu"), Simulator([model], COUNT, 1), 25)
    assert np.median(apart[-1]) < 3e-6
    assert np.quantile(apart[-1], 0.9) < 1e-5


@pytest.mark.parametrize("name", ["Go1Walk", "AnymalStep"])
def test_robots_that_fall_over_have_room_for_their_contacts(name: str) -> None:
    task = TASKS[name]
    physics = WarpPhysics(build(task.robot, task.terrain), COUNT, SUBSTEPS, "cpu")
    qpos, _ = beginnings(name)
    turned = np.random.default_rng(2).normal(size=(COUNT, 4))
    qpos[:, 3:7] = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    qpos[:, 0], qpos[:, 2] = 2.0, 0.7
    physics.qpos.copy_(torch.from_numpy(qpos))
    physics.controls.copy_(torch.from_numpy(task.robot.standing()))
    most = 0
    for _ in range(25):
        physics.step()
        most = max(most, int(physics.data.nefc.numpy().max()))
    assert most > 12 + 4 * 4  # friction of joints, and more than the four feet
    assert not physics.data.overflow.numpy().any()
    assert physics.qpos.isfinite().all()


def test_randomised_worlds_have_the_physics_that_mujoco_derives() -> None:
    options, task = parse(RANDOMISE), TASKS["Go1Walk"]
    nominal = build(task.robot, task.terrain)
    physics = WarpPhysics(nominal, COUNT, SUBSTEPS, "cpu", randomised.fields(options))
    draws = CounterRandom(0, COUNT, physics.device).uniform(torch.zeros(1, dtype=torch.int64), 0, randomised.DRAWS)
    randomised.apply(options, physics, nominal, task.robot, draws)
    models = [build(task.robot, task.terrain) for _ in range(COUNT)]
    for env, model in enumerate(models):
        for name in randomised.DRAWN:
            drawn = physics.field(name).numpy()[env]
            theirs = getattr(model, name).reshape(len(drawn), -1)  # a view
            theirs[:, : drawn.size // len(drawn)] = drawn.reshape(len(drawn), -1)
        mujoco.mj_setConst(model, mujoco.MjData(model))
        for name in randomised.DERIVED:
            ours, theirs = physics.field(name).numpy()[env], getattr(model, name)
            np.testing.assert_allclose(ours.reshape(theirs.shape), theirs, rtol=2e-4, atol=1e-6, err_msg=name)
    masses = physics.field("body_subtreemass").numpy()[:, 0]
    base = nominal.body_mass[nominal.body(task.robot.base).id]
    low, high = (nominal.body_subtreemass[0] + (factor - 1) * base for factor in RANDOMISE["mass"])
    assert low < masses.min() < low + 0.3 * (high - low)
    assert high - 0.3 * (high - low) < masses.max() < high
    friction = physics.field("geom_friction").numpy()[:, nominal.geom(task.robot.soles[0]).id, 0]
    assert 0.4 <= friction.min() < 0.6 < 1.0 < friction.max() <= 1.2
    assert np.quantile(together("Go1Walk", physics, Simulator(models, COUNT, 1), 10)[-1], 0.9) < 1e-5
