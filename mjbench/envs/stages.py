"""Whether one stage of a chain can start from the policy of the stage before it."""

from mjbench.envs.make import make_env
from mjbench.errors import MjbenchError, SpecError, in_words
from mjbench.registry.lookup import Registry
from mjbench.spec.chain import Chain

SPACES = {"observations": "observation_space", "actions": "action_space"}


def check_chain(registry: Registry, chain: Chain) -> None:
    """Build each task once and compare its spaces with those of the first stage.

    Raises:
        SpecError: observations or actions of other shapes.
        MjbenchError: a task that there is not, or that cannot be built.
    """
    first = _shapes(registry, chain[0].task)
    for stage in chain[1:]:
        shapes = _shapes(registry, stage.task)
        for name, shape in shapes.items():
            if shape != first[name]:
                raise SpecError(
                    f"{stage.task} cannot start from the policy of {chain[0].task}: "
                    f"{name} have the shapes {shape} and {first[name]}"
                )


def _shapes(registry: Registry, task: str) -> dict[str, tuple[int, ...] | None]:
    try:
        env = make_env(registry.task(task))
    except MjbenchError:
        raise
    except Exception as error:
        raise MjbenchError(f"{task} cannot be built: {in_words(error)}") from error
    try:
        return {name: getattr(env, space).shape for name, space in SPACES.items()}
    finally:
        env.close()
