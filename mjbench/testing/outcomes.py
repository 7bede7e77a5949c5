"""What comes of a check, whatever it raises."""

import traceback
from collections.abc import Callable
from unittest import SkipTest

from mjbench.testing.case import Outcome, Violation


def outcome(check: str, subject: str, perform: Callable[[], None]) -> Outcome:
    """Perform one check.

    Args:
        check: its name.
        subject: what is checked: a task's id, ``algorithm NAME``.
        perform: raises Violation, SkipTest, or whatever the plugin's own code raises.
    """
    try:
        perform()
    except SkipTest as skipped:
        return Outcome(check, subject, "skipped", str(skipped))
    except Violation as violation:
        return Outcome(check, subject, "failed", str(violation))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Outcome(check, subject, "failed", _with_place(error))
    return Outcome(check, subject, "passed")


def _with_place(error: BaseException) -> str:
    """An error of the plugin's on one line, with the place where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return " ".join(f"{type(error).__name__}: {error}{place}".split())
