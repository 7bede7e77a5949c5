"""Lays down packages for tests, as pip would."""

import os
from pathlib import Path

import pytest


def write_distribution(
    folder: Path, name: str, version: str, entry_points: dict[str, dict[str, str]], modules: dict[str, str]
) -> None:
    """Lay down modules and the metadata of an installed distribution, as pip would."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    text = "".join(
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items())
        for group, points in entry_points.items()
    )
    (info / "entry_points.txt").write_text(text)
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)


def install_pendulums(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the tasks of ``pendulums`` known to this process and to the workers that it starts."""
    write_distribution(folder, "pendulums", "1.0", {"mjbench.tasks": {"pendulum": "pendulums:TASKS"}}, {})
    monkeypatch.syspath_prepend(str(folder))
    paths = (str(folder), str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
