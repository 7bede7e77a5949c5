"""A Hub on this machine, and a user with a token and a home folder of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from small_hub import TOKEN, Hub, small_hub


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("home")
    with small_hub() as running:
        for name, value in {
            "HOME": str(home),
            "HF_HOME": str(home / "hf"),
            "HF_ENDPOINT": running.url,
            "HF_TOKEN": TOKEN,
            "HF_HUB_DISABLE_XET": "1",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # it was read when the library was imported
        yield running


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder that a refusal leaves empty."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder
