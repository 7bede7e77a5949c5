"""Training that begins easy and grows hard: levels, and the rule by which an environment rises and falls."""

from dataclasses import dataclass
from typing import Literal

from mjbench.errors import SpecError

LEVEL = "curriculum_level"
"""Option of ``env.reset`` that sets the level of the episode; without it the environment is the full task."""


@dataclass(frozen=True)
class Curriculum:
    """Each training environment has a level, which an episode's end may change. Evaluation knows no levels.

    After the terrain curriculum of Rudin et al., Learning to Walk in Minutes Using Massively Parallel Deep
    Reinforcement Learning (2021).

    Raises:
        SpecError: fewer than two levels, no score, or a bound to fall below that is not under the one to rise above.
    """

    levels: int
    """Levels 0 (the easiest, where every environment begins) to ``levels - 1`` (the hardest)."""
    score: str
    """``info`` key that is read at an episode's end."""
    rise: float
    """A score above this takes the environment one level up."""
    fall: float
    """A score below this takes it one level down, at most to 0."""
    graduates: Literal["stay", "random"] = "stay"
    """Where an environment goes that rises from the hardest level: it stays, or draws any level."""

    def __post_init__(self) -> None:
        if self.levels < 2:
            raise SpecError(f"a curriculum has at least 2 levels, not {self.levels}")
        if not self.score:
            raise SpecError("a curriculum needs the info key of its score")
        if not self.fall <= self.rise:
            raise SpecError(
                f"a curriculum falls below {self.fall}, which must not exceed what it rises above {self.rise}"
            )
        if self.graduates not in ("stay", "random"):
            raise SpecError(f"graduates of a curriculum 'stay' or go to a 'random' level, not {self.graduates!r}")
