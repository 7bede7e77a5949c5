"""A third party's package with a search space, seen without being installed, and tasks beside its own."""

import os
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from distributions import write_distribution

pytest.importorskip("optuna", reason="optuna is not installed")
POINTMASS = Path(__file__).parents[3] / "tests" / "third_party" / "pointmass"
FAR = """
from dataclasses import replace
from mjbench.spec.task import Reference
from pointmass.specs import TASKS as NEAR
REFERENCES = {"random_return": Reference(-100.0, "made up"), "reference_return": Reference(0.0, "made up")}
TASKS = [replace(NEAR[0], id="far/Centre-v0", **REFERENCES)]
RAW = [replace(NEAR[0], id="raw/Centre-v0", random_return=None, reference_return=None)]
"""
SPACE = "[noise]\nlow = 0.01\nhigh = 10.0\nlog = true\n"


@pytest.fixture
def pointmass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((POINTMASS / "pyproject.toml").read_text())["project"]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("pointmass", "far")]:
        monkeypatch.delitem(sys.modules, name)  # of another test's folder
    site = tmp_path / "site"
    write_distribution(site, project["name"], project["version"], project["entry-points"], {})
    shutil.copytree(POINTMASS / "pointmass", site / "pointmass")
    (site / "pointmass" / "spaces").mkdir()
    (site / "pointmass" / "spaces" / "random-search.toml").write_text(SPACE)
    write_distribution(site, "far", "1.0", {"mjbench.tasks": {"far": "far:TASKS", "raw": "far:RAW"}}, {"far": FAR})
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    monkeypatch.chdir(tmp_path)
