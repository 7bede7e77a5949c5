"""``mjbench evaluate``: a policy's returns now, and what it keeps of them under disturbance."""

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mjbench.cli.terminal.progress_line import Line
from mjbench.cli.terminal.table import duration
from mjbench.errors import MjbenchError
from mjbench.text import count, number

if TYPE_CHECKING:
    from mjbench.evaluation.evaluator import Episodes
    from mjbench.evaluation.subject import Subject
    from mjbench.registry.lookup import Registry
    from mjbench.spec.disturbance_set import DisturbanceSet


@click.command("evaluate")
@click.argument("policy", metavar="[RUN|POLICY]", required=False)
@click.option("--task", metavar="ID", help="Play this task  [default: that of the run]")
@click.option("--episodes", type=click.IntRange(1, 100_000), help="Episodes  [default: as in the final evaluation]")
@click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of the first episode  [default: as published]")
@click.option("--stochastic", is_flag=True, help="Also draw actions from the policy's distribution.")
@click.option("--disturb", metavar="SET", help="Play under a disturbance set, such as standard.")
@click.option("--condition", "conditions", multiple=True, metavar="NAME", help="Only this condition of the set.")
@click.option("--suite", metavar="NAME", help="With --disturb: every final policy of a suite.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at once  [default: one per core]")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def evaluate_command(
    policy: str | None,
    task: str | None,
    episodes: int | None,
    seed: int | None,
    stochastic: bool,
    disturb: str | None,
    conditions: tuple[str, ...],
    suite: str | None,
    jobs: int | None,
    results: Path,
    as_json: bool,
) -> None:
    """Evaluate a policy again: returns, episode lengths, success and metrics, beside those of its record.

    RUN is the folder of a run, or the first digits of its run id. POLICY is a folder with policy.json and no record;
    it needs --task.

    \b
    mjbench evaluate 282807
    mjbench evaluate 282807 --disturb standard
    mjbench evaluate 282807 --disturb standard --condition push
    mjbench evaluate --suite quadruped --disturb standard --jobs 2

    With --disturb the policy is also pushed, loaded, slowed down and so on. The share of the return that it keeps is
    written once, to a file beside the record. See docs/evaluate.md.
    """
    from mjbench.evaluation.subject import find_subject
    from mjbench.registry.lookup import Registry
    from mjbench.spec.disturbance_set import find_set

    _check_options(policy, task, episodes, seed, stochastic, disturb, conditions, suite, jobs, as_json)
    chosen = find_set(disturb) if disturb is not None else None
    registry = Registry()
    if suite is not None and chosen is not None:
        _suite(suite, chosen, jobs, results, registry)
        return
    subject = find_subject(policy or "", results, registry, task)
    if chosen is not None:
        _disturbed(subject, chosen, conditions, registry, as_json)
    else:
        _evaluated(subject, episodes, seed, stochastic, jobs, as_json)


