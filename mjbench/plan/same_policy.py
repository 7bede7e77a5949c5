"""Holds a run to the policy that it starts from: both need networks of one form."""

from mjbench.errors import SpecError
from mjbench.spec.run import RunSpec

FORM = {"net_arch": None, "shared_net_arch": [], "activation": None, "normalize_observation": None}
"""Hyperparameters that decide the form of a policy, under the names that algorithms share; what absence means."""


def check_same_policy(before: RunSpec, run: RunSpec) -> None:
    """Compare the hyperparameters of a run with those of the run that it starts from.

    Raises:
        SpecError: one of ``FORM`` differs, so the policy cannot be taken over.
    """
    for name, absent in FORM.items():
        there, here = before.hyperparameters.get(name, absent), run.hyperparameters.get(name, absent)
        if there != here:
            raise SpecError(
                f"{run.entry}: {run.task} cannot start from the policy of {before.task}: "
                f"{name} is {there!r} there and {here!r} here; --set {name}=VALUE gives both the same, "
                "--from-scratch trains each by itself"
            )
