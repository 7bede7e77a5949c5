"""A copy of a policy that nobody can change while it is played, or while another run starts from it."""

from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.strict import read_file
from mjbench.io.tensors import FILE_LIMIT
from mjbench.store.store import Found
from mjbench.submission.policy_checks import check_policy


def copy_policy(found: Found, to: Path) -> None:
    """Copy the files of a policy into the new folder ``to``, and check them there once more.

    Raises:
        RecordError: they are no longer those that the record names.
    """
    to.mkdir(parents=True)
    names = list(found.record.policy_sha256)
    try:
        for name in names:
            (to / name).write_bytes(read_file(found.path / name, FILE_LIMIT))
        wrong = next((finding.text for finding in check_policy(found.record, to, "", names)), "")
    except RecordError as error:
        wrong = str(error)
    if wrong:
        raise RecordError(f"its policy has changed since it was checked: {wrong}")
