"""The programs of ``examples/`` play exported files without mjbench."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from committed_policies import first, policy_of

from mjbench.evaluation.exporting.export import prepare, write
from mjbench.registry.lookup import Registry

EXAMPLES = Path(__file__).parents[1] / "examples"
INCLUDE = "ONNXRUNTIME_INCLUDE"
"""Environment variable: folder of ONNX Runtime's C++ headers, which its wheel does not have."""
ALONE = """
import runpy, sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("mjbench"):
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
try:
    import mjbench
except ImportError:
    assert not any(name.startswith("mjbench") for name in sys.modules)
else:
    raise SystemExit("mjbench can be imported")
"""


def exported(pattern: str, folder: Path) -> Path:
    return write(prepare(str(first(pattern)), Path("results"), Registry()), "onnx", folder, Registry())[0]


@pytest.mark.parametrize(
    ("pattern", "seconds", "height_m"),
    [
        ("quadruped/Go1Walk-v0/ppo", 20, 0.2),
        ("quadruped/Go1Walk-v0/fast-sac", 20, 0.2),
        ("quadruped/AnymalWalk-v0/ppo", 8, 0.4),
    ],
)
def test_a_robot_walks_from_its_file_alone(pattern: str, seconds: int, height_m: float, tmp_path: Path) -> None:
    path = exported(pattern, tmp_path)
    command = [sys.executable, "-W", "error", "-c", ALONE, str(EXAMPLES / "walk.py"), str(path), str(seconds)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    numbers = re.fullmatch(r"([\d.]+) s: (\S+) m ahead, (\S+) m to the left, base at (\S+) m\n", done.stdout)
    assert numbers, done.stdout
    time_s, ahead_m, left_m, base_m = map(float, numbers.groups())
    assert time_s == pytest.approx(seconds)
    assert ahead_m > 0.6 * seconds
    assert abs(left_m) < 0.1 * ahead_m
    assert base_m > height_m


def test_a_robot_without_a_file_gets_the_usage() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLES / "walk.py")], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "usage: python walk.py go1.onnx [SECONDS]\n"


def test_the_program_in_cpp_compiles_and_plays(tmp_path: Path) -> None:
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("no C++ compiler")
    headers = os.environ.get(INCLUDE)
    options = ["-std=c++17", "-Wall", "-Wextra", str(EXAMPLES / "play.cpp")]
    if headers is None:  # types and syntax alone
        declared = Path(__file__).parent / "onnxruntime_declarations"
        subprocess.run([compiler, "-fsyntax-only", "-Werror", *options, "-I", str(declared)], check=True)
        return
    (library,) = (Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so.*")
    (tmp_path / "libonnxruntime.so.1").symlink_to(library)
    link = ["-I", headers, str(library), f"-Wl,-rpath,{tmp_path}", "-o", str(tmp_path / "play")]
    subprocess.run([compiler, *options, *link], check=True)
    path = exported("quadruped/Go1Walk-v0/ppo", tmp_path)
    done = subprocess.run([tmp_path / "play", path, "3"], check=True, capture_output=True, text=True)
    observation = np.zeros((1, 46), np.float32)
    observation[0, 0] = 0.1
    expected = policy_of(first("quadruped/Go1Walk-v0/ppo")).act(observation)[0]
    for line in done.stdout.splitlines():
        np.testing.assert_allclose(np.array(line.split(), float), expected, atol=2e-6)
    assert len(done.stdout.splitlines()) == 3
