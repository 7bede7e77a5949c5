"""Commands of plugins: whatever one raises is a line that names its package."""

import copy
from typing import Any

import click

from mjbench.cli.terminal.verb_help import dress
from mjbench.errors import MjbenchError, PluginError, in_words
from mjbench.registry.lookup import Registry


def load(name: str) -> click.Command | None:
    """The command called ``name``; None where no plugin has it.

    Raises:
        PluginError: the plugin cannot be loaded, or two have a command of this name.
    """
    registry = Registry()
    if name not in registry.names("command"):
        return None
    return dress(_guarded(registry.command(name), registry.owner("command", name).origin))


def _guarded(command: click.Command, origin: str) -> click.Command:
    """The same command, whose unexpected exceptions become a PluginError."""
    invoke = command.invoke

    def guarded(ctx: click.Context) -> Any:
        try:
            return invoke(ctx)
        except (MjbenchError, click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            cause = " ".join(in_words(error).split())
            raise PluginError(f"plugin {origin} failed: {cause}; MJBENCH_TRACEBACK=1 shows where") from error

    own = copy.copy(command)
    own.invoke = guarded
    return own
