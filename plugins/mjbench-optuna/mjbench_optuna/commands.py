"""``mjbench tune``."""

from pathlib import Path

import click

from mjbench.spec.chain import MOST_STEPS

MOST_TRIALS = 1_000_000
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("tune")
@click.option(
    "--task",
    "tasks",
    multiple=True,
    required=True,
    metavar="ID",
    help="Tune on this task; separate several with commas.",
)
@click.option("--algo", "algorithm", required=True, metavar="NAME", help="The algorithm.")
@click.option(
    "--trials",
    type=click.IntRange(1, MOST_TRIALS),
    required=True,
    help="Sets of hyperparameters to try, earlier ones included.",
)
@click.option(
    "--steps", type=click.IntRange(1, MOST_STEPS), help="Environment steps of each run  [default: the task's]"
)
@click.option(
    "--seeds", default="2", show_default=True, metavar="N|LIST", help="How many tuning seeds, or which, from 900000 on."
)
@click.option("--space", type=_FILE, metavar="FILE", help="TOML file with the search space  [default: the algorithm's]")
@click.option(
    "--preset", default="", metavar="NAME", help="The published preset to begin from  [default: the default one]"
)
@click.option(
    "--sampler", type=click.Choice(["tpe", "random"]), default="tpe", show_default=True, help="How trials are drawn."
)
@click.option("--no-prune", is_flag=True, help="Train every trial to its end.")
@click.option("--jobs", type=click.IntRange(min=1), help="Runs at once  [default: one per core]")
@click.option("--launcher", default="local", show_default=True, help="Where the runs execute.")
@click.option("--launcher-options", type=_FILE, metavar="FILE", help="TOML file with options of the launcher.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Folder of the study  [default: tuning/ALGO-TASK]",
)
@click.option("--dry-run", is_flag=True, help="Print what would be trained, and exit.")
def tune(
    tasks: tuple[str, ...],
    algorithm: str,
    trials: int,
    steps: int | None,
    seeds: str,
    space: Path | None,
    preset: str,
    sampler: str,
    no_prune: bool,
    jobs: int | None,
    launcher: str,
    launcher_options: Path | None,
    out: Path | None,
    dry_run: bool,
) -> None:
    """Search hyperparameters with Optuna, and write them as a preset with a ledger of what the search cost.

    \b
    mjbench tune --task gymnasium/Hopper-v5 --algo fast-ppo --trials 30 --steps 100000
    mjbench run --task gymnasium/Hopper-v5 --algo fast-ppo --steps 100000 --preset tuning/fast-ppo-Hopper-v5/preset.toml

    With several tasks every trial is trained on all of them. This gives a preset for each task, and one for all tasks
    together. How much the algorithm loses with the common one is printed.

    Stop it with Ctrl-C at any time; the same command continues. To add a worker, start the same command in another
    terminal, or on another machine that sees the folder.
    """
    from mjbench_optuna.study import Options, run_study

    raise SystemExit(
        run_study(
            Options(
                tasks=tasks,
                algorithm=algorithm,
                trials=trials,
                steps=steps,
                seeds=seeds,
                space=space,
                preset=preset,
                sampler=sampler,
                prune=not no_prune,
                jobs=jobs or 0,
                launcher=launcher,
                launcher_options=launcher_options,
                out=out,
                dry_run=dry_run,
            )
        )
    )
