"""``python -m mjbench_envpool.collect`` writes anew what the installed EnvPool offers."""

import ctypes
import json
import re
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import envpool
from envpool.registration import registry

CATALOGUE = Path(__file__).parent / "catalogue.json"
MODULES = "envpool.mujoco."
"""Where the tasks on MuJoCo are registered from."""
SEEDED = re.compile(r"MyoHand\w+Random-v\d+")
"""The only ones of MyoSuite's tasks whose episodes differ: all others begin alike whatever the seed (EnvPool's issue
432), so that several of them show no more than one."""
SUCCESS = ("info:is_success", "info:success", "info:solved")
"""What the families call it."""


def collect() -> dict[str, Any]:
    """Versions and tasks: EnvPool's id of each to its family, step limit and, where it has one, success key."""
    return {
        "envpool": version("envpool"),
        "mujoco": mujoco_version(),
        "tasks": {name: _row(name) for name in envpool.list_all_envs() if _offered(name)},
    }


def mujoco_version() -> str:
    """Of the MuJoCo that is built into EnvPool."""
    string = ctypes.CDLL(import_module("envpool.mujoco.mujoco_gym_envpool").__file__ or "").mj_versionString
    string.restype = ctypes.c_char_p
    return string().decode()


def as_json(catalogue: dict[str, Any]) -> str:
    """The catalogue with a line for each task."""
    rows = [f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in catalogue["tasks"].items()]
    head = [f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in catalogue.items() if key != "tasks"]
    return "{\n" + "".join(head) + ' "tasks": {\n' + ",\n".join(rows) + "\n }\n}\n"


def _offered(name: str) -> bool:
    """Whether it is a task on MuJoCo that heeds its seed, and no second name of one."""
    module = registry.specs[name][0]
    second = "/" in name and registry.specs.get(name.rpartition("/")[2]) == registry.specs[name]
    heeds = module != f"{MODULES}myosuite" or SEEDED.fullmatch(name)
    return module.startswith(MODULES) and bool(heeds) and not second


def _row(name: str) -> dict[str, Any]:
    spec = envpool.make_spec(name)
    success = [key.removeprefix("info:") for key in SUCCESS if key in spec.state_array_spec]
    row = {"family": registry.specs[name][0].removeprefix(MODULES), "limit": spec.config.max_episode_steps}
    return {**row, "success": success[0]} if success else row


if __name__ == "__main__":
    CATALOGUE.write_text(as_json(collect()), encoding="utf-8")
