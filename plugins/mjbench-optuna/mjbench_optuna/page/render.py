"""A study as one page that stands alone: no scripts, no network, light and dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import fmean
from typing import TYPE_CHECKING, Any

from mjbench.io.printable import printable
from mjbench.leaderboard.cell_text import NOTHING
from mjbench.leaderboard.formats.html_pages import asset
from mjbench.leaderboard.plots.panels import Panel, PlotRow
from mjbench.leaderboard.plots.style import STYLE
from mjbench.leaderboard.plots.svg import drawing
from mjbench.leaderboard.tuning import hours
from mjbench.report import drawn
from mjbench.report.drawn import Drawn
from mjbench.stats.estimate import Estimate
from mjbench.stats.sensitivity import Sensitivity, sensitivity
from mjbench.text import count, score
from mjbench_optuna.display import written
from mjbench_optuna.outcome import UNTUNED, Outcome, Tried
from mjbench_optuna.page.correlation import correlation
from mjbench_optuna.page.history import history, importance
from mjbench_optuna.page.parallel import parallel
from mjbench_optuna.page.places import label

if TYPE_CHECKING:
    import jinja2

OWN_STYLE = """\
.tune-other{stroke:#9aa5b8;stroke-width:1;stroke-opacity:.55}.tune-up{fill:#2563a8}.tune-down{fill:#c9541a}
.tune-inside{font-size:12.5px;fill:#fff}.tune-halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){.tune-up{fill:#6cb0f5}.tune-down{fill:#f0925a}
.tune-inside{fill:#151a22}.tune-halo{stroke:#151a22}}
"""


@dataclass(frozen=True)
class Row:
    """One line of the table of trials."""

    name: str
    state: str
    value: str
    by_task: tuple[str, ...]
    values: tuple[str, ...]
    """Parallel to the space."""
    error: str


def study_sensitivity(outcome: Outcome) -> tuple[Sensitivity, list[Tried]] | None:
    """The sensitivity over the complete trials and the untuned preset, and these; None for a single task."""
    rows = sorted(outcome.complete, key=lambda each: each.number)
    scores = {task: [row.scores[task] for row in rows] for task in outcome.plan.tasks}
    found = sensitivity(scores)
    return (found, rows) if found else None


def study_page(outcome: Outcome, commands: Sequence[str], presets: Mapping[str, str]) -> str:
    """The page. Every string is escaped; the same study gives the same text.

    Args:
        outcome: what to show.
        commands: that come next.
        presets: text of each preset file, by name.
    """
    from markupsafe import Markup

    plan = outcome.plan
    found = study_sensitivity(outcome)
    style = "\n".join((asset("board.css").decode().rstrip(), STYLE, drawn.STYLE, OWN_STYLE))
    return _template().render(
        title=f"Tuning of {plan.algorithm} on {', '.join(plan.tasks)}",
        several=len(plan.tasks) > 1,
        plan=plan,
        summary=_summary(outcome),
        history=history(outcome) if outcome.count("complete") else None,
        importance=importance(outcome),
        parallel=parallel(outcome),
        correlation=correlation(outcome),
        sensitivity=found[0] if found else None,
        chosen=_chosen(*found) if found else [],
        loss=_loss(found[0]) if found else None,
        interval=_interval(found[0].loss) if found else "",
        score=score,
        count=count,
        space=[(name, _range(each)) for name, each in plan.space.items()],
        rows=[_row(outcome, each) for each in _ordered(outcome)],
        commands=commands,
        presets=presets,
        style=Markup(style),
        svg=Markup,
    )


def _summary(outcome: Outcome) -> list[tuple[str, str]]:
    plan, best, untuned = outcome.plan, outcome.complete[0], outcome.untuned
    what = "mean return" if len(plan.tasks) == 1 else "mean normalised score"
    rows = [(f"Best {what}", f"{written(plan.tasks, best.value or 0.0)} ({_named(best)})")]
    if untuned is not None:
        rows.append(("Default preset", written(plan.tasks, untuned.value or 0.0)))
    return [
        *rows,
        ("Trials", f"{outcome.trials}, {outcome.count('pruned')} pruned, {outcome.count('failed')} failed"),
        ("Runs", f"{outcome.cost.runs:,}"),
        ("Environment steps", f"{outcome.cost.steps:,}"),
        ("Processor time", f"{hours(outcome.cost.cpu_s / 3600)} h"),
        ("Tuning seeds", ", ".join(map(str, plan.seeds))),
        ("Sampler", plan.sampler + (", median pruning" if plan.prune else ", no pruning")),
        ("Evaluation seeds", f"from {plan.protocol.seed:,}"),
    ]


def _named(tried: Tried) -> str:
    return "default preset" if tried.number == UNTUNED else f"trial {tried.number}"


def _ordered(outcome: Outcome) -> list[Tried]:
    return [*outcome.complete, *(each for each in outcome.tried if each.value is None)]


def _row(outcome: Outcome, tried: Tried) -> Row:
    plan, known = outcome.plan, tried.value is not None
    return Row(
        tried.name,
        tried.state,
        written(plan.tasks, tried.value) if tried.value is not None else NOTHING,
        tuple(score(fmean(tried.scores[task])) if known else NOTHING for task in plan.tasks)
        if len(plan.tasks) > 1
        else (),
        tuple(label(tried.changes[name]) if name in tried.changes else "" for name in plan.space),
        printable(tried.error),
    )


def _chosen(found: Sensitivity, rows: Sequence[Tried]) -> list[tuple[str, str]]:
    named = [(task, _named(rows[place])) for task, place in found.best.items()]
    return [*named, ("all tasks", _named(rows[found.best_shared]))]


def _loss(found: Sensitivity) -> Drawn:
    rows = [("best for each task", found.per_task), ("best for all tasks", found.shared)]
    panel = Panel(
        f"One preset for all tasks: a loss of {score(found.loss.value)}",
        "mean over tasks of the scaled score",
        tuple(PlotRow(name, name, each.value, each.low, each.high) for name, each in rows),
    )
    return drawn.drawn(lambda width: drawing([panel], int(width)), drawn.HALF)


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"[{score(estimate.low)}, {score(estimate.high)}]"


def _range(parameter: Any) -> str:
    if parameter.choices:
        return ", ".join(map(label, parameter.choices))
    return f"{label(parameter.low)} to {label(parameter.high)}" + (", logarithmic" if parameter.log else "")


@cache
def _template() -> "jinja2.Template":
    import jinja2

    source = resources.files("mjbench_optuna.page").joinpath("templates", "study.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
