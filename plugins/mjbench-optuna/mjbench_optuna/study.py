"""``mjbench tune`` from its options to the files of the study."""

import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from mjbench.cli.terminal.table import duration
from mjbench.envs.find import find_task
from mjbench.envs.rendering import check_backend
from mjbench.errors import MjbenchError
from mjbench.io.files import write_atomic
from mjbench.launch.estimate import Estimator
from mjbench.launch.jobs import configured
from mjbench.leaderboard.tuning import hours
from mjbench.plan.selection import split
from mjbench.registry.first_party import install_command
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec
from mjbench.text import count
from mjbench_optuna.plan import StudyPlan, enter, make_plan

PAGE = "study.html"


@dataclass(frozen=True)
class Options:
    """What was typed."""

    tasks: tuple[str, ...]
    algorithm: str
    trials: int
    steps: int | None = None
    seeds: str = "2"
    space: Path | None = None
    preset: str = ""
    sampler: str = "tpe"
    prune: bool = True
    jobs: int = 0
    launcher: str = "local"
    launcher_options: Path | None = None
    out: Path | None = None
    dry_run: bool = False


def run_study(options: Options) -> int:
    """Work on a study until it has its trials, then write its preset and its page; the exit status.

    Raises:
        MjbenchError: names that nothing offers, another study in the folder, a damaged journal, optuna not installed.
    """
    registry = Registry()
    tasks = [find_task(registry, text) for text in split(options.tasks)]
    if not tasks:
        raise MjbenchError("choose what to tune on: --task ID; see: mjbench list tasks")
    plan = make_plan(
        registry,
        tasks,
        options.algorithm,
        seeds=options.seeds,
        steps=options.steps,
        preset=options.preset,
        space=options.space,
        sampler=options.sampler,
        prune=options.prune,
    )
    folder = options.out or default_folder(options.algorithm, tasks)
    _announce(plan, options.trials, folder, registry)
    if options.dry_run:
        return 0
    check_backend()
    try:
        import_module("optuna")
    except ModuleNotFoundError as error:
        raise MjbenchError(f"{error.name} is not installed; {install_command(['mjbench-optuna'])}") from error
    launcher = configured(registry.launcher(options.launcher), options.launcher, options.launcher_options)
    enter(folder, plan)

    from mjbench_optuna.display import Display
    from mjbench_optuna.tuner import Tuner

    tuner = Tuner(folder, plan, registry, launcher, options.jobs)
    display = Display(tuner, options.trials)
    try:
        with closing(tuner.work(options.trials, display.ended_trial)) as under_way:
            for _ in under_way:
                display.update()
    except KeyboardInterrupt as stop:
        display.close()
        print("stopped; the same command continues the study", file=sys.stderr)
        return 128 + (stop.args[0] if stop.args else signal.SIGINT)
    finally:
        display.close()
    return _finish(tuner, folder, registry, options)


def default_folder(algorithm: str, tasks: Sequence[TaskSpec]) -> Path:
    """``tuning/fast-ppo-Hopper-v5``."""
    names = "+".join(task.id.partition("/")[2].replace(":", "_") for task in tasks)
    return Path("tuning") / f"{algorithm}-{names}"[:120]


def _announce(plan: StudyPlan, trials: int, folder: Path, registry: Registry) -> None:
    runs = plan.runs(registry, {})
    print(f"{count(trials, 'trial')} of {plan.algorithm} in {folder}/, each {count(len(runs), 'run')}:")
    for task in plan.tasks:
        print(f"  {task}, {plan.steps[task]:,} steps, tuning seeds {', '.join(map(str, plan.seeds))}")
    print(f"  changes preset {plan.preset}: {', '.join(plan.space)}")
    seconds = Estimator(registry).total_seconds(runs, 1)
    if seconds is not None:
        print(f"At most {duration((trials + 1) * seconds)} of one core, with typical speeds.", flush=True)


def _finish(tuner: "object", folder: Path, registry: Registry, options: Options) -> int:
    from mjbench_optuna.display import best_table
    from mjbench_optuna.outcome import read_outcome
    from mjbench_optuna.page.render import study_page, study_sensitivity
    from mjbench_optuna.preset import preset_files
    from mjbench_optuna.tuner import Tuner

    assert isinstance(tuner, Tuner)
    plan = tuner.plan
    outcome = read_outcome(plan, registry, tuner.store, tuner.trials)
    if not outcome.complete:
        raise MjbenchError(f"no trial is complete yet; {count(outcome.trials, 'trial')} ended")
    files = preset_files(outcome, registry)
    presets = {name: file.text for name, file in files.items()}
    commands = [*(_command(plan, options, folder / name) for name in files), _command(plan, options, None)]
    content = {**presets, PAGE: study_page(outcome, commands, presets)}
    for name, text in content.items():
        write_atomic(folder / name, text.encode())
    print(f"\n{best_table(outcome)}\n")
    cost = outcome.cost
    print(
        f"{count(outcome.trials, 'trial')} ({outcome.count('pruned')} pruned, {outcome.count('failed')} failed), "
        f"{count(cost.runs, 'run')}, {cost.steps:,} steps, {hours(cost.cpu_s / 3600)} processor hours"
    )
    if found := study_sensitivity(outcome):
        loss = found[0].loss
        interval = f" [{loss.low:.3f}, {loss.high:.3f}]" if loss.low is not None else ""
        print(f"One preset for all tasks loses {loss.value:.3f}{interval} against the best one for each.")
    if outcome.complete[0] is outcome.untuned:
        print(f"No trial was better than preset {plan.preset}. More trials, or another search space, may find one.")
    for name in content:
        print(f"wrote {folder / name}")
    print("\nTrain the result on fresh seeds, and the default preset beside it:")
    print("\n".join(commands))
    return 0


def _command(plan: StudyPlan, options: Options, preset: Path | None) -> str:
    words = ["mjbench", "run", "--task", ",".join(options.tasks), "--algo", plan.algorithm]
    words += ["--steps", str(options.steps)] if options.steps else []
    words += ["--preset", str(preset)] if preset else ["--preset", options.preset] if options.preset else []
    return shlex.join(words)
