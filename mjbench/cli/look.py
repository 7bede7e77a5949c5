"""What ``mjbench run`` says of tasks that nobody has checked, before it trains on them."""

import sys
from collections.abc import Iterable

from mjbench.envs.gymnasium_ids import is_outside
from mjbench.registry.lookup import Registry
from mjbench.testing.look import look


def look_at(registry: Registry, tasks: Iterable[str]) -> None:
    """Look at those outside the registry, a line for each thing that is wrong. Ends with 2 where one is an error."""
    wrong = False
    for task_id in dict.fromkeys(filter(is_outside, tasks)):
        for notice in look(registry.task(task_id)):
            wrong |= notice.error
            print(
                f"mjbench: {task_id}: {'' if notice.error else 'warning: '}{notice.text}", file=sys.stderr, flush=True
            )
    if wrong:
        print("mjbench: nothing was trained; to train without this check: mjbench run --no-look", file=sys.stderr)
        sys.exit(2)
