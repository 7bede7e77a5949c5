"""``mjbench list algorithms NAME [TASK]``: hyperparameters and published presets of one algorithm."""

import json

import click

from mjbench.cli.terminal.table import table
from mjbench.plan.hyperparameters import kinds_of
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import published
from mjbench.spec.task import TaskSpec

ANY = TaskSpec("any/Task-v0", "none:none", 1, 1)
"""A task that no block of a preset names, so that it gets the defaults."""


def show_algorithm(name: str, task_id: str | None, as_json: bool) -> None:
    """Print the hyperparameters of every preset, side by side, and where they come from.

    Args:
        name: of an installed algorithm.
        task_id: for this task; None for the defaults.
        as_json: for programs.

    Raises:
        MjbenchError: there is no such task, or a plugin does not load.
    """
    registry = Registry()
    algorithm = registry.algorithm(name)
    task = registry.task(task_id) if task_id else ANY
    presets = published(algorithm, task)
    optional = dict(getattr(algorithm, "optional_hyperparameters", {}))
    sources = getattr(algorithm, "preset_sources", lambda _: {})(task)
    kinds = {
        key: kind.says for key, kind in kinds_of(algorithm, {**optional, **algorithm.hyperparameters(task)}).items()
    }
    default = [preset for preset in presets if preset.isdecimal()][-1]
    if as_json:
        body = {"presets": presets, "default": default, "optional": optional, "sources": sources, "values": kinds}
        click.echo(json.dumps(body, indent=1))
        return
    owner = registry.owner("algorithm", name)
    where = f"on {task_id}" if task_id else "on a task without hyperparameters of its own"
    click.echo(f"{name} ({owner.distribution} {owner.version}) {where}; preset {default} is the default\n")
    names = list(dict.fromkeys(key for values in presets.values() for key in values))
    rows = [
        [key, *(json.dumps(values[key]) if key in values else "" for values in presets.values()), kinds.get(key, "")]
        for key in names
    ]
    rows += [[f"{key} (optional)", *(json.dumps(value) for _ in presets), kinds[key]] for key, value in optional.items()
             if key not in names]  # fmt: skip
    click.echo(table(["hyperparameter", *(f"preset {preset}" for preset in presets), "values"], rows))
    if sources:
        click.echo("")
        for preset, source in sources.items():
            click.echo(f"preset {preset}: {source}")
    click.echo(f"\nChange one with --set NAME=VALUE; take another preset with --preset NAME ({', '.join(presets)}).")
