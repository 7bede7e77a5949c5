"""What a legged task is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mjbench_legged.commands import Commands
from mjbench_legged.observations import Observe
from mjbench_legged.pushes import Pushes
from mjbench_legged.rewards import TERMS, RewardConstants, Term
from mjbench_legged.robot import Robot
from mjbench_legged.success import Success, WalkAhead
from mjbench_legged.terrain import Flat, Terrain


@dataclass(frozen=True)
class LeggedTask:
    """Everything that defines a task but its randomisation, which is off in the standard ones."""

    robot: Robot
    episode_s: float
    observe: Observe
    """See ``observations.py``."""
    weights: Mapping[str, float]
    """Of the reward's terms."""
    terms: Mapping[str, Term] = field(default_factory=lambda: TERMS)
    """Terms of the reward by name: those of ``rewards.py``, and more of the robot's own."""
    measures: Mapping[str, Term] = field(default_factory=dict)
    """What each step's info has beside ``Outcomes``."""
    reward_scale: float = 1.0
    """Factor of the weighted sum."""
    clip_reward: bool = False
    """Whether a negative sum counts as 0, so that falling early is never a gain."""
    constants: RewardConstants = field(default_factory=RewardConstants)
    terrain: Terrain = field(default_factory=Flat)
    commands: Commands | None = None
    """Velocity commands; without them the command is ``speed_m_s`` straight ahead in the world's frame."""
    speed_m_s: float = 0.8
    stride_hz: float = 0.0
    """Strides a second of the clock that gives the phase; 0 for none."""
    shortest_swing_s: float = 0.0
    """Shorter swings are not counted as such: a foot with a heel and toes lifts off and lands in several touches."""
    pushes: Pushes | None = None
    levels: int = 1
    """Levels of the curriculum. The last level of a command curriculum, or of the step, is the task itself; on rough
    terrain the task is all levels at once, or the first of them. With pushes at least two, from weaker to stronger than
    the task's."""
    success: Success = field(default_factory=WalkAhead)
    """What counts as success, and what the curriculum rises and falls by."""

    @property
    def widens_commands(self) -> bool:
        """Whether the levels of the curriculum widen the commands: on ground that has levels they choose the ground."""
        return self.terrain.levels == 1
