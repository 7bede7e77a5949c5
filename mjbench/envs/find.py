"""A task as typed: from the registry, or one of Gymnasium's own."""

from mjbench.envs.gymnasium_ids import adhoc_id, is_adhoc
from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, in_words
from mjbench.registry.lookup import Registry
from mjbench.spec.task import TaskSpec


def find_task(registry: Registry, text: str) -> TaskSpec:
    """A task by its id; ``module:Name-vN`` names one of Gymnasium's own registry, which is built once to see it.

    Raises:
        MjbenchError: there is none, or mjbench cannot train on it.
    """
    if not is_adhoc(text):
        return registry.task(text)
    task = registry.task(adhoc_id(text))
    try:
        make_env(task).close()
    except MjbenchError as error:
        raise MjbenchError(str(error).replace(task.id, text)) from error
    except Exception as error:
        raise MjbenchError(f"{text} cannot be built: {in_words(error)}") from error
    return task
