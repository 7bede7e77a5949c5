"""Preset files beside the records of the runs that have them, so that a board can show what tuning cost.

results/
  presets/tuned-3fa9c1d2.toml      named as the runs name it
"""

from pathlib import Path

from mjbench.errors import StoreError
from mjbench.io.files import write_atomic

FOLDER = "presets"


def preset_path(root: Path, name: str) -> Path:
    """Where the preset called ``name`` lies, or will lie, in the results folder ``root``."""
    return Path(root) / FOLDER / f"{name}.toml"


def preset_paths(root: Path) -> list[Path]:
    """Every preset file of the results folder ``root``, by name."""
    return sorted((Path(root) / FOLDER).glob("*.toml"))


def keep_preset(root: Path, name: str, text: str) -> Path:
    """Write a preset file; one of the same name has the same hyperparameters, and an older ledger.

    Raises:
        StoreError: the folder cannot be written.
    """
    path = preset_path(root, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomic(path, text.encode())
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"cannot write the preset to {path}: {error}") from error
    return path
