"""Tells a real Ctrl-C or SIGTERM from a KeyboardInterrupt that foreign code raises by itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """What came of the signals while foreign code ran."""

    stop: KeyboardInterrupt | None = None
    """What a handler of ours raised; None where no signal came, or where its handler only took note."""


@contextmanager
def stop_signals() -> Iterator[StopSignals]:
    """Watch the handlers of this process in the body, and put them back after it, whatever the body installed.

    Signals reach the main thread alone; in another thread no signal can come.
    """
    seen = StopSignals()
    if threading.current_thread() is not threading.main_thread():
        yield seen
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def watched(number: int, frame: FrameType | None) -> Any:
        handler = before[signal.Signals(number)]
        try:
            return handler(number, frame) if callable(handler) else None
        except KeyboardInterrupt as stop:
            seen.stop = stop
            raise

    for number, handler in before.items():
        if callable(handler):  # neither ignored nor the system's own end of the process
            signal.signal(number, watched)
    try:
        yield seen
    finally:
        for number, handler in before.items():
            if handler is not None:  # None: not from Python, so it cannot be put back
                signal.signal(number, handler)
