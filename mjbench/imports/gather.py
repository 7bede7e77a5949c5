"""Files and folders as typed -> groups of files that are one log each."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import MjbenchError, RecordError, nearest_names
from mjbench.imports.formats import evaluations, monitor, published_csv, tensorboard, wandb
from mjbench.imports.log import FILE_LIMIT, Format, LogError, Source, refuse
from mjbench.io.strict import read_file
from mjbench.text import shown

FORMATS = {
    each.name: each
    for each in (
        monitor.FORMAT,
        evaluations.FORMAT,
        tensorboard.FORMAT,
        published_csv.LONG,
        published_csv.SHORT,
        wandb.WIDE,
        wandb.LONG,
    )
}
"""By the name that ``--format`` takes, in the order in which they are tried."""
MOST_FILES, DEEPEST = 10_000, 8


@dataclass(frozen=True)
class Group:
    """Files that a format reads together."""

    format: Format
    sources: tuple[Source, ...]


def known() -> str:
    """The formats in one line."""
    return ", ".join(f"{each.name} ({each.title})" for each in FORMATS.values())


def gather(paths: Sequence[Path], wanted: str = "") -> tuple[list[Group], list[str]]:
    """What to read, and a line for each file of a folder that is left out.

    Args:
        paths: files, and folders whose files with known names are taken, at any depth.
        wanted: name of the only format; empty to recognise it by the content.

    Raises:
        LogError: a file that was named cannot be read or has no known format; nothing was found.
    """
    if wanted and wanted not in FORMATS:
        near = nearest_names(wanted, FORMATS)
        raise MjbenchError(
            f"unknown format {wanted!r}; {f'did you mean {near[0]}? ' if near else ''}There are: {known()}"
        )
    left_out: list[str] = []
    groups: dict[tuple[str, Path], list[Source]] = {}
    for path, named in _files(paths):
        if not named and wanted in ("", evaluations.FORMAT.name) and _beside_evaluations(path):
            left_out.append(
                f"{path}: left out, as evaluations.npz is beside it; --format sb3-monitor reads these files"
            )
            continue
        try:
            source = Source(path, read_file(path, FILE_LIMIT))
        except RecordError as error:
            raise LogError(f"{path}: {error}") from None
        found = FORMATS[wanted] if wanted and named else _recognise(source, wanted)
        if found is None:
            if named:
                raise refuse(source, f"cut off, or of no known format; known are: {known()}")
            left_out.append(f"{path}: left out, of no known format")
            continue
        key = (found.name, path.parent if found.together and _together(found, path) else path)
        groups.setdefault(key, []).append(source)
    if not groups:
        raise MjbenchError(f"no log in {', '.join(map(str, paths))}; known are: {known()}")
    return [Group(FORMATS[name], tuple(sources)) for (name, _), sources in groups.items()], left_out


def _recognise(source: Source, wanted: str) -> Format | None:
    candidates: Iterable[Format] = [FORMATS[wanted]] if wanted else FORMATS.values()
    return next((each for each in candidates if each.recognises(source)), None)


def _files(paths: Sequence[Path]) -> list[tuple[Path, bool]]:
    """Each file once, and whether it was named itself."""
    found: dict[Path, bool] = {}
    for path in paths:
        if not path.exists():
            near = nearest_names(
                path.name, (item.name for item in path.parent.iterdir()) if path.parent.is_dir() else ()
            )
            raise MjbenchError(
                f"there is no file or folder {shown(str(path))}"
                + (f"; did you mean {path.parent / near[0]}?" if near else "")
            )
        if path.is_dir():
            for inner in _walk(path):
                found.setdefault(inner, False)
        else:
            found[path] = True
    return list(found.items())


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if len(Path(root).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        found += [Path(root) / name for name in sorted(names) if _may_be_log(name)]
        if len(found) > MOST_FILES:
            raise MjbenchError(f"{folder} holds more than {MOST_FILES:,} logs; name fewer folders")
    return [path for path in found if not path.is_symlink()]


def _may_be_log(name: str) -> bool:
    return name.endswith(".csv") or name == "evaluations.npz" or ".tfevents." in name


def _beside_evaluations(path: Path) -> bool:
    return path.name.endswith(".monitor.csv") and (path.parent / "evaluations.npz").is_file()


def _together(found: Format, path: Path) -> bool:
    """Whether the file is one of several of a run: an event file, or ``3.monitor.csv``."""
    return found is not monitor.FORMAT or path.name.removesuffix(".monitor.csv").isdecimal()
