"""Launchers that the user has chosen, and the workers that they hold for other commands."""

from collections.abc import Callable, Iterable
from pathlib import Path

from mjbench.api.launcher import Launcher, Worker
from mjbench.errors import MjbenchError
from mjbench.launch.one_line import of_the_launcher
from mjbench.registry.lookup import Registry
from mjbench.spec.run import RunSpec
from mjbench.store.store import ResultStore


def configured(launcher: Launcher, name: str, options: Path | None) -> Launcher:
    """The launcher with the options of a file.

    Raises:
        MjbenchError: the launcher called ``name`` takes none, or the file cannot be used.
    """
    if options is None:
        return launcher
    with_options = getattr(launcher, "with_options", None)
    if with_options is None:
        raise MjbenchError(f"--launcher {name} takes no options; leave out --launcher-options")
    with of_the_launcher("cannot use --launcher-options"):
        return with_options(options)


def held_jobs(
    runs: Iterable[RunSpec], store: ResultStore, registry: Registry, tell: Callable[[str], None]
) -> dict[str, Worker]:
    """Workers of detached launchers that wait or run, by run id.

    Args:
        runs: to look for.
        store: where their private folders are.
        registry: has the launchers.
        tell: takes a line for each launcher that cannot be used now, whose workers are left out.
    """
    found: dict[str, Worker] = {}
    broken: set[str] = set()
    for run in runs:
        for path in store.work(run).glob("*.job"):
            name = path.stem
            if name in broken:
                continue
            try:
                attach = getattr(registry.launcher(name), "attach", None)
                with of_the_launcher(f"{name} does not say which workers it has"):
                    worker = None if attach is None else attach(path.parent.resolve())
            except MjbenchError as error:
                broken.add(name)
                tell(f"{error}; jobs of the launcher {name} are not counted")
                continue
            if worker is not None:
                found[run.run_id] = worker
    return found
