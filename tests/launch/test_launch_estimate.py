"""Where the estimate of a run's time comes from: the nearest records that there are."""

from dataclasses import replace
from pathlib import Path

import pytest

from mjbench.algorithms import device
from mjbench.launch.estimate import Estimator
from mjbench.registry.lookup import Registry
from mjbench.spec.record import Resources, RunRecord
from mjbench.spec.run import RunSpec
from mjbench.spec.suite import EvalProtocol
from mjbench.store.store import Found

STEPS = 10_000_000


def run(task: str, algorithm: str = "fast-ppo") -> RunSpec:
    return RunSpec(task, algorithm, {}, 0, STEPS, EvalProtocol(1, 1, 1))


def learned(rates: dict[tuple[str, str], float]) -> Estimator:
    estimator = Estimator(Registry())
    estimator.learn(
        Found(Path("nowhere"), RunRecord(run(*kind), "completed", resources=Resources(steps_per_s=rate)))
        for kind, rate in rates.items()
    )
    return estimator


def rate(estimator: Estimator, spec: RunSpec) -> float:
    seconds = estimator.seconds(spec)
    assert seconds is not None
    return STEPS / seconds


RATES = {
    ("quadruped/AnymalRough-v0", "fast-ppo"): 300.0,
    ("quadruped/AnymalWalk-v0", "fast-ppo"): 1000.0,
    ("quadruped/Go1Walk-v0", "fast-ppo"): 1500.0,
    **{(f"gymnasium/{name}-v5", "fast-ppo"): 20_000.0 for name in ("Reacher", "Swimmer", "Pusher", "Hopper")},
    ("quadruped/AnymalRough-v0", "ppo"): 5.0,
}


@pytest.mark.parametrize(
    ("task", "known", "expected"),
    [
        ("quadruped/AnymalRough-v0", RATES, 300.0),
        ("quadruped/AnymalStep-v0", RATES, 1000.0),  # tasks of the same plugin
        ("franka/Reach-v0", RATES, 20_000.0),  # any task, by the same algorithm
        ("franka/Reach-v0", {}, 12_900.0),  # what the algorithm says of itself
    ],
)
def test_the_nearest_records_count(task: str, known: dict[tuple[str, str], float], expected: float) -> None:
    assert rate(learned(known), run(task)) == pytest.approx(expected, rel=0.05)


def test_where_it_comes_from_is_said() -> None:
    estimator = learned(RATES)
    rough, reach = run("quadruped/AnymalRough-v0"), run("franka/Reach-v0")
    assert estimator.source([rough]) == "measured in this results folder"
    assert estimator.source([rough, reach]).startswith("measured on other tasks in this results folder;")
    assert estimator.source([rough, run("franka/Reach-v0", "fast-sac")]).startswith("typical of small robots")


def test_runs_with_the_same_hyperparameters_count_before_others() -> None:
    estimator = Estimator(Registry())
    small, large = ({"batch_size": size} for size in (64, 4096))
    for values, steps_per_s in ((small, 400.0), (large, 20_000.0), (large, 20_000.0)):
        spec = replace(run("gymnasium/Hopper-v5"), hyperparameters=values)
        record = RunRecord(spec, "completed", resources=Resources(steps_per_s=steps_per_s))
        estimator.learn([Found(Path("nowhere"), record)])
    same, other = (replace(run("gymnasium/Hopper-v5"), hyperparameters=values) for values in (small, {"batch_size": 1}))
    assert rate(estimator, same) == pytest.approx(400.0, rel=0.05)
    assert rate(estimator, other) == pytest.approx(20_000.0, rel=0.05)
    assert estimator.source([same]) == "measured in this results folder"
    assert estimator.source([same, other]).startswith("measured with other hyperparameters in this results folder;")


@pytest.mark.parametrize(("driver", "expected"), [("/dev/null", 300_000.0), ("/dev/no-driver", 1000.0)])
def test_records_of_a_gpu_count_where_there_is_one(
    driver: str, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "DRIVERS", (driver,))
    estimator = learned({("quadruped/AnymalWalk-v0", "fast-ppo"): 1000.0})
    gpu = RunRecord(
        replace(run("quadruped/Go1Walk-v0"), simulator="warp"),
        "completed",
        resources=Resources(steps_per_s=300_000.0),
        provenance={"simulator": {"device": "cuda:0"}},
    )
    estimator.learn([Found(Path("nowhere"), gpu)])
    assert rate(estimator, run("quadruped/Go1Walk-v0")) == pytest.approx(expected, rel=0.3)
