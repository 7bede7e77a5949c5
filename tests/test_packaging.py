"""The places that list the packages agree: the extra ``all``, the README, the Dockerfile and the lock of uv."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")}
HEAVY = set(re.findall(r"plugins/(\S+)", re.findall(r"(?m)^HEAVY := (.*)$", (ROOT / "Makefile").read_text())[0]))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / "constraints.txt").read_text().splitlines())
    return {normal(name): version for name, version in (line.split("==") for line in lines if line)}


def test_the_extra_holds_every_plugin_that_is_not_large() -> None:
    assert HEAVY < PLUGINS
    extras = PROJECT["project"]["optional-dependencies"]
    assert set(extras["all"]) == PLUGINS - HEAVY | set(extras["video"])


def test_the_readme_installs_what_the_extra_holds() -> None:
    (names,) = re.findall(r"\./plugins/mjbench-\{([\w,]+)\}", (ROOT / "README.md").read_text())
    assert {f"mjbench-{name}" for name in names.split(",")} == PLUGINS - HEAVY


def test_the_image_holds_what_the_extra_holds() -> None:
    assert set(re.findall(r"\./plugins/(mjbench-\w+)", (ROOT / "Dockerfile").read_text())) == PLUGINS - HEAVY


def test_uv_knows_every_package_of_the_workspace() -> None:
    assert set(PROJECT["tool"]["uv"]["sources"]) == PLUGINS | {"mjbench"}


def test_the_lock_has_the_tested_versions() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    versions = {package["name"]: package.get("version") for package in locked}
    problem = "uv.lock is stale; refresh it with: make lock"
    assert {name for name, version in pinned().items() if versions.get(name) != version} == set(), problem
    assert set(versions) >= PLUGINS, problem
    needs = {dependency["name"] for package in locked for dependency in package.get("dependencies", ())}
    assert needs <= set(versions) | {"tensorrt"}, problem
