"""``mjbench status``: what a results folder holds and what is under way in it."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from mjbench.cli.terminal.table import duration, fitted, wrapped
from mjbench.envs.find import find_task
from mjbench.io.collection import no_collection
from mjbench.launch.jobs import held_jobs
from mjbench.launch.missing import unread
from mjbench.launch.states import SELDOM, STATES, begun, state_of
from mjbench.plan.selection import select
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import strange_claim
from mjbench.runner.progress import read_progress
from mjbench.store.imported import FOLDER as IMPORTED
from mjbench.store.store import Found, ResultStore


@click.command("status")
@click.option("--suite", help="Compare with this suite; absent runs count as missing.")
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="ID",
    help="Compare with these tasks; with --suite, only these tasks of it.",
)
@click.option("--algo", "algorithms", multiple=True, metavar="NAME")
@click.option("--seeds", metavar="N|LIST")
@click.option("--steps", type=click.IntRange(min=1))
@click.option("--preset", default="", metavar="NAME")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option("--no-index", is_flag=True, help="Read every record again, and compare them with the index.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@no_collection()
def status_command(
    suite: str | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    seeds: str | None,
    steps: int | None,
    preset: str,
    results: Path,
    no_index: bool,
    as_json: bool,
) -> None:
    """Show which runs are done, running, failed, resumable or missing, and which wait on a cluster.

    A resumable run continues from its last snapshot when started again. Without --suite or --task: all runs in the
    results folder.

    \b
    mjbench status
    mjbench status --suite quickstart    # also what is missing of it
    """
    store = ResultStore(results, index=not no_index)
    found, problems = store.current(training=False)
    if suite or tasks:
        options = {"suite": suite, "tasks": tasks, "algorithms": algorithms, "seeds": seeds, "steps": steps}
        options["preset"] = preset
        selection = select(Registry(), **options, partial=True, find_task=find_task)  # pyright: ignore[reportArgumentType]
        runs = selection.runs
        if selection.missing:
            click.echo(f"not counted, because not installed: {', '.join(selection.missing)}", err=True)
    else:
        runs = list({run.run_id: run for run in [item.record.run for item in found] + begun(store)}.values())
    private, states = store.begun(), _recorded(found, store)
    waiting = [run for run in runs if run.run_id not in states]
    held = held_jobs(waiting, store, Registry(), lambda line: click.echo(f"mjbench: {line}", err=True))
    states |= {run.run_id: state_of(run, store, held) for run in waiting}
    states |= dict.fromkeys(unread(waiting, found, store), "damaged")
    if as_json:
        body = [
            {
                "run_id": r.run_id,
                "task": r.task,
                "algorithm": r.entry,
                "seed": r.seed,
                "steps": r.steps,
                "state": states[r.run_id],
            }
            for r in runs
        ]
        click.echo(json.dumps({"runs": body, "problems": problems}, indent=1))
        return
    if not runs:
        logs = " (imported ones are not counted)" if (results / IMPORTED).is_dir() else ""
        none = "no runs that can be read" if problems else "no runs yet"
        click.echo(wrapped(f"{results}/ holds {none}{logs}; start with: mjbench run --suite quickstart"))
    else:
        total = Counter(states[run.run_id] for run in runs)
        shown = [state for state in STATES if total[state] or state not in SELDOM]
        count = Counter(((run.task, run.entry, run.steps), states[run.run_id]) for run in runs)
        keys = sorted({key for key, _ in count})
        rows = [
            [task, entry, f"{budget:,}", *(count[(task, entry, budget), state] or "." for state in shown)]
            for task, entry, budget in keys
        ]
        click.echo(fitted(["task", "algorithm", "steps", *shown], rows, right=range(2, 3 + len(shown))))
        counts = ", ".join(f"{total[state]} {state}" for state in STATES if total[state])
        click.echo(wrapped(f"{counts} of {len(runs)} runs"))
    for run in (run for run in runs if run.run_id in private):
        progress = read_progress(store.work(run)) if states[run.run_id] == "running" else None
        if progress is not None:
            left = f", about {duration(progress.remaining_s)} left" if progress.remaining_s is not None else ""
            click.echo(f"running: {run.label}: {progress.step:,} of {progress.steps:,} steps{left}")
        if line := strange_claim(store.work(run)):
            click.echo(f"strange: {run.label}: {line}", err=True)
    for folder in store.untraced:
        click.echo(f"{folder}: its record has changed and its file shows no change; it was read again", err=True)
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)


def _recorded(found: Sequence[Found], store: ResultStore) -> dict[str, str]:
    """By run id, the state of the completed runs whose record lies where runs of this results folder leave theirs."""
    root = str(store.root)
    return {
        run.run_id: "done"
        for item in found
        if item.record.status == "completed"
        and item.folder == f"{root}/{(run := item.record.run).task}/{run.algorithm}/{run.seed}-{run.run_id}"
    }
