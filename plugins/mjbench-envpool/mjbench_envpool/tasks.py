"""What EnvPool's MuJoCo tasks are; importing this module imports no simulator."""

import json
from importlib.resources import files
from typing import Any

from mjbench.spec.task import TaskSpec

FAMILIES = {
    "gym": ("gymnasium", "Gymnasium"),
    "dmc": ("dm_control", "dm_control"),
    "metaworld": ("metaworld", "Meta-World"),
    "playground": ("playground", "MuJoCo Playground"),
    "robotics": ("robotics", "Gymnasium-Robotics"),
    "myosuite": ("myosuite", "MyoSuite"),
}
"""EnvPool's name of each: our tag, and whose tasks they are."""
STATE = "EnvPool's environments live in compiled code that can neither save nor set their state"
BUDGET = 1_000_000


def _task(name: str, row: dict[str, Any]) -> TaskSpec:
    tag, title = FAMILIES[row["family"]]
    return TaskSpec(
        id=f"envpool/{name.replace('/', '-')}",
        entry_point="mjbench_envpool.env:EnvPoolEnv",
        vector_entry_point="mjbench_envpool.vector_env:EnvPoolVectorEnv",
        kwargs={"task": name},
        episode_limit=row["limit"],
        budget=BUDGET,
        description=f"{title}: {name.rpartition('/')[2].rpartition('-v')[0]}, in EnvPool",
        tags=(tag,),
        success=row.get("success"),
        stateless_reason=STATE,
    )


CATALOGUE = json.loads(files("mjbench_envpool").joinpath("catalogue.json").read_text(encoding="utf-8"))
"""Versions and tasks; ``python -m mjbench_envpool.collect`` writes it."""

TASKS = tuple(_task(name, row) for name, row in CATALOGUE["tasks"].items())
"""In EnvPool's order."""
