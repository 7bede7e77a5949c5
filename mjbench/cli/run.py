"""``mjbench run``: say what will be done, do what is missing, say what came out."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import click

from mjbench.cli.look import look_at
from mjbench.cli.terminal.display import Display
from mjbench.cli.terminal.table import duration, size, table
from mjbench.envs.find import find_task
from mjbench.envs.gymnasium_ids import is_outside
from mjbench.launch.attempt import log_of
from mjbench.launch.estimate import Estimator
from mjbench.launch.leftovers import clear_leftovers
from mjbench.launch.missing import exit_status, held
from mjbench.launch.queue import Queue
from mjbench.plan.selection import Selection, select, split
from mjbench.registry.lookup import Registry
from mjbench.run.trackers import choose, leave_for_workers
from mjbench.spec.run import RunSpec
from mjbench.stats.returns import final_return
from mjbench.store.store import Found, ResultStore


@click.command("run")
@click.option("--suite", help="A suite by name, or a TOML file that describes one.")
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="ID",
    help="A task to train on, or to keep to in a suite; several with commas.",
)
@click.option(
    "--algo", "algorithms", multiple=True, metavar="NAME", help="Algorithms, with commas  [default: ppo,sac,td3]"
)
@click.option(
    "--seeds", metavar="N|LIST", help="How many seeds (5), or which (0,3 or 4-6)  [default: the suite's, or 10]"
)
@click.option(
    "--steps", type=click.IntRange(min=1), help="Environment steps of each run  [default: the suite's or task's]"
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a hyperparameter; shown as an entry of its own.",
)
@click.option(
    "--preset",
    default="",
    metavar="NAME",
    help="A published set of hyperparameters, such as zoo or 1; see: mjbench list algorithms NAME",
)
@click.option("--from-scratch", is_flag=True, help="Start no run from another task's policy; an entry of its own.")
@click.option("--jobs", type=click.IntRange(min=1), help="Runs at once  [default: one a core]")
@click.option("--launcher", default="local", show_default=True, help="Where the runs execute.")
@click.option("--track", multiple=True, metavar="NAME", help="Send curves to these trackers; several with commas.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option("--partial", is_flag=True, help="Do without those tasks of the suite that are not installed.")
@click.option("--retry-failed", is_flag=True, help="Also do runs again that failed before.")
@click.option(
    "--snapshot-every", type=click.FloatRange(min=0), metavar="S", help="Seconds between snapshots  [default: 300]"
)
@click.option("--no-look", is_flag=True, help="Train on tasks outside the registry without a look at them first.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def run_command(
    suite: str | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    seeds: str | None,
    steps: int | None,
    changes: tuple[str, ...],
    preset: str,
    from_scratch: bool,
    jobs: int | None,
    launcher: str,
    track: tuple[str, ...],
    results: Path,
    partial: bool,
    retry_failed: bool,
    snapshot_every: float | None,
    no_look: bool,
    dry_run: bool,
) -> None:
    """Train algorithms on tasks over seeds.

    Runs whose records exist are skipped, and runs that were stopped or killed go on from their last snapshot:
    the same command continues.

    \b
    mjbench run --suite quickstart
    mjbench run --suite gymnasium-mujoco --task gymnasium/Ant-v5,gymnasium/Hopper-v5
    mjbench run --task gymnasium/HalfCheetah-v5 --algo ppo,sac --seeds 5 --steps 100000

    Any environment that Gymnasium knows can be a task, outside the suites:

    \b
    mjbench run --task gymnasium:HalfCheetah-v4
    mjbench run --task my_package:MyRobot-v0

    Exit status: 0 if every run of the plan is completed, 1 if one failed or could not be recorded, 75 if other
    processes are at those that are missing, 2 for an error in the command.
    """
    registry = Registry()
    trackers = choose(registry, split(track))
    selection = select(
        registry,
        suite=suite,
        tasks=tasks,
        algorithms=algorithms,
        seeds=seeds,
        steps=steps,
        changes=changes,
        partial=partial,
        from_scratch=from_scratch,
        preset=preset,
        find_task=find_task,
    )
    store = ResultStore(results)
    launch = registry.launcher(launcher)
    if not dry_run:
        store.prepare(selection.runs)
        clear_leftovers(store, selection.runs)
    records, _ = store.current(training=False)
    estimator = Estimator(registry)
    estimator.learn(records)
    queue = Queue(launch, store, estimator, jobs or 0, snapshot_every)
    failed = _failed(selection.runs, records, store)
    todo = _announce(selection, store, estimator, queue.at_once, failed, retry_failed)
    if not no_look:
        look_at(registry, [run.task for run in todo])
    rank = _rank_command(selection, suite, results)
    if not todo:
        print(_nothing_to_do(selection.runs, failed, store))
        print(f"Rank them: {rank}")
    if dry_run:
        return
    if not todo:
        sys.exit(exit_status(selection.runs, store))
    leave_for_workers(store, todo, trackers)
    display = Display(todo, store, estimator, queue)
    try:
        with closing(queue.work(todo)) as under_way:
            for _ in under_way:
                display.update()
    except KeyboardInterrupt:
        display.update()
        display.close()
        done = sum(found.record.status == "completed" for found in display.finished)
        print(f"Stopped with {done} of {len(todo)} runs done. The same command does the rest.", file=sys.stderr)
        sys.exit(130)
    display.update()
    display.close()
    _report(display.finished, store, rank)
    elsewhere = held(todo, store)
    if elsewhere:
        print(f"{_count(len(elsewhere), 'run')} under way in another process; see: mjbench status", file=sys.stderr)
    sys.exit(exit_status(selection.runs, store))


def _failed(runs: Sequence[RunSpec], records: Sequence[Found], store: ResultStore) -> dict[str, RunSpec]:
    """Those of the runs that have failed and not completed, by run id."""
    found = {item.record.run.run_id for item in records if item.record.status != "completed"}
    return {run.run_id: run for run in runs if run.run_id in found and not store.has(run)}


def _nothing_to_do(runs: Sequence[RunSpec], failed: Mapping[str, RunSpec], store: ResultStore) -> str:
    """Why there is nothing to do, and what to type to train all the same."""
    holds = f"Nothing to do: {store.root}/ already holds"
    if not failed:
        records = "the record of this run" if len(runs) == 1 else f"the records of all {len(runs)} runs"
        return f"{holds} {records}. --results FOLDER trains anew."
    counted = f"{_count(len(runs) - len(failed), 'completed run')} and {_count(len(failed), 'failed run')}"
    return f"{holds} {counted}. --retry-failed trains the failed again; --results FOLDER trains anew."


def _announce(
    selection: Selection,
    store: ResultStore,
    estimator: Estimator,
    jobs: int,
    failed: Mapping[str, RunSpec],
    retry_failed: bool,
) -> list[RunSpec]:
    """Print the plan; what is left to do."""
    runs = selection.runs
    done = {run.run_id for run in runs if store.has(run)}
    skip = done | (set() if retry_failed else set(failed))
    todo = [run for run in runs if run.run_id not in skip]
    name = f"suite {selection.suite.name} v{selection.suite.version}{_partial(selection)}: " if selection.suite else ""
    asked = [run for run in runs if run.task in selection.tasks]
    tasks, entries = {run.task for run in asked}, {run.algorithm for run in asked}
    seeds = {run.seed for run in runs}
    grid = f"{_count(len(tasks), 'task')} x {_count(len(entries), 'algorithm')} x {_count(len(seeds), 'seed')}"
    added = len(runs) - len(asked)
    sources = f", +{_count(added, 'run')} that others start from," if added else ""
    print(f"{name}{grid} = {_count(len(asked), 'run')}{sources} in {store.root}/")
    rows = []
    for task in dict.fromkeys(run.task for run in runs):
        mine = [run for run in runs if run.task == task]
        names = ", ".join(dict.fromkeys(run.entry for run in mine))
        rows.append([task, names, f"{mine[0].steps:,}", len(mine), sum(run.run_id in done for run in mine)])
    print(table(["task", "algorithms", "steps", "runs", "done"], rows, right=(2, 3, 4)))
    if selection.missing:
        print(f"Left out, not installed: {', '.join(selection.missing)}")
    outside = [task for task in dict.fromkeys(run.task for run in runs) if is_outside(task)]
    if outside and not selection.suite:
        print(f"Outside any suite, with defaults and no references: {', '.join(outside)}")
    if failed and not retry_failed:
        print(f"{_count(len(failed), 'run')} failed before and count as failed; do them again with --retry-failed.")
    if todo:
        seconds = estimator.total_seconds(todo, jobs)
        told = f"about {duration(seconds)}" if seconds is not None else "an unknown time (never measured before)"
        disk = size(estimator.bytes(todo))
        print(f"To do: {_count(len(todo), 'run')}, {min(jobs, len(todo))} at once, {told}, {disk} of disk.")
        print(f"Estimated from rates {estimator.source(todo)}.", flush=True)
    return todo


def _report(finished: list[Found], store: ResultStore, rank: str) -> None:
    """Print what came out."""
    completed = [found.record for found in finished if found.record.status == "completed"]
    failed = [found for found in finished if found.record.status != "completed"]
    rows = []
    for record in sorted(completed, key=lambda record: (record.run.task, record.run.entry, record.run.seed)):
        mean = final_return(record)
        run = record.run
        rows.append([run.task, run.entry, run.seed, f"{mean:,.1f}", duration(record.resources.wall_s)])
    if rows:
        print(table(["task", "algorithm", "seed", "final return", "time"], rows, right=(2, 3, 4)))
    for found in failed:
        record = found.record
        print(f"{record.status}: {record.run.label}: {record.error}\n  record: {found.path}", file=sys.stderr)
        log = log_of(store.work(record.run))
        if log.is_file():
            print(f"  log: {log}", file=sys.stderr)
    print(f"Rank them: {rank}")


def _rank_command(selection: Selection, suite: str | None, results: Path) -> str:
    """The command that ranks these runs; other budgets than the suite's are no part of its board."""
    words = ["mjbench", "leaderboard"]
    budget = selection.suite.steps if selection.suite else None
    if suite and (budget is None or all(run.steps == budget for run in selection.runs)):
        words.append(suite)
    if results != Path("results"):
        words += ["--results", str(results)]
    return shlex.join(words)


def _partial(selection: Selection) -> str:
    """`` (partial: 12 of 20 tasks)``; empty for a whole suite."""
    if not selection.suite or len(selection.tasks) == len(selection.suite.tasks):
        return ""
    return f" (partial: {len(selection.tasks)} of {len(selection.suite.tasks)} tasks)"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
