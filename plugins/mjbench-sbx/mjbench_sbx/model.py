"""Builds an SBX model from a run's hyperparameters."""

import flax.linen as nn
import sbx
from mjbench_sb3.harness import construct
from stable_baselines3.common.base_class import BaseAlgorithm

from mjbench.api.session import Session
from mjbench.errors import SpecError
from mjbench_sbx.algorithms import PRESETS

CLASSES: dict[str, type[BaseAlgorithm]] = {
    "ppo": sbx.PPO,
    "sac": sbx.SAC,
    "td3": sbx.TD3,
    "crossq": sbx.CrossQ,
    "tqc": sbx.TQC,
}
ACTIVATIONS: dict[str, object] = {"tanh": nn.tanh, "relu": nn.relu, "elu": nn.elu}
POLICY_ARGUMENTS = (
    "log_std_init",
    "ortho_init",
    "n_critics",
    "dropout_rate",
    "layer_norm",
    "n_quantiles",
    "batch_norm_momentum",
    "renorm_warmup_steps",
)


def build(name: str, session: Session) -> BaseAlgorithm:
    """The model on its training environments, everything seeded with the run's seed.

    SBX takes options of stable-baselines3 that it then ignores; here only those of the preset are taken.

    Args:
        name: key of ``CLASSES``.
        session: provides the run and its environments.

    Raises:
        SpecError: a hyperparameter is unknown, missing, or has a value that the algorithm does not take.
    """
    run = session.run
    known = PRESETS[name].blocks()["default"].keys() - {"source"}
    unknown, missing = sorted(run.hyperparameters.keys() - known), sorted(known - run.hyperparameters.keys())
    if unknown:
        raise SpecError(f"{run.entry} does not support {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    if missing:
        raise SpecError(f"{run.entry} lacks {', '.join(missing)}: give a value with --set")
    return construct(CLASSES[name], ACTIVATIONS, POLICY_ARGUMENTS, session)
