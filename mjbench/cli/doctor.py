"""``mjbench doctor``: is this installation sound, and what can this machine do."""

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from mjbench.cli.terminal.table import size
from mjbench.envs.gymnasium_ids import NAMESPACE
from mjbench.envs.rendering import no_rendering
from mjbench.launch.local import cores
from mjbench.registry.first_party import STARTERS, install_command
from mjbench.registry.lookup import Registry
from mjbench.runner.provenance import packages, processor

LEAST_DISK = 2e9
OPTIONAL = "exporter"
"""Kind of plugin that nothing needs but a command of its own: its package is large."""


@dataclass(frozen=True)
class Diagnosis:
    """One line of the report."""

    level: Literal["ok", "note", "problem"]
    subject: str
    text: str


def _version(name: str) -> tuple[int, ...] | None:
    try:
        return tuple(int(part) for part in metadata.version(name).split("+")[0].split(".")[:3] if part.isdecimal())
    except metadata.PackageNotFoundError:
        return None


def _versions() -> list[Diagnosis]:
    found = [Diagnosis("ok", "python", f"{platform.python_version()} on {sys.platform}-{platform.machine()}")]
    found += [Diagnosis("ok", name, version) for name, version in packages().items()]
    return found


def _combinations() -> list[Diagnosis]:
    """Versions known to break each other."""
    mujoco, dm_control, pandas = _version("mujoco"), _version("dm_control"), _version("pandas")
    found = []
    if mujoco and dm_control and mujoco >= (4,) and dm_control <= (1, 0, 50):
        found.append(Diagnosis("problem", "mujoco", "4.0 breaks every dm_control 1.0.50 task; pip install 'mujoco<4'"))
    if pandas and pandas >= (3,):
        found.append(Diagnosis("problem", "pandas", "3 breaks arch, which rliable imports; pip install 'pandas<3'"))
    return found or [Diagnosis("ok", "combinations", "no known conflicts")]


def _plugins() -> list[Diagnosis]:
    registry = Registry()
    problems = registry.check()
    packages_found = sorted({f"{plugin.distribution} {plugin.version}" for plugin in registry.plugins})
    found = [Diagnosis("ok", "plugins", ", ".join(packages_found) or "none")]
    found += [Diagnosis("problem", "plugin", text) for text in dict.fromkeys([*problems.values(), *registry.damaged])]
    for kind, example in STARTERS.items():
        if not set(registry.names(kind)) - {NAMESPACE}:  # the core's own tasks are those of Gymnasium's registry
            level = "note" if kind == OPTIONAL else "problem"
            found.append(Diagnosis(level, f"{kind}s", f"none installed; {install_command([example])}"))
    return found


def _rendering() -> list[Diagnosis]:
    """Try each backend in a process of its own: a missing driver may end the process, not raise."""
    causes = {backend: no_rendering(backend) for backend in ("egl", "osmesa", "glfw")}
    works = [backend for backend, cause in causes.items() if not cause]
    if works:
        return [
            Diagnosis(
                "ok",
                "rendering",
                f"works with MUJOCO_GL={works[0]}" + (f" (also {', '.join(works[1:])})" if works[1:] else ""),
            )
        ]
    return [
        Diagnosis(
            "note",
            "rendering",
            "no backend works; videos are not possible; on Debian: apt-get install libegl1 ("
            + "; ".join(map(": ".join, causes.items()))
            + ")",
        )
    ]


def _machine(results: Path) -> list[Diagnosis]:
    found = [Diagnosis("ok", "processor", f"{processor()}, {cores()} cores: as many runs at once, one thread each")]
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        if os.environ.get(name, "1") != "1":
            found.append(Diagnosis("note", name, f"is {os.environ[name]}; no effect, workers set their own"))
    existing = next(folder for folder in (results.resolve(), *results.resolve().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    writable = os.access(existing, os.W_OK)
    found.append(Diagnosis("ok" if free > LEAST_DISK else "problem", "disk", f"{size(free)} free at {existing}"))
    if not writable:
        found.append(
            Diagnosis("problem", "results", f"{existing} cannot be written; choose another folder with --results")
        )
    return found


@click.command("doctor")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def doctor_command(results: Path, as_json: bool) -> None:
    """Check versions, plugins, rendering, threads and disk. Exit code 1 if there is a problem.

    \b
    mjbench doctor
    """
    checks: list[Callable[[], list[Diagnosis]]] = [
        _versions,
        _combinations,
        _plugins,
        _rendering,
        lambda: _machine(results),
    ]
    findings = [finding for check in checks for finding in check()]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            click.echo(f"{finding.level:7}  {finding.subject:{width}}  {finding.text}")
    problems = sum(finding.level == "problem" for finding in findings)
    if not as_json:
        click.echo(f"\n{problems} problem(s) found." if problems else "\nNo problems found.")
    if problems:
        raise SystemExit(1)
