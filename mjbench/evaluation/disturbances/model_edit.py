"""Conditions that change MuJoCo's model for whole episodes."""

import sys
from collections.abc import Callable
from typing import Any

from mjbench.evaluation.disturbances.condition import Effect


class ModelEdit(Effect):
    """Changes every model by a function.

    Args:
        change: writes into a model.
        constants: masses have changed, so what MuJoCo derives from them is computed again.
    """

    def __init__(self, change: Callable[[Any], None], constants: bool = False) -> None:
        self._change, self._constants = change, constants

    def edit(self, model: Any) -> None:
        """See ``Effect``."""
        self._change(model)
        if self._constants:
            mujoco = sys.modules["mujoco"]  # whoever has a model has imported it
            mujoco.mj_setConst(model, mujoco.MjData(model))
