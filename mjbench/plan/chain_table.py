"""The chains of a suite's TOML file."""

from typing import Any

from mjbench.errors import SpecError
from mjbench.io.printable import is_printable
from mjbench.spec.chain import Chain, Stage

EXAMPLE = '[[chains]] with stages = [{ task = "acme/Stand-v0", steps = 1000 }, { task = "acme/Walk-v0", steps = 2000 }]'


def read_chains(value: Any) -> tuple[Chain, ...]:
    """What the file has under ``chains``.

    Raises:
        SpecError: of another form.
    """
    if not isinstance(value, list):
        raise SpecError(f"chains must be written as {EXAMPLE}")
    return tuple(_chain(item) for item in value)


def _chain(item: Any) -> Chain:
    stages = item.get("stages") if isinstance(item, dict) and item.keys() == {"stages"} else None
    if not isinstance(stages, list):
        raise SpecError(f"chains must be written as {EXAMPLE}")
    return tuple(_stage(stage) for stage in stages)


def _stage(item: Any) -> Stage:
    if not isinstance(item, dict) or item.keys() != {"task", "steps"}:
        raise SpecError(f"chains: a stage has a task and steps, such as {{ task = ..., steps = 1000 }}, not {item!r}")
    if not isinstance(item["task"], str) or type(item["steps"]) is not int:
        raise SpecError(f"chains: a stage's task is text and its steps a whole number, not {item!r}")
    if not item["task"] or not is_printable(item["task"]):
        raise SpecError(f"chains: {item['task']!r} is no name of a task")
    return Stage(**item)
