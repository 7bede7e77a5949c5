"""Levels of N worlds in a curriculum; the rule is ``mjbench.spec.curriculum.Curriculum``."""

from torch import Tensor

from mjbench.spec.curriculum import Curriculum


def moved(rule: Curriculum, level: Tensor, over: Tensor, score: Tensor, uniform: Tensor) -> Tensor:
    """Levels after episodes have ended, (N,) int64.

    Args:
        rule: when to rise and fall.
        level: (N,) int64 before.
        over: (N,) bool, whose episode has ended.
        score: (N,) read where ``over``.
        uniform: (N,) in [0, 1), where graduates go if that is random.
    """
    level = (level + (over & (score > rule.rise)).long() - (over & (score < rule.fall)).long()).clamp(min=0)
    if rule.graduates == "random":
        return (uniform * rule.levels).long().where(level >= rule.levels, level)
    return level.clamp(max=rule.levels - 1)
