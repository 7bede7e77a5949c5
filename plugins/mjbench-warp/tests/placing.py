"""Puts the reference's robots where those of a training batch are."""

from typing import Any

import numpy as np


def place(batch: Any, reference: Any) -> None:
    """Positions, velocities and commands of a ``LeggedTrainingBatch`` into a ``LeggedVectorEnv``."""
    state = {name: value.cpu().numpy() for name, value in batch.state_dict().items()}
    reference.qpos[:], reference.qvel[:] = state["qpos"], state["qvel"]
    reference._command[:] = state["command"].astype(np.float64)
    for env in range(len(state["qpos"])):
        reference._outcomes.begin(env, state["qpos"][env, :2])
