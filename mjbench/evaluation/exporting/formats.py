"""The formats that are installed."""

from importlib.util import find_spec

from mjbench.api.exporter import Exporter
from mjbench.errors import MjbenchError, nearest_names
from mjbench.registry.first_party import PACKAGES, install_command
from mjbench.registry.lookup import Registry


def find_exporter(name: str, registry: Registry) -> Exporter:
    """The exporter of a format, whose libraries are installed.

    Raises:
        MjbenchError: no plugin offers the format, or a library is missing; the message says what to install.
    """
    names = registry.names("exporter")
    if name not in names:
        near = nearest_names(name, names)
        words = f"did you mean {near[0]}?" if near else f"installed formats: {', '.join(names) or 'none'}"
        raise MjbenchError(f"unknown format {name!r}; {words}{_installable(names)}")
    exporter = registry.exporter(name)
    missing = [
        package
        for module, package in getattr(exporter, "needs", {}).items()
        if (found := find_spec(module)) is None or found.origin is None  # without an origin: a folder of this name
    ]
    if missing:
        packages, s = " ".join(missing), "s" if len(missing) > 1 else ""
        raise MjbenchError(f"--format {name} needs the package{s} {' and '.join(missing)}: pip install {packages}")
    return exporter


def _installable(names: list[str]) -> str:
    """How to get the formats of ours that are not installed; empty where all are."""
    missing = {name: package for name, package in PACKAGES["exporter"].items() if name not in names}
    if not missing:
        return ""
    return f"; to install {', '.join(missing)}: {install_command(sorted(set(missing.values())))}"
