"""The canonical wrapper."""

import gymnasium
import numpy as np
import pytest
from dm_control.rl.control import PhysicsError
from mjbench_dmcontrol.make import make_manipulation, make_suite


@pytest.fixture
def finger():
    env = make_suite("finger", "turn_easy")
    yield env
    env.close()


@pytest.mark.parametrize(("domain", "task"), [("finger", "turn_easy"), ("manipulator", "bring_peg"), ("fish", "swim")])
def test_equals_shimmys_environment_flattened(domain, task):
    from shimmy import DmControlCompatibilityV0

    ours = make_suite(domain, task)
    theirs = gymnasium.wrappers.FlattenObservation(DmControlCompatibilityV0(make_suite(domain, task).dm_env))
    assert ours.observation_space.shape == theirs.observation_space.shape
    ours.action_space.seed(0)
    observation, expected = ours.reset(seed=7)[0], theirs.reset(seed=7)[0]
    for _ in range(50):
        np.testing.assert_array_equal(observation, expected.astype(np.float32))
        action = ours.action_space.sample()
        observation, reward, *ends, _ = ours.step(action)
        expected, expected_reward, *expected_ends, _ = theirs.step(action)
        assert (reward, ends) == (expected_reward, expected_ends)
    ours.close()


def test_the_layout_is_sorted_and_keeps_scalars(finger):
    flat, _ = finger.reset(seed=0)
    parts = finger.dm_env.task.get_observation(finger.dm_env.physics)
    assert np.ndim(parts["dist_to_target"]) == 0
    expected = np.concatenate([np.ravel(parts[key]) for key in sorted(parts)])
    assert flat.dtype == np.float32
    np.testing.assert_array_equal(flat, expected.astype(np.float32))


def test_actions_are_the_tasks_own():
    quadruped = make_suite("quadruped", "walk")
    spec = quadruped.dm_env.action_spec()
    assert isinstance(quadruped.action_space, gymnasium.spaces.Box)
    np.testing.assert_allclose(quadruped.action_space.low, spec.minimum)
    np.testing.assert_allclose(quadruped.action_space.high, spec.maximum)
    assert quadruped.action_space.dtype == np.float32
    quadruped.close()


def test_an_actuator_without_limits_gets_some():
    lqr = make_suite("lqr", "lqr_2_1")
    assert lqr.action_space == gymnasium.spaces.Box(-10, 10, (1,), np.float32)
    lqr.close()


def test_lqr_is_the_same_system_every_time():
    one, other = (make_suite("lqr", "lqr_6_2") for _ in range(2))
    np.testing.assert_array_equal(one.dm_env.physics.model.jnt_stiffness, other.dm_env.physics.model.jnt_stiffness)
    assert not np.array_equal(one.reset()[0], other.reset()[0])


def test_observations_share_no_memory(finger):
    first, _ = finger.reset(seed=0)
    kept = first.copy()
    second, *_ = finger.step(finger.action_space.sample())
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, kept)


def test_a_reset_without_a_seed_goes_on_with_the_stream(finger):
    def three() -> list[np.ndarray]:
        return [finger.reset(seed=5)[0], finger.reset()[0], finger.reset()[0]]

    first = three()
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[1], first[2])
    np.testing.assert_array_equal(three(), first)


def test_environments_without_a_seed_differ():
    one, other = make_suite("finger", "turn_easy"), make_suite("finger", "turn_easy")
    assert not np.array_equal(one.reset()[0], other.reset()[0])


@pytest.mark.parametrize(("discount", "ends"), [(0.0, (True, False)), (1.0, (False, True)), (None, (False, False))])
def test_discount_tells_termination_from_truncation(finger, monkeypatch, discount, ends):
    finger.reset(seed=0)
    monkeypatch.setattr(finger.dm_env.task, "get_termination", lambda physics: discount)
    assert finger.step(finger.action_space.sample())[2:4] == ends


def test_a_finished_episode_is_not_restarted_unasked(finger, monkeypatch):
    with pytest.raises(gymnasium.error.ResetNeeded):
        finger.step(finger.action_space.sample())
    finger.reset(seed=0)
    monkeypatch.setattr(finger.dm_env.task, "get_termination", lambda physics: 0.0)
    finger.step(finger.action_space.sample())
    with pytest.raises(gymnasium.error.ResetNeeded):
        finger.step(finger.action_space.sample())
    finger.reset()


def test_a_diverged_simulation_ends_the_episode(finger, monkeypatch):
    before, _ = finger.reset(seed=0)

    def diverge(action):
        raise PhysicsError("bad acceleration")

    with monkeypatch.context() as patch:
        patch.setattr(finger.dm_env, "step", diverge)
        after, reward, terminated, truncated, info = finger.step(finger.action_space.sample())
    np.testing.assert_array_equal(after, before)
    assert not np.shares_memory(after, before)
    assert (reward, terminated, truncated, info) == (0.0, True, False, {"diverged": True})
    finger.reset()
    finger.step(finger.action_space.sample())


@pytest.mark.filterwarnings("ignore:.*infinity")
def test_gymnasiums_checker_accepts_it(finger):
    from gymnasium.utils.env_checker import check_env

    check_env(finger, skip_render_check=True)


def test_renders_without_a_display():
    env = make_suite("walker", "walk", render_mode="rgb_array", render_kwargs={"height": 48, "width": 64})
    env.reset(seed=0)
    picture = env.render()
    assert (picture.shape, picture.dtype) == ((48, 64, 3), np.uint8)
    assert picture.std() > 5
    env.close()


def test_an_unknown_render_mode_is_refused():
    with pytest.raises(ValueError, match="rgb_array"):
        make_suite("walker", "walk", render_mode="human")


def test_closing_twice_is_fine():
    env = make_manipulation("reach_site_features")
    env.reset(seed=0)
    env.close()
    env.close()
