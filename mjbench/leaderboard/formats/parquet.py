"""Tables as Parquet, where pyarrow is installed: the numbers of the CSV files, with their types."""

import io
from importlib.util import find_spec


def has_pyarrow() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def as_parquet(table: str) -> bytes:
    """A table of ``mjbench.leaderboard.formats.csv_tables`` as Parquet; what that file leaves empty is null.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pandas as pd

    frame = pd.read_csv(io.StringIO(table), keep_default_na=False, na_values=[""])
    buffer = io.BytesIO()
    frame.to_parquet(buffer, engine="pyarrow", index=False)
    return buffer.getvalue()
