"""What training costs, from what records say of it."""

from mjbench.spec.record import Resources


def training_cpu_s(cost: Resources) -> float | None:
    """Processor seconds of training, without evaluation; None where the record does not say.

    Evaluations take their share of the processor time by their share of the wall time, so that other programs on the
    machine, which slow both, change nothing.
    """
    measured = cost.train_s + cost.evaluate_s
    return cost.cpu_s * cost.train_s / measured if cost.cpu_s > 0 and cost.train_s > 0 else None
