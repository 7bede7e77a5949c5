"""``mjbench run``: say what will be done, do what is missing, say what came out."""

import signal
import sys
from contextlib import closing
from pathlib import Path

import click

from mjbench.cli.look import look_at
from mjbench.cli.terminal.announce import announce
from mjbench.cli.terminal.display import Display
from mjbench.cli.terminal.number import Number
from mjbench.cli.terminal.report import handed_over, nothing_to_do, report, stopped
from mjbench.cli.terminal.suggest import to_rank
from mjbench.envs.find import find_task
from mjbench.envs.stages import check_chain
from mjbench.errors import MjbenchError
from mjbench.launch.missing import exit_status, held
from mjbench.launch.prepared import prepare
from mjbench.plan.hyperparameters import warnings
from mjbench.plan.selection import select, split
from mjbench.registry.lookup import Registry
from mjbench.runner.claim import strange_claim
from mjbench.runner.trackers import choose, leave_for_workers
from mjbench.spec.chain import MOST_STEPS


@click.command("run")
@click.option("--suite", help="A suite by name, or a TOML file that describes one.")
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="ID",
    help="Train on this task, or only on this task of the suite; separate several with commas.",
)
@click.option(
    "--algo",
    "algorithms",
    multiple=True,
    metavar="NAME",
    help="Algorithms; separate several with commas  [default: ppo,sac,td3]",
)
@click.option(
    "--seeds", metavar="N|LIST", help="How many seeds (5), or which (0,3 or 4-6)  [default: the suite's, or 10]"
)
@click.option(
    "--steps",
    type=click.IntRange(1, MOST_STEPS),
    help="Environment steps of each run  [default: the suite's or task's]",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a hyperparameter; shown as a separate entry.",
)
@click.option(
    "--preset",
    default="",
    metavar="NAME|FILE",
    help="A published set of hyperparameters, such as zoo or 1 (see: mjbench list algorithms NAME), or a TOML file "
    "with one, such as the one that mjbench tune writes.",
)
@click.option("--from-scratch", is_flag=True, help="Train without warm starts; a separate entry.")
@click.option(
    "--stop-at",
    default="",
    metavar="MEASURE=VALUE",
    help="Stop a run when an evaluation reaches success=0.95, or return=300; a separate entry.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Runs at once  [default: one per core]")
@click.option("--launcher", default="local", show_default=True, help="Where the runs execute.")
@click.option(
    "--launcher-options",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="TOML file with options of the launcher, such as memory and time of a job.",
)
@click.option("--detach", is_flag=True, help="Submit the runs to a cluster, and exit.")
@click.option(
    "--track", multiple=True, metavar="NAME", help="Send curves to these trackers; separate several with commas."
)
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option(
    "--remote", metavar="URL", help="Share records, snapshots and claims through s3://bucket/prefix or a folder."
)
@click.option("--partial", is_flag=True, help="Skip tasks of the suite that are not installed.")
@click.option("--retry-failed", is_flag=True, help="Also repeat failed runs.")
@click.option("--snapshot-every", type=Number(min=0), metavar="S", help="Seconds between snapshots  [default: 300]")
@click.option("--no-look", is_flag=True, help="Do not check tasks outside the registry before training.")
@click.option("--dry-run", is_flag=True, help="Print the plan and exit.")
def run_command(
    suite: str | None,
    tasks: tuple[str, ...],
    algorithms: tuple[str, ...],
    seeds: str | None,
    steps: int | None,
    changes: tuple[str, ...],
    preset: str,
    from_scratch: bool,
    stop_at: str,
    jobs: int | None,
    launcher: str,
    launcher_options: Path | None,
    detach: bool,
    track: tuple[str, ...],
    results: Path,
    remote: str | None,
    partial: bool,
    retry_failed: bool,
    snapshot_every: float | None,
    no_look: bool,
    dry_run: bool,
) -> None:
    """Train algorithms on tasks over seeds.

    Finished runs are skipped. Stopped runs resume from their last snapshot: type the same command again.

    \b
    mjbench run --suite quickstart
    mjbench run --suite gymnasium-mujoco --task gymnasium/Ant-v5 --dry-run
    mjbench run --task gymnasium/Hopper-v5 --algo sac --seeds 5 --steps 100000

    Any environment that Gymnasium can make works as a task, outside the suites:

    \b
    mjbench run --task gymnasium:HalfCheetah-v4
    mjbench run --task my_package:MyRobot-v0

    Exit code: 0 if every run of the plan is completed, 1 if one failed or could not be recorded, 75 if the missing
    ones run in other processes, 2 for an error in the command.
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
        stop_at=stop_at,
        find_task=find_task,
        check_chain=check_chain,
    )
    work = prepare(
        registry, selection, results, launcher, jobs, snapshot_every, retry_failed, dry_run, launcher_options, remote
    )
    store, estimator, queue, before, todo = work.store, work.estimator, work.queue, work.failed, work.todo
    announce(selection, todo, before, store, estimator, queue.at_once)
    for line in warnings(registry, todo):
        print(f"mjbench: warning: {line}", file=sys.stderr, flush=True)
    if not no_look:
        look_at(registry, [run.task for run in todo])
    rank = to_rank(selection, suite, results)
    if not todo:
        print(nothing_to_do(selection.runs, before, store))
        print(f"Build the leaderboard: {rank}")
    if dry_run:
        return
    if not todo:
        sys.exit(exit_status(selection.runs, store, work.remote))
    leave_for_workers(store, todo, trackers)
    if detach:
        waiting = queue.hand_over(todo)
        print(handed_over(len(todo) - len(waiting), len(waiting)))
        return
    display = Display(todo, store, estimator, queue)
    try:
        with closing(queue.work(todo)) as under_way:
            for _ in under_way:
                display.update()
    except KeyboardInterrupt as stop:
        display.update()
        display.close()
        done = sum(found.record.status == "completed" for found in display.finished)
        print(stopped(done, len(todo), len(queue.at_work), queue.detached), file=sys.stderr)
        sys.exit(128 + (stop.args[0] if stop.args else signal.SIGINT))
    except MjbenchError:
        display.close()
        raise
    display.update()
    display.close()
    work.share()
    report(display.finished, store)
    print(f"Build the leaderboard: {rank}")
    elsewhere = held(todo, store, work.remote)
    if elsewhere:
        print(f"{len(elsewhere)} running in another process; see: mjbench status", file=sys.stderr)
        for line in filter(None, (strange_claim(store.work(run)) for run in todo if run.run_id in elsewhere)):
            print(f"mjbench: {line}", file=sys.stderr)
    sys.exit(exit_status(selection.runs, store, work.remote))