def _check_options(
    policy: str | None,
    task: str | None,
    episodes: int | None,
    seed: int | None,
    stochastic: bool,
    disturb: str | None,
    conditions: tuple[str, ...],
    suite: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    if (policy is None) == (suite is None):
        raise click.UsageError("name a RUN or POLICY, or with --suite a suite")
    if disturb is None and (suite is not None or conditions):
        raise click.UsageError(f"{'--suite' if suite else '--condition'} needs --disturb SET, such as standard")
    if disturb is not None and (episodes is not None or seed is not None or stochastic):
        raise click.UsageError(
            "--episodes, --seed and --stochastic do not go with --disturb: the set says what is played"
        )
    if suite is not None and (task or conditions or as_json):
        raise click.UsageError("--task, --condition and --json do not go with --suite")
    if jobs is not None and disturb is not None and suite is None:
        raise click.UsageError("one policy under disturbance is played by one process: --jobs goes with --suite")


def _evaluated(
    subject: "Subject", episodes: int | None, seed: int | None, stochastic: bool, jobs: int | None, as_json: bool
) -> None:
    from mjbench.cli.terminal.evaluation import columns, episode_table, recorded, same_as_recorded, spread
    from mjbench.evaluation.evaluating import evaluate, has_distribution
    from mjbench.launch.local import cores
    from mjbench.runner.provenance import elsewhere

    jobs = jobs or cores()
    drawn = has_distribution(subject.policy)
    line = Line()

    def tell(step: int, done: int, wanted: int) -> None:
        line.show(lambda: f"{done:,} of {wanted:,} episodes, step {step:,} of at most {subject.task.episode_limit:,}")

    kinds = ["mode", *(["drawn"] if stochastic else [])]
    try:
        played = {kind: evaluate(subject, episodes, seed, kind == "drawn", jobs, tell) for kind in reversed(kinds)}
    finally:
        line.clear()
    found = subject.found if subject.at_home else None
    record = found.record if found is not None else None
    if as_json:
        body: dict[str, Any] = {"policy": subject.label, "task": subject.task.id, "has_distribution": drawn}
        body["run_id"] = record.run.run_id if record is not None else None
        body["recorded"] = None if record is None else {n: _finite(spread(v)[0]) for n, v in recorded(record).items()}
        body["episodes"] = {kind: _json_episodes(played[kind]) for kind in kinds}
        click.echo(json.dumps(body, indent=1))
        return
    for kind in kinds:
        own = played[kind]
        seeds = f"{count(len(own.seed), 'episode')}, seeds {own.seed[0]:,} to {own.seed[-1]:,}"
        how = "the mode of its actions" if kind == "mode" else "actions drawn from its distribution"
        on = "" if subject.at_home else f" on {subject.task.id}"
        click.echo(f"{subject.label}{on}: {seeds}, {how}")
        click.echo(episode_table(columns(own), recorded(record) if record is not None else None))
        if record is not None and kind == "mode":
            click.echo(same_as_recorded(own, record, elsewhere(record.provenance)))
    if not drawn:
        click.echo(
            "The policy file holds the mode of its actions and no distribution, so nothing can be drawn from it."
        )


def _disturbed(
    subject: "Subject", chosen: "DisturbanceSet", conditions: tuple[str, ...], registry: "Registry", as_json: bool
) -> None:
    from mjbench.cli.terminal.evaluation import robustness_table
    from mjbench.launch.disturbing import read_or_none, robustness_of
    from mjbench.spec.robustness import Robustness
    from mjbench.stats.robustness import robustness
    from mjbench.store.robustness import file_name, write_robustness

    path = subject.found.path / file_name(chosen.name, chosen.version) if subject.found is not None else None
    whole = None if subject.found is None or not subject.at_home or conditions else read_or_none(subject.found, chosen)
    note = f"read {path}; it is written once"
    if whole is None:
        line, start = Line(), time.monotonic()

        def tell(done: int, points: int) -> None:
            left = (time.monotonic() - start) / done * (points - done) if done else math.nan
            rest = f", about {duration(left)} left" if done else ""
            line.show(lambda: f"{done} of {points} points of {chosen.label}{rest}", now=True)

        try:
            played, whole = robustness_of(subject, chosen, registry, conditions, tell)
        finally:
            line.clear()
        note = "nothing was written: a file is of a run's own task and all conditions"
        if whole is not None and subject.found is not None:
            note = f"wrote {write_robustness(subject.found.path, whole)}"
        else:
            whole = Robustness(
                "", subject.task.id, {}, chosen.name, chosen.version, played.episodes, played.scales, played.absent, {}
            )
    score = robustness(whole, subject.task)
    if as_json:
        curves = [{**asdict(curve), "area": curve.area} for curve in score.curves]
        body = {"policy": subject.label, "task": subject.task.id, "set": chosen.name, "version": chosen.version}
        click.echo(json.dumps({**body, "robustness": score.value, "curves": curves, "absent": whole.absent}, indent=1))
        return
    calm = score.curves[0].points[0].mean if score.curves else None
    on = "" if subject.at_home else f" on {subject.task.id}"
    click.echo(
        f"{subject.label}{on} under {chosen.label}: {chosen.episodes} episodes a line, undisturbed return "
        f"{'not finite' if calm is None else number(calm)}"
    )
    click.echo(robustness_table(score))
    weakest = score.weakest
    if score.value is None or weakest is None:
        click.echo("no robustness: the task has no random return to compare with")
    elif not conditions:
        click.echo(f"robustness {score.value:.3f}, the mean area; least under {weakest.condition}")
    for name, reason in whole.absent.items():
        click.echo(f"without {name}: {reason}")
    click.echo(note)


def _suite(name: str, chosen: "DisturbanceSet", jobs: int | None, results: Path, registry: "Registry") -> None:
    from contextlib import closing

    from mjbench.launch.disturbing import disturb_all, without_file
    from mjbench.launch.local import cores
    from mjbench.plan.selection import find_suite

    suite = find_suite(registry, name)
    todo, there, damaged = without_file(results, suite, chosen, registry)
    jobs = min(jobs or cores(), max(len(todo), 1))
    click.echo(
        f"{chosen.label}: {count(len(todo), 'policy', 'policies')} to play, {there:,} have a file; {jobs} at once"
    )
    for line in damaged:
        click.echo(f"left out: {line}", err=True)
    failed, start = 0, time.monotonic()
    with closing(disturb_all(todo, chosen, jobs)) as outcomes:
        for done, outcome in enumerate(outcomes, 1):
            failed += bool(outcome.error)
            left = (time.monotonic() - start) / done * (len(todo) - done)
            rest = f", about {duration(left)} left" if done < len(todo) else ""
            what = f"failed: {outcome.error}" if outcome.error else duration(outcome.seconds)
            click.echo(f"{done:,} of {len(todo):,}  {outcome.label}  {what}{rest}")
    if failed:
        raise MjbenchError(f"{count(failed, 'policy', 'policies')} could not be played; the same command tries again")
    if damaged:
        raise MjbenchError(f"{count(len(damaged), 'file')} cannot be used; to play a policy again, remove its file")


def _json_episodes(episodes: "Episodes") -> dict[str, Any]:
    body = asdict(episodes)
    body["episode_return"] = [_finite(value) for value in episodes.episode_return]
    body["metrics"] = {name: [_finite(value) for value in values] for name, values in episodes.metrics.items()}
    return body


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
