"""Numbers that are typed: ``nan`` and ``inf`` are none."""

import math
from typing import Any

import click


class Number(click.FloatRange):
    """A finite number, in a range where one is given; click's own also takes ``nan``, which no range keeps out."""

    def _describe_range(self) -> str:
        return super()._describe_range() if (self.min, self.max) != (None, None) else ""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or click's error."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number
