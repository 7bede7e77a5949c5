"""Two launchers that every test of a launcher runs with: ours, and the one that the documentation shows."""

from pathlib import Path

import pytest
from distributions import write_distribution

from mjbench.api.launcher import Launcher
from mjbench.launch import queue
from mjbench.registry.lookup import Registry

SERIAL = Path(__file__).parents[1] / "serial_launcher.py"


@pytest.fixture
def serial(site: Path) -> None:
    """The launcher of docs/plugins.md, as if installed."""
    points = {"mjbench.launchers": {"serial": "mjbench_serial:SERIAL"}}
    write_distribution(site, "mjbench-serial", "0.1", points, {"mjbench_serial": SERIAL.read_text()})


@pytest.fixture(params=["local", "serial"])
def launcher(request: pytest.FixtureRequest, serial: None) -> Launcher:
    """Found as a user finds it."""
    return Registry().launcher(request.param)


@pytest.fixture(autouse=True)
def watched_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of a test may end within the second after which the queue is heard of."""
    monkeypatch.setattr(queue, "POLL_S", 0.02)
    monkeypatch.setattr(queue, "TELL_S", 0.0)
