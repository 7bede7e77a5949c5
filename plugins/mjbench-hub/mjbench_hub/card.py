"""The model card: front matter in the Hub's form, scores, how to load a policy, how to train again."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mjbench.registry.lookup import Registry
from mjbench.report.again import command_again
from mjbench.stats.estimate import CONFIDENCE
from mjbench.text import number, score, shown
from mjbench_hub.scores import Scored

FIELD = "reinforcement-learning"
"""The Hub's name for it."""


def model_card(
    repo: str,
    licence: str,
    rows: Sequence[Scored],
    warnings: Sequence[str],
    films: Mapping[str, str],
    registry: Registry,
    version: str,
) -> str:
    """The text of ``README.md``.

    Args:
        repo: ``user/name``.
        licence: the Hub's identifier.
        rows: at least one.
        warnings: lines below the scores.
        films: paths in the repository, by run id.
        registry: knows tasks and presets.
        version: of mjbench.
    """
    run = rows[0].runs[0]
    pulled = Path("results")  # where mjbench pull writes
    commands = dict.fromkeys(filter(None, (command_again(row.found, registry, pulled) for row in rows)))
    parts = [
        f"---\n{_front_matter(repo, licence, rows)}\n---",
        f"# {repo.partition('/')[2]}",
        f"Policies trained with mjbench {version}, a benchmark of MuJoCo tasks, and the record of every run.",
        f"## Scores\n\n{_table(rows)}",
        "\n".join(f"- {_plain(line, 400)}" for line in warnings),
        f"## Tasks\n\n{_tasks(rows)}",
        f"## Films\n\n{_films(rows, films)}" if films else "",
        f"## Load a policy\n\n```bash\nmjbench pull {repo}\nmjbench play {run.run_id}\n```",
        "```python\nimport mjbench\n\n"
        f'policy = mjbench.load_policy("{run.run_id}")\nenv = mjbench.make("{run.task.removeprefix("adhoc/")}")\n'
        "observation, info = env.reset(seed=1_000_000)\naction, _ = policy.predict(observation)\n```",
        f"## Train again\n\n```bash\n{chr(10).join(commands)}\n```" if commands else "",
        "The `record.json` of a run has its hyperparameters, evaluations, package versions and hardware.",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _front_matter(repo: str, licence: str, rows: Sequence[Scored]) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    results = [
        EvalResult(
            task_type=FIELD,
            task_name=FIELD,
            dataset_type=row.cell.task,
            dataset_name=row.cell.task,
            metric_type=name,
            metric_value=value,
            metric_name=f"{label}, {row.cell.entry}, {row.runs[0].steps:,} steps, {row.cell.coverage}",
        )
        for row in rows
        for name, value, label in _metrics(row)
    ]
    tags = [FIELD, "deep-reinforcement-learning", "mujoco", "robotics", "mjbench"]
    tags += [run.algorithm for row in rows for run in row.runs] + [row.cell.task for row in rows]
    return ModelCardData(
        library_name="mjbench",
        license=licence,
        pipeline_tag=FIELD,
        tags=list(dict.fromkeys(tags)),
        model_name=repo.partition("/")[2],
        eval_results=results or None,  # pyright: ignore[reportArgumentType]
    ).to_yaml()


def _metrics(row: Scored) -> list[tuple[str, float | str, str]]:
    """Type, value and name of each number. The Hub's boards of this field write a mean as ``1.50 +/- 0.25``."""
    found: list[tuple[str, float | str, str]] = []
    if row.cell.estimate is not None:
        mean, half = row.cell.estimate.value, row.half
        label = "mean return" if half is None else f"mean return +/- half of the {CONFIDENCE:.0%} interval"
        found.append(("mean_reward", round(mean, 4) if half is None else f"{mean:.2f} +/- {half:.2f}", label))
    if row.cell.normalised_mean is not None:
        found.append(("normalized_score", round(row.cell.normalised_mean, 4), "normalised score"))
    return found


def _table(rows: Sequence[Scored]) -> str:
    lines = [
        f"| task | entry | steps | seeds | mean return | {CONFIDENCE:.0%} interval | normalised |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        estimate, scaled, run = row.cell.estimate, row.cell.normalised_mean, row.runs[0]
        mean = number(estimate.value) if estimate else "unknown"
        interval = "too few seeds"
        if estimate is not None and estimate.low is not None and estimate.high is not None:
            interval = f"{number(estimate.low)} to {number(estimate.high)}"
        cells = [_plain(run.task), _plain(row.cell.entry), f"{run.steps:,}", row.cell.coverage, mean, interval]
        lines.append(f"| {' | '.join([*cells, '' if scaled is None else score(scaled)])} |")
    episodes = rows[0].runs[0].protocol.final_episodes
    return "\n".join(lines) + (
        f"\n\nThe return of a run is the mean over {episodes} episodes of its final policy, on published seeds and "
        "without exploration noise. The mean and its interval are over training seeds. Normalised: 0 is the random "
        "policy, 1 the reference."
    )


def _tasks(rows: Sequence[Scored]) -> str:
    tasks = {row.cell.task: row.task for row in rows}
    described = {name: f": {_plain(task.description, 400)}" if task else "" for name, task in tasks.items()}
    return "\n".join(f"- `{name}`{text}" for name, text in described.items())


def _films(rows: Sequence[Scored], films: Mapping[str, str]) -> str:
    labels = {run.run_id: run.label for row in rows for run in row.runs}
    return "\n".join(f"- [{_plain(labels[run_id])}]({path})" for run_id, path in films.items())


def _plain(text: str, longest: int = 80) -> str:
    """Text that Markdown shows as it is."""
    visible = shown(text, longest).replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "|[]*`" else letter for letter in visible)
