"""A published preset file never changes, since records are checked against it."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from published import problems

ROOT = Path(__file__).parents[2]
PLACE = "tests/algorithms/preset_digests.json"
CHANGE = 'write what changes into a file with the next number beside it, such as 3.toml with extends = "2"'


def digests(root: Path) -> dict[str, str]:
    """SHA-256 of each preset file of our plugins, by ``plugin/algorithm/preset``."""
    files = root.glob("plugins/*/*/presets/*/*.toml")
    return {
        f"{file.parents[3].name}/{file.parent.name}/{file.stem}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def check(root: Path) -> list[str]:
    return list(problems(digests(root), json.loads((ROOT / PLACE).read_text()), PLACE, CHANGE))


def test_published_presets_are_as_they_were() -> None:
    assert not check(ROOT), "\n".join(check(ROOT))
    assert {name.partition("/")[0] for name in digests(ROOT)} == {"mjbench-sb3", "mjbench-sbx", "mjbench-warp"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The presets in a checkout of their own; the folder of SAC's in mjbench-sb3."""
    for plugin in ("mjbench-sb3", "mjbench-sbx", "mjbench-warp"):
        presets = next((ROOT / "plugins" / plugin).glob("*/presets"))
        shutil.copytree(presets, tmp_path / presets.relative_to(ROOT))
    return tmp_path / "plugins/mjbench-sb3/mjbench_sb3/presets/sac"


def test_a_change_a_new_file_and_a_missing_one_are_named(copy: Path, tmp_path: Path) -> None:
    assert check(tmp_path) == []
    first = copy / "1.toml"
    first.write_text(first.read_text().replace("gamma = 0.99", "gamma = 0.98", 1))
    (copy / "zoo.toml").unlink()
    (copy / "4.toml").write_text('extends = "3"\n')
    digest = hashlib.sha256(b'extends = "3"\n').hexdigest()
    assert check(tmp_path) == [
        f"mjbench-sb3/sac/1 is published and has changed: put it back, and {CHANGE}",
        f'mjbench-sb3/sac/4 has no digest: to publish it add "mjbench-sb3/sac/4": "{digest}" to {PLACE}',
        "mjbench-sb3/sac/zoo is published and is gone: put it back, since records refer to it",
    ]
