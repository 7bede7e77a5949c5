"""One run -> its report: every number that the page shows, and the reason where one is missing."""

from dataclasses import dataclass

from mjbench.errors import MjbenchError
from mjbench.leaderboard.runs import Facts, facts
from mjbench.leaderboard.tuning import run_tuning
from mjbench.plan.ledgers import read_ledgers
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import preset_numbers
from mjbench.report.again import command_again
from mjbench.report.episodes import FinalEpisodes, final_episodes
from mjbench.report.gait import Gait, gait
from mjbench.report.joints import Joints, joints
from mjbench.report.learning import Learning, learning
from mjbench.report.play import Played, play
from mjbench.report.robust import Robust, robust
from mjbench.report.work import Work, work
from mjbench.spec.record import RunRecord
from mjbench.spec.task import TaskSpec
from mjbench.spec.tier import Verified
from mjbench.stats.distribution import Distribution
from mjbench.stats.energy import CORE_W, run_energy
from mjbench.stats.returns import final_mean
from mjbench.stats.scores import normalise
from mjbench.store.presets import results_of
from mjbench.store.store import Found
from mjbench.text import count, score, shown, spread

ERROR_LINES = 40
"""Of an error message, the last ones are shown."""


@dataclass(frozen=True)
class Report:
    """What the page of one run shows."""

    title: str
    description: str
    completed: bool
    error: str
    summary: Facts
    learning: Learning
    episodes: FinalEpisodes | None
    played: Played
    gait: Gait | None
    joints: Joints | None
    work: Work | None
    robust: tuple[Robust, ...]
    """One for each disturbance set."""
    unusable: tuple[str, ...]
    """A line for each robustness file that cannot be used."""
    hyperparameters: Facts
    provenance: Facts
    again: str
    """Command that makes the run again; empty where none does."""
    run_id: str


def build_report(found: Found, registry: Registry, verified: Verified, episode: int = 0) -> Report:
    """The report on one run.

    Args:
        found: with its training episodes.
        registry: knows the task and the algorithm, where they are installed.
        verified: what is known of its record.
        episode: of the final evaluation, which is played.

    Raises:
        MjbenchError: there is no such episode.
    """
    record, run = found.record, found.record.run
    try:
        task: TaskSpec | None = registry.task(run.task)
    except MjbenchError:
        task = None
    completed = record.status == "completed"
    played = play(found, registry, episode) if completed else Played(problem=f"the run {_ended(record)}")
    recording, times = played.recording, [frame.time_s for frame in played.frames]
    span = (times[0], times[-1]) if times else None
    episodes = final_episodes(record)
    sets, unusable = robust(found, task)
    return Report(
        title=f"{shown(run.entry)} on {shown(run.task)}, seed {run.seed}",
        description=shown(task.description, 300) if task else "",
        completed=completed,
        error="\n".join(shown(line, 300) for line in record.error.splitlines()[-ERROR_LINES:]),
        summary=_summary(found, task, registry, verified, episodes),
        learning=learning(record, task),
        episodes=episodes,
        played=played,
        gait=gait(recording, span) if recording else None,
        joints=joints(recording) if recording else None,
        work=work(recording) if recording else None,
        robust=sets,
        unusable=unusable,
        hyperparameters=facts(run.hyperparameters),
        provenance=facts(record.provenance),
        again=command_again([found], registry),
        run_id=run.run_id,
    )


def _ended(record: RunRecord) -> str:
    return "diverged" if record.status == "diverged" else "failed"


def _summary(
    found: Found, task: TaskSpec | None, registry: Registry, verified: Verified, episodes: FinalEpisodes | None
) -> Facts:
    record, run, cost = found.record, found.record.run, found.record.resources
    spent = run_tuning(record, read_ledgers(results_of(found), registry, [run])[0])
    rows: list[tuple[str, str]] = []
    mean = final_mean(record)
    if mean is not None and episodes is not None:
        over: Distribution = episodes.rows[0][1]
        rows.append((f"Final return, mean ± SD of {count(over.episodes, 'episode')}", spread(mean, over.std)))
    normalised = normalise(task, mean)
    if normalised is not None:
        rows.append(("Normalised score", score(normalised)))
    won = record.evaluations.final("success", record.final_step) if record.evaluations.success is not None else []
    if won and record.status == "completed":
        rows.append(("Success", f"{sum(won)} of {count(len(won), 'episode')}"))
    if record.status != "completed":
        rows.append(("Status", record.status))
    rows += [
        ("Algorithm", shown(run.algorithm)),
        ("Preset", _preset(record, registry)),
        ("Tuning", f"{spent.text} ({spent.behind})" if spent.behind else spent.text),
        ("Training seed", str(run.seed)),
        ("Environment steps", f"{run.steps:,}"),
    ]
    if cost.wall_s:
        rows.append(("Wall time", f"{cost.wall_s:,.0f} s"))
    if cost.steps_per_s:
        rows.append(("Training speed", f"{cost.steps_per_s:,.0f} steps/s"))
    if energy := run_energy(record):
        rows.append(("Processor energy", energy.text + ("" if energy.measured else f", at {CORE_W:g} W a core")))
    return (*rows, ("Tier", verified.text), ("Run", run.run_id))


def _preset(record: RunRecord, registry: Registry) -> str:
    run = record.run
    numbers = preset_numbers(registry)(run)
    name = run.preset or (str(max(numbers.numbers)) if numbers.numbers else "unknown" if not numbers.known else "none")
    return shown(name) + (f", with {shown(run.variant)}" if run.variant else "")
