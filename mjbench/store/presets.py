"""Preset files beside the records of the runs that have them, so that a board can show what tuning cost.

results/
  presets/tuned-3fa9c1d2.toml      named as the runs name it
"""

from pathlib import Path

from mjbench.errors import RecordError, StoreError
from mjbench.io.files import write_atomic
from mjbench.io.strict import read_file
from mjbench.io.toml import parse_toml
from mjbench.store.found import Found

FOLDER = "presets"
LIMIT = 2**20
"""Bytes of a preset file."""


def preset_path(root: Path, name: str) -> Path:
    """Where the preset called ``name`` lies, or will lie, in the results folder ``root``."""
    return Path(root) / FOLDER / f"{name}.toml"


def preset_paths(root: Path) -> list[Path]:
    """Every preset file of the results folder ``root``, by name."""
    return sorted((Path(root) / FOLDER).glob("*.toml"))


def results_of(item: Found) -> Path:
    """The results folder in which the record lies: above namespace, task, algorithm and run."""
    path = item.path if len(item.path.parents) > 3 else item.path.absolute()
    return path.parents[min(3, len(path.parents) - 1)]


def preset_beside(item: Found) -> bytes | None:
    """The preset file of a run in its results folder; None where the run has no such preset, or no file is there.

    Raises:
        RecordError: it cannot be read, is too large, or is not TOML.
    """
    path = preset_path(results_of(item), item.record.run.preset)
    if not item.record.run.preset or not path.is_file():
        return None
    try:
        data = read_file(path, LIMIT)
        parse_toml(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RecordError(f"preset file {path}: it is not UTF-8 text") from error
    except RecordError as error:
        raise RecordError(f"preset file {path}: {error}") from error
    return data


def keep_preset(root: Path, name: str, text: str) -> Path:
    """Write a preset file; one of the same name has the same hyperparameters, and an older ledger.

    Raises:
        StoreError: the folder cannot be written.
    """
    path = preset_path(root, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != text.encode():  # what is damaged is written again
            write_atomic(path, text.encode())
    except OSError as error:
        raise StoreError(
            f"cannot write the preset to {path}: {error.strerror}; move what is there away, or use another --results"
        ) from error
    return path
