"""What the committed records ran is what the same commands plan today: a run id that moved would train them again."""

import pytest
from committed import committed_results

from mjbench.plan.grid import plan
from mjbench.plan.hyperparameters import kinds_of, with_changes
from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench.registry.preset_lookup import published, variant_changes
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore

RESULTS = committed_results()
OURS = ["a2c", "ddpg", "ppo", "sac", "td3", "fast-ppo", "fast-sac", "fast-td3"]
OURS += ["sbx-crossq", "sbx-ppo", "sbx-sac", "sbx-td3", "sbx-tqc"]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def test_every_committed_run_is_planned_with_the_same_id(registry: Registry) -> None:
    found, problems = ResultStore(RESULTS).scan()
    assert not problems
    assert len(found) >= 520
    runs = [item.record.run for item in found]
    assert [run.label for run in runs if run.run_id not in _planned(registry, run)] == []


def _planned(registry: Registry, run: RunSpec) -> set[str]:
    """Ids of the run by each published preset that it may have."""
    task, algorithm = registry.task(run.task), registry.algorithm(run.algorithm)
    ids: set[str] = set()
    for preset in [run.preset] if run.preset else filter(str.isdecimal, published(algorithm, task)):
        runs = plan(
            [task],
            {run.algorithm: algorithm},
            [run.seed],
            steps=None if run.steps == task.budget else run.steps,  # named steps are also those of a warm start
            protocol=run.protocol,
            changes=variant_changes(run.variant),
            threads=run.threads,
            find_task=registry.task,
            from_scratch=run.is_from_scratch,
            preset=preset,
        )
        ids |= {planned.run_id for planned in runs}
    return ids


def test_every_suite_can_be_planned(registry: Registry) -> None:
    suites, problems = installed_suites(registry)
    assert suites
    assert not problems
    for suite in suites:
        algorithms = {name: registry.algorithm(name) for name in suite.algorithms}
        tasks = [registry.task(task) for task in suite.tasks]
        runs = plan(
            tasks,
            algorithms,
            range(suite.seeds),
            steps=suite.steps,
            protocol=suite.protocol,
            find_task=registry.task,
            chains=suite.chains,
        )
        assert len(runs) >= len(tasks) * len(algorithms) * suite.seeds


@pytest.mark.parametrize("name", OURS)
def test_every_preset_has_values_that_its_algorithm_takes(registry: Registry, name: str) -> None:
    algorithm = registry.algorithm(name)
    for task in registry.tasks.values():
        for values in published(algorithm, task).values():
            assert with_changes(name, algorithm, values, {}) == values
            optional = getattr(algorithm, "optional_hyperparameters", {})
            kinds = kinds_of(algorithm, {**optional, **values})
            assert kinds.keys() == algorithm.kinds.keys()  # pyright: ignore[reportAttributeAccessIssue]
            assert all(kinds[key].holds(value) for key, value in optional.items())
