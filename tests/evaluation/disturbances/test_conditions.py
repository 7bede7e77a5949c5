"""Which conditions a task can have, and what each does to the physics, on the real tasks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mujoco
import numpy as np
import pytest

from mjbench.envs.vector import make_batch
from mjbench.errors import MjbenchError
from mjbench.evaluation.disturbances.batch import DisturbedBatch
from mjbench.evaluation.disturbances.catalogue import CONDITIONS, absences, choose
from mjbench.evaluation.disturbances.condition import Effect, draws
from mjbench.evaluation.disturbances.noise import Noise, Watch
from mjbench.evaluation.disturbances.physics import find_physics
from mjbench.evaluation.disturbances.target import Target
from mjbench.evaluation.evaluator import info_keys, play_episodes
from mjbench.registry.lookup import Registry
from mjbench.snapshot.mujoco_state import arrays

NAMES = list(CONDITIONS)
SEEDS = [1_000_000, 1_000_001]
HOPPER, GO1 = "gymnasium/Hopper-v5", "quadruped/Go1Walk-v0"


@contextmanager
def batch_of(task_id: str) -> Iterator[tuple[Any, Target]]:
    task = Registry().task(task_id)
    batch = make_batch(task, len(SEEDS))
    batch.reset(seed=SEEDS)
    try:
        yield batch, Target.of(task, batch)
    finally:
        batch.close()


def state(batch: Any) -> dict[str, np.ndarray]:
    physics = find_physics(batch)
    assert physics is not None
    return {name: np.array(value) for name, value in arrays("MjModel", physics.models()[0])}


def at(batch: Any) -> Any:
    """The first environment's model."""
    physics = find_physics(batch)
    assert physics is not None
    return physics.models()[0]


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        (HOPPER, {"terrain"}),
        ("gymnasium/Humanoid-v5", {"terrain"}),
        ("gymnasium/Ant-v5", {"terrain"}),
        ("gymnasium/Swimmer-v5", {"friction", "gravity", "terrain"}),
        ("gymnasium/InvertedPendulum-v5", {"friction", "terrain"}),
        ("gymnasium/Reacher-v5", {"push", "payload", "friction", "gravity", "terrain"}),
        ("gymnasium/Pusher-v5", {"push", "payload", "friction", "gravity", "terrain"}),
        ("dm_control/cartpole-swingup-v0", {"friction", "terrain"}),
        ("dm_control/acrobot-swingup-v0", {"push", "payload", "friction", "terrain"}),
        ("dm_control/point_mass-easy-v0", {"friction", "gravity", "terrain"}),
        ("dm_control/cheetah-run-v0", {"terrain"}),
        ("dm_control/finger-spin-v0", {"push", "payload", "gravity", "terrain"}),
        (GO1, {"terrain"}),
        ("quadruped/Go1Rough-v0", set()),
        ("quadruped/AnymalStep-v0", set()),
    ],
)
def test_the_model_says_which_conditions_a_task_can_have(task: str, missing: set[str]) -> None:
    with batch_of(task) as (_, target):
        found = absences(target, NAMES)
        assert set(found) == missing
        assert choose(target, NAMES, []) == [name for name in NAMES if name not in missing]
        for name, reason in found.items():
            with pytest.raises(MjbenchError, match=rf"cannot have {name}: {reason}; it can have"):
                choose(target, NAMES, [name])
        with pytest.raises(MjbenchError, match="unknown condition 'pusch'; did you mean push"):
            choose(target, NAMES, ["pusch"])


@pytest.mark.parametrize("task", [HOPPER, GO1, "dm_control/walker-walk-v0"])
@pytest.mark.parametrize("name", ["payload", "friction", "motor", "gravity"])
def test_a_model_is_changed_for_the_episodes_and_is_then_what_it_was(task: str, name: str) -> None:
    with batch_of(task) as (batch, target):
        before = state(batch)
        disturbed = DisturbedBatch(batch, CONDITIONS[name].effect(target, 0.25), 10)
        disturbed.reset(seed=SEEDS)
        during = state(batch)
        disturbed.step(np.zeros((2, *batch.single_action_space.shape), np.float32))
        disturbed.settle()
        after = state(batch)
    changed = {key for key in before if not np.array_equal(before[key], during[key], equal_nan=True)}
    expected = {"payload": "body_mass", "friction": "geom_friction", "motor": "actuator_gainprm"}.get(name)
    assert (expected or "opt.gravity") in changed
    assert all(np.array_equal(before[key], after[key], equal_nan=True) for key in before)


def test_a_payload_weighs_a_share_of_the_robot_and_hangs_on_its_root() -> None:
    with batch_of(GO1) as (batch, target):
        own = target.root
        assert own is not None
        assert own.mass_kg == pytest.approx(12.74, abs=0.01)
        assert CONDITIONS["payload"].scale(target) == own.mass_kg
        disturbed = DisturbedBatch(batch, CONDITIONS["payload"].effect(target, 0.5), 10)
        disturbed.reset(seed=SEEDS)
        assert at(batch).body_subtreemass[0] == pytest.approx(1.5 * own.mass_kg)
        assert at(batch).body(own.body).name == "trunk"
        disturbed.settle()


