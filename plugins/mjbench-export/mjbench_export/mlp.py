"""The only policies that these exporters know: multilayer perceptrons as arrays."""

from mjbench.api.exporter import Subject
from mjbench.errors import MjbenchError
from mjbench.policies.mlp import MlpPolicy

INPUT, OUTPUT = "observation", "action"
"""Names in every format that has names; (batch, observation size) and (batch, action size), float32."""


def perceptron(subject: Subject) -> MlpPolicy:
    """The subject's policy.

    Raises:
        MjbenchError: it is of another kind.
    """
    if not isinstance(subject.policy, MlpPolicy):
        kind = type(subject.policy).__name__
        raise MjbenchError(f"a {kind} cannot be exported: only policies of the kind MlpPolicy can")
    return subject.policy
