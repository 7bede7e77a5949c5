"""Named tensors that are only ever changed in place: what a batch is between two steps."""

from collections.abc import Mapping

from torch import Tensor


class States:
    """N rows of numbers under names.

    Args:
        tensors: (N, ...) each.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = dict(tensors)

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[name]

    def __setitem__(self, name: str, value: Tensor) -> None:
        self._tensors[name].copy_(value)

    def put(self, mask: Tensor, values: Mapping[str, Tensor | float]) -> None:
        """Replace rows.

        Args:
            mask: (N,) bool, which.
            values: a number for all rows, or (N, ...), by name.
        """
        for name, value in values.items():
            rows = self._tensors[name]
            shaped = mask.reshape(-1, *[1] * (rows.dim() - 1))
            if isinstance(value, Tensor):
                rows.copy_(value.where(shaped, rows))
            else:
                rows.masked_fill_(shaped, value)

    def named(self) -> dict[str, Tensor]:
        """All of them, live."""
        return dict(self._tensors)
