"""Products of matrices, and the precision that they are computed in."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from alone import Alone, make_run
from bfloat16 import needs_bfloat16
from mjbench_fast.nn import products
from mjbench_fast.nn.products import TORCH_NAMES, large, multiplying, small, zeros

from mjbench.errors import SpecError
from mjbench.registry.lookup import Registry
from mjbench.runner.execute import execute
from mjbench.store.store import ResultStore


@pytest.mark.parametrize("multiply", [small, large])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_of_views(multiply: products.Product, dtype: type[np.floating]) -> None:
    """Columns of a wider array, transposed: what the layers hand over."""
    rng = np.random.default_rng(0)
    x, dy = (rng.normal(size=(40, 12)).astype(dtype) for _ in range(2))
    out = np.full((6, 9), np.nan, dtype)
    multiply(x[:, 3:9].T, dy[:, :4], out[:, 2:6])
    wanted = x[:, 3:9].T.astype(np.float64) @ dy[:, :4].astype(np.float64)
    assert np.allclose(out[:, 2:6], wanted, rtol=1e-5, atol=1e-5)
    assert np.isnan(out[:, [0, 1, 6, 7, 8]]).all()


@needs_bfloat16
def test_bfloat16_rounds_what_is_multiplied_and_sums_in_single_precision() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(256, 256)).astype(np.float32) for _ in range(2))
    rounded = [torch.from_numpy(each).bfloat16().double().numpy() for each in (a, b)]
    out = np.empty((256, 256), np.float32)
    with multiplying("bfloat16", 1):
        large(a, b, out)
    assert np.allclose(out, rounded[0] @ rounded[1], rtol=1e-4, atol=1e-4)
    assert not np.allclose(out, a.astype(np.float64) @ b, rtol=1e-4, atol=1e-2)


def test_a_processor_that_does_not_round_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TORCH_NAMES, "bfloat16", TORCH_NAMES["float32"])  # what such a processor makes of it
    before = torch.get_float32_matmul_precision(), torch.get_num_threads()
    wanted = r"does not multiply in bfloat16.*--set matmul_precision=float32"
    with pytest.raises(SpecError, match=wanted), multiplying("bfloat16", 2):
        pass
    assert (torch.get_float32_matmul_precision(), torch.get_num_threads()) == before


@needs_bfloat16
@pytest.mark.parametrize("name", ["fast-sac", "fast-td3"])
def test_bfloat16_is_another_run_with_another_policy(name: str, tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    one = make_run(name, steps=100, net_arch=[64, 64], batch_size=64)
    two = replace(one, hyperparameters={**one.hyperparameters, "matmul_precision": "bfloat16"})
    assert one.run_id != two.run_id
    policies = []
    for run in (one, two):
        record = execute(run, store, Registry())
        assert record.status == "completed", record.error
        assert "torch" in record.provenance["packages"]
        policies.append((store.folder(run) / "policy.safetensors").read_bytes())
    assert policies[0] != policies[1]
    assert torch.get_float32_matmul_precision() == TORCH_NAMES["float32"]


@pytest.mark.parametrize("name", ["fast-sac", "fast-td3"])
def test_an_unknown_precision_is_refused_by_name(name: str) -> None:
    with pytest.raises(SpecError, match="matmul_precision must be one of float32, bfloat16, not 'float8'"):
        Registry().algorithm(name).train(Alone(make_run(name, matmul_precision="float8")))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3,), (5, 7), (2, 3, 4)])
def test_arrays_begin_where_64_divides(shape: tuple[int, ...], dtype: type[np.floating]) -> None:
    for _ in range(10):
        array = zeros(shape, dtype)
        assert (array.shape, array.dtype, array.any()) == (shape, dtype, False)
        assert array.ctypes.data % 64 == 0
        assert array.flags.c_contiguous
