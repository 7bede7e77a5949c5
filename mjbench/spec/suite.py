"""What a benchmark fixes: which tasks, which protocol, how many seeds, which budget."""

from dataclasses import dataclass, field

from mjbench.errors import SpecError
from mjbench.spec.chain import MOST_STEPS, Chain, check, until, written
from mjbench.spec.task import TaskSpec

EVALUATION_SEED = 1_000_000
"""First published evaluation seed; training seeds are smaller, so the two never meet."""


@dataclass(frozen=True)
class EvalProtocol:
    """How policies are scored. Evaluation always plays the policy's mode (no exploration noise).

    Raises:
        SpecError: a count below 1, or evaluation seeds that training could use.
    """

    checkpoints: int = 10
    """The policy is evaluated at k/checkpoints of the budget, k = 1..checkpoints; the last one is the final policy."""
    episodes: int = 10
    """Episodes at each checkpoint but the last."""
    final_episodes: int = 50
    """Episodes of the final policy: the headline number."""
    seed: int = EVALUATION_SEED
    """Episode i of any evaluation is reset with ``seed + i``."""

    def __post_init__(self) -> None:
        for name in ("checkpoints", "episodes", "final_episodes"):
            if getattr(self, name) < 1:
                raise SpecError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.seed < EVALUATION_SEED:
            raise SpecError(f"evaluation seeds start at {EVALUATION_SEED:,} or above, not {self.seed}")

    def schedule(self, steps: int) -> dict[int, int]:
        """Training steps at which to evaluate, ascending, each with its number of episodes."""
        marks = [max(1, steps * k // self.checkpoints) for k in range(1, self.checkpoints)]
        return {**dict.fromkeys(marks, self.episodes), steps: self.final_episodes}


@dataclass(frozen=True)
class Suite:
    """A named benchmark. Once published it never changes; a change is a new version.

    Raises:
        SpecError: no tasks, a task twice, or a count below 1.
    """

    name: str
    """Lower-case words joined by hyphens."""
    tasks: tuple[str, ...]
    """Task ids."""
    version: int = 1
    description: str = ""
    algorithms: tuple[str, ...] = ("ppo", "sac", "td3")
    """Trained when the user names none."""
    seeds: int = 10
    """Training seeds 0..seeds-1."""
    steps: int | None = None
    """Training budget of every task; None takes each task's own."""
    protocol: EvalProtocol = field(default_factory=EvalProtocol)
    chains: tuple[Chain, ...] = ()
    """Tasks that are trained as stages: each with its own budget, from the policy of the stage before it."""

    def budget(self, task: str, spec: TaskSpec | None) -> int | None:
        """Training steps of a task; None where it takes the task's own and ``spec`` is unknown."""
        stages = until(self.chains, task)
        return stages[-1].steps if stages else self.steps or (spec.budget if spec else None)

    def start(self, task: TaskSpec) -> str:
        """Id of the task whose policy this one starts from: of the stage before it, or its own warm start."""
        stages = until(self.chains, task.id)
        return stages[-2].task if len(stages) > 1 else task.warm_start

    def after(self, task: str) -> str:
        """What the runs on ``task`` say of the stages before it."""
        return written(until(self.chains, task)[:-1])

    @property
    def folder(self) -> str:
        """Folder of its leaderboard, for ever: ``locomotion``, and of later versions ``locomotion-v2``."""
        return self.name if self.version == 1 else f"{self.name}-v{self.version}"

    def __post_init__(self) -> None:
        if not self.name or not all(c.isalnum() or c in "-_." for c in self.name) or self.name.startswith("."):
            raise SpecError(f"suite name {self.name!r} may hold letters, digits, '-', '_' and '.' only")
        if not self.tasks:
            raise SpecError(f"suite {self.name}: no tasks")
        twice = sorted({task for task in self.tasks if self.tasks.count(task) > 1})
        if twice:
            raise SpecError(f"suite {self.name}: {', '.join(twice)} listed twice")
        if self.version < 1:
            raise SpecError(f"suite {self.name}: version must be at least 1, not {self.version}")
        if self.seeds < 1:
            raise SpecError(f"suite {self.name}: seeds must be at least 1, not {self.seeds}")
        if self.steps is not None and self.steps < 1:
            raise SpecError(f"suite {self.name}: steps must be at least 1, not {self.steps}")
        if self.steps is not None and self.steps > MOST_STEPS:
            raise SpecError(f"suite {self.name}: steps must be at most {MOST_STEPS:,}")
        try:
            check(self.chains, self.tasks)
        except SpecError as error:
            raise SpecError(f"suite {self.name}: {error}") from None
