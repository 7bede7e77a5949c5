"""Adam (Kingma and Ba 2015) on one flat tensor of parameters; reads nothing back from the device."""

import torch
from torch import Tensor

DECAY, SQUARE_DECAY, EPSILON = 0.9, 0.999, 1e-5


class Adam:
    """``m = b1 m + (1 - b1) g``, ``v = b2 v + (1 - b2) g^2``, ``p -= rate m' / (sqrt(v') + 1e-5)``, both unbiased.

    Args:
        values: the parameters (P,), changed in place.
    """

    def __init__(self, values: Tensor) -> None:
        self._values = values
        self.gradients = torch.zeros_like(values)
        """(P,) what ``step`` follows."""
        self.rate = torch.zeros((), device=values.device)
        self._mean, self._square = torch.zeros_like(values), torch.zeros_like(values)
        self._steps = torch.zeros((), dtype=torch.float64, device=values.device)

    def clip(self, largest: float) -> None:
        """Shorten the gradients to a norm of ``largest``, as ``torch.nn.utils.clip_grad_norm_`` does."""
        self.gradients.mul_((largest / (self.gradients.norm() + 1e-6)).clamp(max=1.0))

    def step(self) -> None:
        """Follow the gradients once."""
        self._steps.add_(1)
        self._mean.lerp_(self.gradients, 1 - DECAY)
        self._square.mul_(SQUARE_DECAY).addcmul_(self.gradients, self.gradients, value=1 - SQUARE_DECAY)
        mean = self._mean / (1 - DECAY**self._steps)
        spread = (self._square / (1 - SQUARE_DECAY**self._steps)).sqrt_().add_(EPSILON)
        self._values.sub_(self.rate * mean / spread)

    def tensors(self) -> dict[str, Tensor]:
        """Its state, live."""
        return {"adam.mean": self._mean, "adam.square": self._square, "adam.steps": self._steps, "adam.rate": self.rate}
