"""A plugin is one entry point of an installed distribution: found through metadata, loaded behind a guard.

A plugin is code that runs in this process. The guard contains its accidents (exceptions, ``sys.exit``, imports
that never return); it is no protection against malice, nor against a crash of the interpreter.
"""

import math
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata

from mjbench.errors import PluginError
from mjbench.registry.choice import ONLY, chosen_distributions, is_chosen, normalised

GROUPS = {
    "task": "mjbench.tasks",
    "suite": "mjbench.suites",
    "algorithm": "mjbench.algorithms",
    "launcher": "mjbench.launchers",
    "tracker": "mjbench.trackers",
    "exporter": "mjbench.exporters",
    "command": "mjbench.commands",
}
KINDS = {group: kind for kind, group in GROUPS.items()}
TIMEOUT = "MJBENCH_PLUGIN_TIMEOUT"
"""Environment variable: seconds that loading one plugin may take; 0 for no limit."""
TIMEOUT_S = 20.0
ALARM_AGAIN_S = 1.0


@dataclass(frozen=True)
class Plugin:
    """What a distribution offers under one name."""

    kind: str
    """A key of ``GROUPS``."""
    name: str
    """What users type; for tasks, the namespace."""
    entry_point: metadata.EntryPoint
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        """For messages: ``mjbench-gymnasium 0.1.0 (mjbench.tasks: gymnasium)``."""
        return f"{self.distribution} {self.version} ({GROUPS[self.kind]}: {self.name})"


@dataclass(frozen=True)
class Discovery:
    """What the installation offers."""

    plugins: tuple[Plugin, ...]
    left_out: tuple[Plugin, ...]
    """Plugins that the user's choice of distributions leaves out."""
    damaged: tuple[str, ...]
    """What cannot be read of the metadata, or is named and not there; a sentence each."""


def discover(entry_points: Iterable[metadata.EntryPoint] | None = None) -> Discovery:
    """Find the plugins without importing any.

    Args:
        entry_points: look at these instead of all that is installed.
    """
    damaged: list[str] = []
    points = _installed(damaged) if entry_points is None else entry_points
    found = [_plugin(point) for point in points if point.group in KINDS]
    found.sort(key=lambda plugin: (plugin.kind, plugin.name, plugin.distribution))
    only = chosen_distributions()
    if only is None:
        return Discovery(tuple(found), (), tuple(damaged))
    kept = tuple(plugin for plugin in found if is_chosen(plugin.distribution))
    present = {normalised(plugin.distribution) for plugin in found}
    damaged += [
        f"{ONLY} names {name}, which is not installed or has no mjbench entry points"
        for name in only
        if name not in present
    ]
    return Discovery(kept, tuple(plugin for plugin in found if plugin not in kept), tuple(damaged))


@contextmanager
def guard(plugin: Plugin) -> Iterator[None]:
    """Around code of the plugin's: whatever goes wrong becomes a PluginError that names it.

    Raises:
        PluginError: the code raised anything but KeyboardInterrupt, or took too long.
    """
    limit_s = _timeout_s()
    try:
        with _alarm(limit_s):
            yield
    except KeyboardInterrupt:
        raise
    except _Hangs as error:
        place = _place(error)
        raise PluginError(
            f"plugin {plugin.origin} does not load: it hangs, stopped after {limit_s:g} s{place}; "
            f"{TIMEOUT} sets the limit"
        ) from error
    except BaseException as error:
        raise PluginError(f"plugin {plugin.origin} does not load: {_cause(plugin, error)}") from error


def _installed(damaged: list[str]) -> Iterator[metadata.EntryPoint]:
    """Entry points of every distribution; of one that is on the path twice, those that Python imports."""
    seen: set[str] = set()
    for distribution in metadata.distributions():
        text = _read(distribution)
        if not any(group in text for group in KINDS):
            continue
        try:
            name = distribution.name or "a distribution without a name"
            if normalised(name) in seen:
                continue
            seen.add(normalised(name))
            yield from list(distribution.entry_points)
        except Exception as error:
            place = getattr(distribution, "_path", "an unknown place")
            damaged.append(f"the metadata of a plugin at {place} is damaged: {type(error).__name__}: {error}")


def _read(distribution: metadata.Distribution) -> str:
    try:
        return distribution.read_text("entry_points.txt") or ""
    except (OSError, UnicodeDecodeError):
        return ""


def _plugin(point: metadata.EntryPoint) -> Plugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else ("unknown distribution", "?")
    return Plugin(KINDS[point.group], point.name, point, name, version or "of unknown version")


def _timeout_s() -> float:
    text = os.environ.get(TIMEOUT, "")
    try:
        seconds = float(text or TIMEOUT_S)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise PluginError(f"{TIMEOUT}={text!r} is not a number of seconds")
    return seconds


class _Hangs(BaseException):
    """Not an Exception, so that a plugin that catches those does not catch this."""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise ``_Hangs`` in the body after ``seconds``; a timer that was set before continues afterwards.

    Signals reach the main thread of Unix alone; elsewhere nothing limits the body.
    """
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def ring(*_: object) -> None:
        if armed:
            raise _Hangs

    before = signal.signal(signal.SIGALRM, ring)
    began = time.monotonic()
    # It rings again and again, in case the body swallows the first.
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, ALARM_AGAIN_S)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1e-3), interval)


def _cause(plugin: Plugin, error: BaseException) -> str:
    """The error on one line: in words where it is a common one, else with the place where it arose."""
    value = plugin.entry_point.value
    module = value.partition(":")[0].strip()
    if isinstance(error, ModuleNotFoundError) and error.name:
        if module == error.name or module.startswith(f"{error.name}."):
            return f"its entry point names {value!r}, but there is no module {error.name!r}"
        return f"it needs the module {error.name!r}, which is not installed{_place(error)}"
    if isinstance(error, AttributeError) and _inside(error, metadata.__file__):
        return f"its entry point names {value!r}, which does not exist"
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{text}{_place(error)}".replace("\n", " ")


def _inside(error: BaseException, file: str) -> bool:
    """Whether the error arose in that file itself."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename == file


def _place(error: BaseException) -> str:
    """`` (file:line)`` of the innermost frame that is not Python's own import machinery or this file."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename not in (__file__, metadata.__file__)
    ]
    return f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