def test_weak_motors_give_a_share_of_the_force_also_where_they_are_servos() -> None:
    for task in (HOPPER, GO1):
        with batch_of(task) as (batch, target):
            model = at(batch)

            def force(model: Any = model) -> np.ndarray:
                data = mujoco.MjData(model)  # pyright: ignore[reportAttributeAccessIssue]
                data.ctrl[:] = 0.1
                mujoco.mj_forward(model, data)  # pyright: ignore[reportAttributeAccessIssue]
                return data.actuator_force.copy()

            full = force()
            disturbed = DisturbedBatch(batch, CONDITIONS["motor"].effect(target, 0.5), 10)
            disturbed.reset(seed=SEEDS)
            assert np.abs(full).max() > 0
            np.testing.assert_allclose(force(), 0.5 * full, rtol=1e-12)
            disturbed.settle()


@pytest.mark.parametrize("task", [HOPPER, GO1, "dm_control/humanoid-stand-v0"])
def test_pushes_change_the_velocity_of_the_root_by_what_they_say(task: str) -> None:
    seen: list[np.ndarray] = []

    class Recorder:
        def push(self, row: int, dofs: Any, velocity: np.ndarray) -> None:
            seen.append(velocity)

    with batch_of(task) as (batch, target):
        condition = CONDITIONS["push"]
        assert target.root is not None
        assert condition.scale(target) == pytest.approx(np.sqrt(9.81 * target.root.extent_m))
        effect: Any = condition.effect(target, 0.1)
        disturbed = DisturbedBatch(batch, effect, 100)
        disturbed.reset(seed=SEEDS)
        effect._physics = Recorder()
        for step in range(100):
            effect.before_step(step)
    assert len(seen) == 5 * len(SEEDS)
    for velocity in seen:
        assert np.linalg.norm(velocity) == pytest.approx(0.1 * condition.scale(target))
    assert len({tuple(velocity) for velocity in seen}) > 1


def test_a_push_reaches_the_simulator() -> None:
    for task in (HOPPER, GO1):
        with batch_of(task) as (batch, target):
            assert target.root is not None
            physics = find_physics(batch)
            assert physics is not None
            physics.push(1, target.root.dofs, np.ones(len(target.root.dofs)))
            action = np.zeros((2, *batch.single_action_space.shape), np.float32)
            pushed = batch.step(action)[0]
            batch.reset(seed=SEEDS)
            calm = batch.step(action)[0]
        np.testing.assert_array_equal(pushed[0], calm[0])
        assert np.abs(pushed[1] - calm[1]).max() > 0.1


def test_actions_arrive_late_and_the_first_one_holds_until_then() -> None:
    with batch_of(HOPPER) as (_, target):
        effect = CONDITIONS["delay"].effect(target, 2.0)
        assert CONDITIONS["delay"].scale(target) == pytest.approx(0.008)
    effect.begin(None)  # pyright: ignore[reportArgumentType]
    assert [int(effect.act(np.array([step]))[0]) for step in range(6)] == [0, 0, 0, 1, 2, 3]


def test_noise_is_that_of_the_seed_and_as_strong_as_it_says() -> None:
    task = Registry().task(HOPPER)
    batch = make_batch(task, 2, info_keys(task))
    seen: list[np.ndarray] = []

    class Still:
        def act(self, observation: np.ndarray) -> np.ndarray:
            seen.append(observation)
            return np.zeros((len(observation), 3), np.float32)

        def save(self, folder: Any) -> None:
            raise NotImplementedError

    def played(effect: Effect, seeds: list[int]) -> np.ndarray:
        seen.clear()
        disturbed = DisturbedBatch(batch, effect, task.episode_limit)
        play_episodes(disturbed, task, Still(), seeds)
        disturbed.settle()
        return np.stack(seen)

    watch = Watch()
    calm = played(watch, SEEDS)
    deviation = watch.deviation([len(calm), len(calm)])
    assert (deviation > 0).all()
    noisy = played(Noise(deviation * 0.5), SEEDS)
    assert len(noisy) == len(calm)  # the motors do not see it
    ratio = (noisy - calm) / deviation
    assert 0.4 < ratio.std() < 0.6
    np.testing.assert_array_equal(noisy, played(Noise(deviation * 0.5), SEEDS))
    swapped = played(Noise(deviation * 0.5), SEEDS[::-1])
    np.testing.assert_array_equal(noisy[:, 0], swapped[: len(noisy), 1])
    batch.close()


def test_draws_depend_on_seed_and_condition_alone() -> None:
    first, again = draws([7, 8], "push"), draws([8], "push")
    assert first[1].random() == again[0].random()
    assert draws([7], "push")[0].random() != draws([7], "noise")[0].random()


def test_rough_ground_grows_by_the_share() -> None:
    for name in ("Go1Rough", "AnymalStep"):
        task = Registry().task(f"quadruped/{name}-v0")
        batch = make_batch(task, 1)
        steeper = CONDITIONS["terrain"].arguments(Target(task, None, None), 0.5)
        from mjbench_quadruped.vector_env import QuadrupedVectorEnv

        other = QuadrupedVectorEnv(**task.kwargs, **steeper)
        x, y = np.meshgrid(np.linspace(-3, 30, 50), np.linspace(-3, 30, 50))
        flat, high = batch.task.terrain.height(x, y), other.task.terrain.height(x, y)
        assert np.abs(flat).max() > 0.01
        np.testing.assert_allclose(high, 1.5 * flat, atol=1e-12)
        batch.close()
