"""The result of a study: preset files with their ledger."""

import json
from collections.abc import Mapping
from typing import Any

from mjbench.plan.preset_file import PresetFile, parse_preset
from mjbench.registry.lookup import Registry
from mjbench.spec.run import digest
from mjbench_optuna.outcome import UNTUNED, Outcome, Tried
from mjbench_optuna.plan import StudyPlan

TUNED, SHARED = "tuned", "shared"
"""Labels of the best preset for each task, and of the best one for all tasks together."""


def preset_files(outcome: Outcome, registry: Registry) -> dict[str, PresetFile]:
    """The presets that the study has found, by file name; the second one for a study of several tasks alone."""
    plan = outcome.plan
    files = {"preset.toml": _file(TUNED, {task: outcome.best_on(task) for task in plan.tasks}, outcome, registry)}
    if len(plan.tasks) > 1:
        best = outcome.complete[0]
        files["preset-shared.toml"] = _file(SHARED, dict.fromkeys(plan.tasks, best), outcome, registry)
    return files


def _file(label: str, chosen: Mapping[str, Tried], outcome: Outcome, registry: Registry) -> PresetFile:
    plan = outcome.plan
    lines = [
        f"# Found by mjbench tune: {outcome.trials} trials, {outcome.cost.runs} runs. The ledger is at the end.",
        f"name = {_toml(label)}",
        f"algorithm = {_toml(plan.algorithm)}",
        f"extends = {_toml(plan.preset)}",
    ]
    digests: dict[str, str] = {}
    for task, tried in chosen.items():
        base = plan.base(registry, task)
        changes = {name: value for name, value in tried.changes.items() if base.get(name) != value}
        lines += ["", f"[{_toml(task)}]", f"source = {_toml(_source(tried, outcome, changes))}"]
        lines += [f"{name} = {_toml(value)}" for name, value in sorted(changes.items())]
        if changes:
            digests[task] = digest({**base, **changes})
    lines += ["", "[tuning]", *_ledger(plan, outcome)]
    if digests:
        lines += ["", "[tuning.presets]", *(f"{_toml(task)} = {_toml(text)}" for task, text in digests.items())]
    return parse_preset("\n".join(lines) + "\n", label)


def _source(tried: Tried, outcome: Outcome, changes: Mapping[str, Any]) -> str:
    if tried.number == UNTUNED or not changes:
        return f"no trial was better than preset {outcome.plan.preset}"
    return f"trial {tried.number} of {outcome.trials} of mjbench tune"


def _ledger(plan: StudyPlan, outcome: Outcome) -> list[str]:
    values = {
        "algorithm": plan.algorithm,
        "tasks": list(plan.tasks),
        "trials": outcome.trials,
        "pruned": outcome.count("pruned"),
        "failed": outcome.count("failed"),
        "runs": outcome.cost.runs,
        "steps": outcome.cost.steps,
        "cpu_s": outcome.cost.cpu_s,
        "seeds": list(plan.seeds),
        "sampler": plan.sampler,
    }
    return [f"{name} = {_toml(value)}" for name, value in values.items()]


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)
