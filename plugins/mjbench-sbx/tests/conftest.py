"""What the tests of this package share."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of compiled functions for this process, or most of the time goes into compiling the same ones anew.

    Processes that tests start compile for themselves, so that programs compiled twice are compared too.
    """
    import jax

    folder = tmp_path_factory.mktemp("compiled")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    yield folder
    jax.config.update("jax_compilation_cache_dir", None)
