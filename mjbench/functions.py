"""What ``import mjbench`` offers: ``make``, ``load_policy``, ``evaluate`` and ``run``, for scripts and notebooks."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mjbench.cli.terminal.display import Display
from mjbench.envs.find import find_task
from mjbench.envs.gymnasium_ids import is_outside
from mjbench.envs.make import make_env
from mjbench.envs.rendering import choose_backend
from mjbench.envs.stages import check_chain
from mjbench.errors import MjbenchError
from mjbench.evaluation.evaluating import evaluate as play
from mjbench.evaluation.subject import find_subject
from mjbench.launch.prepared import Prepared, prepare
from mjbench.plan.hyperparameters import warnings
from mjbench.plan.selection import select
from mjbench.policies.predictor import Predictor
from mjbench.registry.lookup import Registry
from mjbench.runner.trackers import choose, leave_for_workers
from mjbench.stats.returns import final_return
from mjbench.store.find import find_completed
from mjbench.store.frame import as_table
from mjbench.testing.look import look
from mjbench.text import count

if TYPE_CHECKING:
    import gymnasium
    import numpy as np
    import pandas as pd


def make(task: str, render_mode: str | None = None, **kwargs: Any) -> "gymnasium.Env[np.ndarray, np.ndarray]":
    """The task as evaluation plays it: a Gymnasium environment under the task's time limit.

    Args:
        task: a task id, such as ``quadruped/Go1Walk-v0``, or ``module:Name-vN`` for what Gymnasium's registry has.
        render_mode: ``rgb_array`` for pictures.
        kwargs: passed to the environment on top of the task's own. They may change the task.

    Raises:
        MjbenchError: there is no such task, or it cannot be built; the message has the nearest names.
    """
    if render_mode is not None:
        choose_backend()
        kwargs["render_mode"] = render_mode
    return make_env(find_task(Registry(), task), **kwargs)


def load_policy(run: str | os.PathLike[str], results: str | os.PathLike[str] = "results") -> Predictor:
    """The final policy of a completed run.

    Args:
        run: the folder of a run, or the first digits of a run id.
        results: the results folder in which run ids are looked up.

    Raises:
        MjbenchError: there is no such run, it did not complete, or its policy cannot be read.
    """
    found = find_completed(os.fspath(run), Path(results))
    registry, spec = Registry(), found.record.run
    policy = registry.algorithm(spec.algorithm).load_policy(found.path)
    size = getattr(policy, "observation_size", None)
    if size is None:
        with closing(make_env(registry.task(spec.task))) as env:
            (size,) = env.observation_space.shape
    return Predictor(policy, spec, int(size))


def evaluate(
    run: str | os.PathLike[str],
    *,
    task: str | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    results: str | os.PathLike[str] = "results",
) -> "pd.DataFrame":
    """Play the final policy of a run again, as ``mjbench evaluate`` does.

    Args:
        run: the folder of a run, the first digits of a run id, or a folder with a policy and no record.
        task: what it plays; by default the task of the run.
        episodes: how many; by default those of the final evaluation.
        seed: of the first episode; by default the first published one.
        results: the results folder in which run ids are looked up.

    Returns:
        A row for each episode: ``seed``, ``episode_return``, ``episode_length``, ``success`` where the task has it,
        and the metrics of the task.

    Raises:
        MjbenchError: there is no such policy, it cannot be read, or it does not fit the task.
    """
    import pandas as pd

    played = play(find_subject(os.fspath(run), Path(results), Registry(), task), episodes, seed)
    columns = {name: getattr(played, name) for name in ("seed", "episode_return", "episode_length", "success")}
    return pd.DataFrame({name: column for name, column in columns.items() if column is not None} | played.metrics)


def run(
    *,
    suite: str | None = None,
    task: str | Sequence[str] = (),
    algorithm: str | Sequence[str] = (),
    seeds: int | str | Iterable[int] | None = None,
    steps: int | None = None,
    preset: str | os.PathLike[str] = "",
    hyperparameters: Mapping[str, Any] | None = None,
    from_scratch: bool = False,
    stop_at: str = "",
    partial: bool = False,
    jobs: int | None = None,
    launcher: str = "local",
    track: str | Sequence[str] = (),
    retry_failed: bool = False,
    snapshot_every: float | None = None,
    check: bool = True,
    quiet: bool = False,
    results: str | os.PathLike[str] = "results",
    remote: str | None = None,
) -> "pd.DataFrame":
    """Train algorithms on tasks over seeds, as ``mjbench run`` does. Runs that have a record are not repeated.

    Workers are processes of their own. An interrupt (Ctrl-C, or the notebook's stop button) stops them at a snapshot;
    the same call resumes them.

    Args:
        suite: name of a suite, or a TOML file that describes one.
        task: task ids; with a suite, only these tasks of it.
        algorithm: names; by default the suite's, or ppo, sac and td3.
        seeds: how many, or which.
        steps: environment steps of each run.
        preset: number or name of a published preset, or the path of a preset file, such as the ``preset.toml`` that
            ``mjbench tune`` writes; a path ends in ``.toml`` or has a ``/``. The results folder keeps a copy.
        hyperparameters: changes to the preset; shown as a separate entry.
        from_scratch: train without warm starts.
        stop_at: stop a run when an evaluation reaches ``success=0.95`` or ``return=300``; a separate entry.
        partial: skip tasks of the suite that are not installed.
        jobs: runs at once; by default one per core.
        launcher: where the runs execute.
        track: trackers that receive curves.
        retry_failed: also repeat failed runs.
        snapshot_every: seconds between snapshots.
        check: check tasks outside the registry before training.
        quiet: print no progress.
        results: the results folder.
        remote: shares records, snapshots and claims with other machines: ``s3://bucket/prefix`` or a folder.

    Returns:
        A row for each planned run, in the order of the plan: ``run_id``, ``task``, ``algorithm``, ``preset``, ``seed``,
        ``steps``, ``status``, ``final_return`` (nan for a run that did not complete), ``error`` and the run's cost.

    Raises:
        MjbenchError: what ``mjbench run`` refuses, or a run that has no record in the end.
    """
    registry = Registry()
    trackers = choose(registry, _names(track))
    selection = select(
        registry,
        suite=suite,
        tasks=_names(task),
        algorithms=_names(algorithm),
        seeds=_seeds(seeds),
        steps=steps,
        changes=_changes(hyperparameters or {}),
        partial=partial,
        from_scratch=from_scratch,
        preset=os.fspath(preset),
        stop_at=stop_at,
        find_task=find_task,
        check_chain=check_chain,
    )
    work = prepare(registry, selection, Path(results), launcher, jobs, snapshot_every, retry_failed, remote=remote)
    for line in warnings(registry, work.todo):
        print(f"mjbench: warning: {line}", file=sys.stderr, flush=True)
    if check:
        _look_at(registry, [each.task for each in work.todo])
    leave_for_workers(work.store, work.todo, trackers)
    _work_off(work, quiet)
    work.share()
    return _table_of(work)


def _names(given: str | Sequence[str]) -> Sequence[str]:
    return [given] if isinstance(given, str) else list(given)


def _seeds(given: int | str | Iterable[int] | None) -> str | None:
    """As ``--seeds`` takes them: a number is how many, a list says which."""
    if given is None:
        return None
    return (
        "".join(f"{seed}," for seed in given)
        if isinstance(given, Iterable) and not isinstance(given, str)
        else str(given)
    )


def _changes(given: Mapping[str, Any]) -> list[str]:
    """As ``--set`` takes them."""
    try:
        return [f"{name}={json.dumps(value)}" for name, value in given.items()]
    except (TypeError, ValueError) as error:
        raise MjbenchError(
            f"hyperparameters must be numbers, texts, true or false, or lists of them: {error}"
        ) from error


def _look_at(registry: Registry, tasks: Iterable[str]) -> None:
    """Check tasks outside the registry: warnings to standard error, all errors as one.

    Raises:
        MjbenchError: a task has an error.
    """
    errors: list[str] = []
    for task_id in dict.fromkeys(filter(is_outside, tasks)):
        for notice in look(registry.task(task_id)):
            if notice.error:
                errors.append(f"{task_id}: {notice.text}")
            else:
                print(f"mjbench: {task_id}: warning: {notice.text}", file=sys.stderr, flush=True)
    if errors:
        raise MjbenchError(f"{'; '.join(errors)}; nothing was trained. To train without this check: check=False")


def _work_off(work: Prepared, quiet: bool) -> None:
    display = None if quiet or not work.todo else Display(work.todo, work.store, work.estimator, work.queue)
    try:
        with closing(work.queue.work(work.todo)) as under_way:
            for _ in under_way:
                if display is not None:
                    display.update()
    finally:
        if display is not None:
            display.update()
            display.close()


def _table_of(work: Prepared) -> "pd.DataFrame":
    planned = work.selection.runs
    by_id = {found.record.run.run_id: found for found in work.store.current(training=False)[0]}
    missing = [run for run in planned if run.run_id not in by_id]
    if missing:
        raise MjbenchError(
            f"{count(len(missing), 'run')} without a record in {work.store.root}: {missing[0].label}"
            f"{', ...' if len(missing) > 1 else ''}; see: mjbench status --results {work.store.root}"
        )
    found = [by_id[run.run_id] for run in planned]
    table = as_table(found, "runs")
    table.insert(table.columns.get_loc("status") + 1, "final_return", [final_return(item.record) for item in found])  # pyright: ignore[reportOperatorIssue, reportArgumentType]
    return table
