"""What only a built environment says of a task, and its picture; kept in the repository, as it takes minutes.

    python -m mjbench_docs.looked [TASK...]      # in docs/: looks at what is missing, or at these tasks

A published task never changes, so what was seen once stays true; a test builds them again and compares.
"""

import inspect
import io
import json
import sys
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mjbench.envs.make import make_env
from mjbench.envs.rendering import require_rendering
from mjbench.errors import MjbenchError
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec

IMAGES = Path(__file__).parents[1] / "images" / "tasks"
FILE = IMAGES / "looked.json"
SIZE = (360, 270)
"""Largest width and height of a picture."""
SEED = 1_000_000
"""Of the episode that is drawn: the first one of the protocol."""
ELSEWHERE = ("envpool", "adhoc")
"""Namespaces without a page for each task: copies of other tasks in another engine, and what users make."""


@dataclass(frozen=True)
class Looked:
    """What a built environment says."""

    observation: int
    """Numbers of an observation."""
    action: int
    """Numbers of an action."""
    bounds: list[tuple[float, float]]
    """Different pairs of lowest and highest value among them."""
    rewards: list[tuple[str, float | None, str]] = field(default_factory=list)
    """Terms of the reward: name, weight, formula."""
    about: str = ""
    """First sentence of the docstring of the task's class, where that class is of another package."""


def look_at(task: TaskSpec, picture: bool = True) -> tuple[Looked, bytes | None]:
    """Build a task, take a step and draw it; the picture is WebP."""
    with closing(make_env(task, **({"render_mode": "rgb_array"} if picture else {}))) as env:
        env.reset(seed=SEED)
        drawn = _webp(env.render()) if picture else None
        low, high = (bound.astype(float).round(4).tolist() for bound in (env.action_space.low, env.action_space.high))
        *_, info = env.step(np.zeros(env.action_space.shape, np.float32))
        bounds = sorted(set(zip(low, high, strict=True)))
        looked = Looked(int(env.observation_space.shape[0]), len(low), bounds, _rewards(env, info), _about(env))
    return looked, drawn


def _rewards(env: Any, info: dict[str, Any]) -> list[tuple[str, float | None, str]]:
    """The weighted terms of the robots of this project, or the parts that Gymnasium's ``info`` shows."""
    task = getattr(getattr(env.unwrapped, "batch", None), "task", None)
    weights = getattr(task, "weights", None)
    if weights is None:
        return [(name, None, "") for name in info if name.startswith("reward_")]
    module = sys.modules[type(env.unwrapped.batch).__module__.rpartition(".")[0] + ".rewards"]
    terms = getattr(task, "terms", None) or module.TERMS
    return [(name, weight, _sentence(terms[name].__doc__)) for name, weight in weights.items() if weight]


def _about(env: Any) -> str:
    """Of dm_control's tasks, whose wrapper says nothing on the task."""
    inner = getattr(env.unwrapped, "dm_env", None)
    return _sentence(type(inner.task).__doc__) if inner is not None else ""


def _sentence(text: str | None) -> str:
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split()).rstrip(".")


def _webp(pixels: Any) -> bytes:
    from PIL import Image

    image = Image.fromarray(np.asarray(pixels))
    image.thumbnail(SIZE)
    body = io.BytesIO()
    image.save(body, "WEBP", quality=75)
    return body.getvalue()


def read_looked() -> dict[str, Looked]:
    """What is kept, by task id."""
    if not FILE.exists():
        return {}
    rows = json.loads(FILE.read_text())
    lists = ("bounds", "rewards")
    return {name: Looked(**row | {key: [*map(tuple, row[key])] for key in lists}) for name, row in rows.items()}


def picture_of(task_id: str) -> Path:
    """Where the picture of a task lies."""
    return IMAGES / f"{task_id}.webp"


def paged(registry: Registry) -> list[TaskSpec]:
    """The tasks that have a page."""
    return [task for task in registry.tasks.values() if task.namespace not in ELSEWHERE]


def main(wanted: list[str]) -> None:
    """Look at tasks and keep what is seen.

    Raises:
        MjbenchError: nothing can be drawn here, or a task that there is not.
    """
    require_rendering()
    registry = Registry()
    for name in wanted:
        registry.task(name)  # refuses what nothing installed offers
    kept = read_looked()
    for task in paged(registry):
        if task.id in wanted or (not wanted and (task.id not in kept or not picture_of(task.id).exists())):
            kept[task.id], picture = look_at(task)
            path = picture_of(task.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture or b"")
            print(f"{task.id}: {len(picture or b''):,} bytes", flush=True)
            rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(asdict(kept[name]))}" for name in sorted(kept))
            FILE.write_text(f"{{\n{rows}\n}}\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MjbenchError as error:
        sys.exit(f"Error: {error}")
