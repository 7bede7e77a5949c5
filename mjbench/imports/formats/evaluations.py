"""``evaluations.npz`` of stable-baselines3's EvalCallback, as rl-baselines3-zoo keeps it too.

``timesteps`` (n,) and ``results`` (n, m): returns of m evaluation episodes at each of n evaluation points.
"""

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from mjbench.imports.log import FILE_LIMIT, Format, Log, Options, Source, refuse
from mjbench.imports.tables import steps
from mjbench.io.strict import clean


def _recognises(source: Source) -> bool:
    return source.data.startswith(b"PK\x03\x04") and b".npy" in source.data[:200]


def _read(sources: Sequence[Source], options: Options) -> list[Log]:
    (source,) = sources
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > FILE_LIMIT:
                raise refuse(source, f"its arrays take more than {FILE_LIMIT:,} bytes")
        with np.load(io.BytesIO(source.data), allow_pickle=False) as arrays:
            at, results = arrays["timesteps"], arrays["results"]
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise refuse(source, f"cut off, or no arrays that can be read ({clean(str(error))})") from None
    numeric = at.dtype.kind in "iuf" and results.dtype.kind in "iuf"
    if not numeric or at.ndim != 1 or results.ndim != 2 or len(at) != len(results) or not results.size:
        raise refuse(
            source, f"timesteps {at.shape} and results {results.shape} are not n numbers and n rows of returns"
        )
    with np.errstate(over="ignore"):  # becomes a value that is not known
        means = results.astype(float).mean(axis=1)
    return [Log((source,), "results", "evaluation", steps(source, at.astype(float)), means, results.shape[1])]


FORMAT = Format("sb3-evaluations", "stable-baselines3 evaluations.npz", _recognises, _read)
