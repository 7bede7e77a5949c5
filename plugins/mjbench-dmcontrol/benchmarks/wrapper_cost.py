"""Steps a second of dm_control alone, under this package's wrapper, and under shimmy with Gymnasium's flattening.

    python wrapper_cost.py [seconds per measurement]

The three take turns in short slices, each ahead of the others equally often, so that a busy machine slows all
of them alike; the medians of the slices are compared.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable

import gymnasium
import numpy as np
from mjbench_dmcontrol.make import make_suite

TASKS = (("cartpole", "swingup"), ("walker", "walk"), ("humanoid", "walk"))
LIMIT = 0.10
SLICE_STEPS = 200


def stepper(env: gymnasium.Env, actions: np.ndarray) -> Callable[[], None]:
    """Plays one slice through a Gymnasium environment."""
    env.reset(seed=0)
    turn = itertools.cycle(actions)

    def run() -> None:
        for _ in range(SLICE_STEPS):
            _, _, terminated, truncated, _ = env.step(next(turn))
            if terminated or truncated:
                env.reset()

    return run


def bare_stepper(domain: str, task: str, actions: np.ndarray) -> Callable[[], None]:
    """Plays one slice through dm_control itself."""
    from dm_control import suite

    env = suite.load(domain, task, task_kwargs={"random": 0})
    env.reset()
    turn = itertools.cycle(actions)

    def run() -> None:
        for _ in range(SLICE_STEPS):
            if env.step(next(turn)).last():
                env.reset()

    return run


def main(seconds: float) -> int:
    """Print the comparison; 1 where the wrapper costs more than the limit."""
    from shimmy import DmControlCompatibilityV0  # after make_suite's module, which chooses how to render

    worst = 0.0
    print(f"{'steps/s':20} {'dm_control':>12} {'mjbench':>12} {'cost':>8} {'shimmy, flat':>14} {'cost':>8}")
    for domain, task in TASKS:
        env = make_suite(domain, task)
        env.action_space.seed(0)
        actions = np.stack([env.action_space.sample() for _ in range(1000)])
        through_shimmy = DmControlCompatibilityV0(make_suite(domain, task).dm_env)
        rivals = {
            "bare": bare_stepper(domain, task, actions),
            "ours": stepper(env, actions),
            "shimmy": stepper(gymnasium.wrappers.FlattenObservation(through_shimmy), actions),
        }
        slices: dict[str, list[float]] = {name: [] for name in rivals}
        end = time.perf_counter() + 3 * seconds
        for order in itertools.cycle(itertools.permutations(rivals)):
            for name in order:
                start = time.process_time()
                rivals[name]()
                slices[name].append(time.process_time() - start)
            if time.perf_counter() > end:
                break
        rate = {name: SLICE_STEPS / statistics.median(taken) for name, taken in slices.items()}
        cost = {name: rate["bare"] / rate[name] - 1 for name in ("ours", "shimmy")}
        worst = max(worst, cost["ours"])
        print(
            f"{domain + '-' + task:20} {rate['bare']:12,.0f} {rate['ours']:12,.0f} {cost['ours']:8.1%} "
            f"{rate['shimmy']:14,.0f} {cost['shimmy']:8.1%}"
        )
    print(f"limit for mjbench: {LIMIT:.0%}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
