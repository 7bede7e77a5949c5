"""The hint that names the package of what is missing knows all that our packages bring."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from mjbench.registry.first_party import package_of

OURS = {path.name for path in (Path(__file__).parents[2] / "plugins").glob("mjbench-*")}


@pytest.mark.parametrize("kind", ["suite", "algorithm", "launcher", "tracker", "exporter", "command"])
def test_every_name_of_ours_leads_to_its_package(kind: str) -> None:
    for point in entry_points(group=f"mjbench.{kind}s"):
        if point.dist and point.dist.name in OURS:
            assert package_of(kind, point.name) == point.dist.name, point.name
