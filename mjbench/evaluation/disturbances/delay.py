"""Late actions: what the policy decides arrives some control steps later. Until then its first action holds."""

import numpy as np

from mjbench.evaluation.disturbances.condition import Condition, Effect, Play


class Delay(Effect):
    """Delays actions by ``steps``."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._past: list[np.ndarray] = []

    def begin(self, play: Play) -> None:
        """See ``Effect``."""
        self._past = []

    def act(self, actions: np.ndarray) -> np.ndarray:
        """See ``Effect``."""
        self._past.append(np.array(actions))
        return self._past.pop(0) if len(self._past) > self._steps else self._past[0]


DELAY = Condition(
    "delay",
    "s",
    "actions arrive s control steps late",
    lambda _: "",
    lambda _, strength: Delay(round(strength)),
    lambda target: target.control_s or 1.0,
)
