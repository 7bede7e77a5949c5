"""Robustness files beside records, which go along with them."""

from mjbench.errors import RecordError
from mjbench.io.strict import read_file
from mjbench.store.found import Found
from mjbench.store.robustness import LIMIT, read_robustness, robustness_files


def beside(item: Found) -> dict[str, bytes]:
    """The files beside a record by name, each held to the record.

    Raises:
        RecordError: one is damaged, or of another run or policy.
    """
    files: dict[str, bytes] = {}
    for name in robustness_files(item.path):
        try:
            read_robustness(item.path / name, item.record)
            files[name] = read_file(item.path / name, LIMIT)
        except RecordError as error:
            raise RecordError(f"{item.path / name}: {error}") from error
    return files
