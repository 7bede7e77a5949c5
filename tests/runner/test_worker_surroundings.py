"""A worker runs in another folder, and finds what the user's shell finds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mjbench.envs.gymnasium_ids import FOLDER
from mjbench.runner.command import worker_environment
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol

pytestmark = pytest.mark.usefixtures("pointmass")
ROBOT = """
import gymnasium, numpy
from gymnasium.spaces import Box

class Robot(gymnasium.Env):
    def __init__(self):
        open("./robot.xml").close()
        self.observation_space = Box(-numpy.inf, numpy.inf, (1,), numpy.float64)
        self.action_space = Box(-1, 1, (1,), numpy.float32)
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x = self.np_random.normal(size=1)
        open("robot.xml").close()
        return self.x.copy(), {}
    def step(self, action):
        self.x = 0.9 * self.x + 0.1 * action.astype(float)
        return self.x.copy(), -abs(float(self.x[0])), False, False, {}

gymnasium.register("Robot-v0", entry_point=Robot, max_episode_steps=20)
"""


@pytest.mark.parametrize("place", ["the folder itself", "a relative PYTHONPATH"])
def test_a_module_and_a_model_of_the_users_folder(tmp_path: Path, place: str) -> None:
    here = tmp_path / "here"
    code = here / "code" if place == "a relative PYTHONPATH" else here
    code.mkdir(parents=True)
    (code / "my_robot.py").write_text(ROBOT)
    (here / "robot.xml").write_text("<mujoco/>")
    environment = dict(os.environ)
    if code is not here:
        environment["PYTHONPATH"] = "code" + os.pathsep + environment["PYTHONPATH"]
    words = ("--task", "my_robot:Robot-v0", "--algo", "random-search", "--seeds", "0,", "--steps", "400")
    script = "from mjbench.cli.main import main; main()"  # the folder is not on the path, as with the installed command
    command = [sys.executable, "-P", "-c", script, "run", *words]
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(here.glob("results/adhoc/*/*/*/policy.json"))


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "lib", "/abs"]))
    run = RunSpec("a/B-v0", "x", {}, 0, 10, EvalProtocol(checkpoints=1, episodes=1, final_episodes=1))
    environment = worker_environment(run)
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(tmp_path), str(tmp_path / "lib"), "/abs"]
    assert environment[FOLDER] == str(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")
    assert "PYTHONPATH" not in worker_environment(run)
