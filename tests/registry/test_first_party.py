"""The hint that names the package of what is missing knows all that our packages bring."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

from mjbench.errors import UnknownName
from mjbench.registry.first_party import PACKAGES, package_of
from mjbench.registry.lookup import Registry

OURS = {path.name for path in (Path(__file__).parents[2] / "plugins").glob("mjbench-*")}


@pytest.mark.parametrize("kind", ["suite", "algorithm", "launcher", "tracker", "exporter", "command"])
def test_every_name_of_ours_leads_to_its_package(kind: str) -> None:
    for point in entry_points(group=f"mjbench.{kind}s"):
        if point.dist and point.dist.name in OURS:
            assert package_of(kind, point.name) == point.dist.name, point.name


def test_no_package_is_named_that_does_not_exist() -> None:
    named = {package for packages in PACKAGES.values() for package in packages.values()}
    assert named <= OURS


@pytest.mark.parametrize("name", ["pbs", "dask", "lokal"])
def test_an_unknown_launcher_says_what_works(name: str) -> None:
    with pytest.raises(UnknownName) as raised:
        Registry().launcher(name)
    assert "--launcher local" in str(raised.value)
    assert "pip install" not in str(raised.value)
    assert Registry().launcher("local").room(3).workers == 3


@pytest.mark.parametrize("name", ["slurm", "ray"])
def test_a_launcher_of_ours_that_is_not_installed_leads_to_its_package(name: str) -> None:
    with pytest.raises(UnknownName, match=rf"pip install \./plugins/mjbench-{name} \(in a clone of mjbench\)"):
        Registry([]).launcher(name)
