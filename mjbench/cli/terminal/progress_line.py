"""One line on standard error that says how far something is."""

import sys
import time
from collections.abc import Callable

import click

REDRAW_S = 0.2


class Line:
    """A line on standard error that is written again and again; nothing where nobody watches."""

    def __init__(self) -> None:
        self._last, self._width = 0.0, 0

    def show(self, text: Callable[[], str], now: bool = False) -> None:
        """Write what ``text`` returns; seldom, unless ``now``."""
        if sys.stderr.isatty() and (now or time.monotonic() - self._last > REDRAW_S):
            self._last, line = time.monotonic(), text()
            click.echo(f"\r{line.ljust(self._width)}", err=True, nl=False)
            self._width = len(line)

    def clear(self) -> None:
        """Leave nothing behind."""
        if self._width:
            click.echo(f"\r{' ' * self._width}\r", err=True, nl=False)
