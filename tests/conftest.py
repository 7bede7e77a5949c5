"""What tests share: a display that is none, and a third party's package that is seen without being installed."""

import os
import shutil
import signal
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributions import install_pendulums, write_distribution
from hypothesis import settings
from object_store import bucket, object_store, remote_url, s3  # noqa: F401  fixtures

from mjbench.envs.rendering import choose_backend

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # shells switch it off for what they start in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("untimed", deadline=None)  # machines are busy: no test fails by the clock
settings.load_profile("untimed")
choose_backend()  # simulators read the choice when they are imported

POINTMASS = Path(__file__).parent / "third_party" / "pointmass"


@pytest.fixture
def pointmass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package in tests/third_party, as if installed."""
    project = tomllib.loads((POINTMASS / "pyproject.toml").read_text())["project"]
    site = tmp_path / "site"
    write_distribution(site, project["name"], project["version"], project["entry-points"], {})
    shutil.copytree(POINTMASS / "pointmass", site / "pointmass")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site) + os.pathsep + os.environ.get("PYTHONPATH", ""))


@pytest.fixture
def pendulums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks of tests/pendulums.py, as if installed."""
    install_pendulums(tmp_path / "pendulums", monkeypatch)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder on the path, for packages that a test makes up."""
    folder = tmp_path / "made_up"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    yield folder
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
