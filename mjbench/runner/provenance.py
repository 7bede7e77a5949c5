"""Where a number comes from: versions, machine, revision, task definition."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mjbench.registry.lookup import Plugin
from mjbench.spec.task import TaskSpec

PACKAGES = (
    "mjbench",
    "gymnasium",
    "mujoco",
    "dm_control",
    "shimmy",
    "envpool",
    "numpy",
    "torch",
    "stable_baselines3",
)


def provenance(
    task: TaskSpec,
    task_plugin: Plugin,
    algorithm_plugin: Plugin,
    threads: int,
    further: Sequence[str] = (),
    simulator: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Everything that a reader needs to know which software and hardware made a record; JSON values.

    Args:
        task: what was trained on.
        task_plugin: where it comes from.
        algorithm_plugin: where the algorithm comes from.
        threads: of the numerical libraries.
        further: packages to name beside ``PACKAGES``.
        simulator: of training, where that was not the reference: device, driver, versions, precision, determinism.
    """
    kept = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "packages": packages(further),
        "task_plugin": f"{task_plugin.distribution} {task_plugin.version}",
        "algorithm_plugin": f"{algorithm_plugin.distribution} {algorithm_plugin.version}",
        "task": task.definition,
        "python": platform.python_version(),
        "platform": f"{sys.platform}-{platform.machine()}",
        "processor": processor(),
        "instructions": instructions(),
        "cores": os.cpu_count(),
        "threads": threads,
        "git_revision": git_revision(),
    }
    return {**kept, "simulator": dict(simulator)} if simulator else kept


def software(*plugins: Plugin, further: Sequence[str] = ()) -> dict[str, str]:
    """What must be the same for a run to go on from a snapshot: versions of Python, packages and plugins."""
    own = {plugin.distribution: plugin.version for plugin in plugins}
    return {"python": platform.python_version(), **packages(further), **own}


def in_use(name: str) -> bool:
    """Whether this process uses what ``software`` names: of ``PACKAGES``, those that have been imported."""
    return name not in PACKAGES or name in sys.modules


def packages(further: Sequence[str] = ()) -> dict[str, str]:
    """Versions of the packages that results depend on, of ``PACKAGES`` and ``further`` those that are installed."""
    versions = {}
    for name in (*PACKAGES, *further):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def elsewhere(recorded: Mapping[str, Any], further: Sequence[str] = ()) -> list[str]:
    """What a record's provenance says of Python, packages and processor that is not so here.

    Args:
        recorded: the provenance; packages of which it says nothing do not matter.
        further: packages to look at beside ``PACKAGES``.
    """
    kept = recorded.get("packages")
    versions = kept if isinstance(kept, dict) else {}
    here = {name: version for name, version in packages(further).items() if name in versions}
    here |= {"python": platform.python_version(), "processor": processor()}
    if recorded.get("processor") == processor():  # a name may stand for several, above all on rented machines
        here["instructions"] = instructions()
    before = {**versions, **recorded}
    differ = [name for name, value in here.items() if before.get(name) != value]
    return [f"{name} {before.get(name) or 'not recorded'}, here {here[name]}" for name in differ]


@cache
def processor() -> str:
    """The processor's own name where the system has it."""
    return _cpuinfo("model name") or platform.processor() or platform.machine()


@cache
def instructions() -> str:
    """The processor's vector instructions, ``"avx avx2 fma"``, by which libraries choose how to sum; empty where the
    system does not tell."""
    flags = (_cpuinfo("flags") or _cpuinfo("Features")).split()
    return " ".join(sorted(flag for flag in flags if flag.startswith(("avx", "amx", "fma", "asimd", "sve"))))


def _cpuinfo(field: str) -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field:
                return value.strip()
    except OSError:
        pass
    return ""


@cache
def git_revision() -> str | None:
    """Revision of the checkout that this mjbench runs from, with ``+changes`` when it differs; None when installed."""
    here = Path(__file__).resolve().parent
    try:
        revision = _git(here, "rev-parse", "HEAD")
        return revision + ("+changes" if _git(here, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()
