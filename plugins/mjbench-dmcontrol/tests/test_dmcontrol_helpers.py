"""Choice of a renderer, and numpy's global generator."""

import ctypes.util
import os
import sys

import numpy as np
import pytest
from mjbench_dmcontrol.global_random import GlobalRandom

from mjbench.envs.rendering import choose_backend

VARIABLES = ("MUJOCO_GL", "PYOPENGL_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")


@pytest.fixture
def headless(monkeypatch):
    """A Linux machine without a display; what is set during the test is undone after it."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


@pytest.mark.parametrize(("libraries", "expected"), [({"EGL", "OSMesa"}, "egl"), ({"OSMesa"}, "osmesa"), (set(), None)])
def test_the_first_library_that_is_there_is_chosen(headless, libraries, expected):
    headless.setattr(ctypes.util, "find_library", lambda name: name if name in libraries else None)
    choose_backend()
    assert os.environ.get("MUJOCO_GL") == expected


@pytest.mark.parametrize(("name", "value"), [("MUJOCO_GL", "osmesa"), ("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "w")])
def test_a_display_or_the_users_choice_stays(headless, name, value):
    headless.setattr(ctypes.util, "find_library", lambda name: name)
    headless.setenv(name, value)
    choose_backend()
    assert os.environ.get("MUJOCO_GL") == (value if name == "MUJOCO_GL" else None)


def test_the_two_streams_do_not_disturb_each_other():
    np.random.seed(1)
    outside = np.random.uniform(size=4)
    inside = np.random.RandomState(2).uniform(size=4)

    np.random.seed(1)
    lent = GlobalRandom(2)
    mixed_outside, mixed_inside = [], []
    for _ in range(4):
        mixed_outside.append(np.random.uniform())
        with lent:
            mixed_inside.append(np.random.uniform())
    np.testing.assert_array_equal(mixed_outside, outside)
    np.testing.assert_array_equal(mixed_inside, inside)


def test_a_stream_starts_anew():
    lent = GlobalRandom(3)
    with lent:
        first = np.random.uniform()
    lent.seed(3)
    with lent:
        assert np.random.uniform() == first
