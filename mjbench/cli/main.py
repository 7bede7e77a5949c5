"""The ``mjbench`` command. Each verb lives in a module of its own, imported when it is typed."""

import importlib
import os
import signal
import sys
import traceback
from typing import Any

import click

import mjbench
from mjbench.cli.terminal.verb_help import dress
from mjbench.errors import MjbenchError, nearest_names
from mjbench.io.printable import printable
from mjbench.registry.command_names import command_names
from mjbench.registry.first_party import command_text, install_command, package_of

GROUPS = {
    "Train": {
        "run": "Train algorithms on tasks over seeds.",
        "status": "Show which runs are done, running, failed or missing.",
        "watch": "Follow learning curves, also of runs under way.",
        "cancel": "Stop runs that wait or run on a cluster.",
    },
    "Look at a run": {
        "play": "Play its final policy live, in a window or the browser.",
        "video": "Film its final policy, or make a row of pictures.",
        "report": "Write a page on it: gait, joints, energy, pictures.",
        "evaluate": "Evaluate its policy again, also under disturbance.",
    },
    "Boards": {
        "leaderboard": "Build leaderboards: tables, plots and pages.",
        "compare": "Compare two algorithms or two results folders.",
        "check": "Compare our scores with published ones.",
        "power": "Compute how many seeds a difference needs.",
        "references": "Show and measure the returns that normalise scores.",
    },
    "Share": {
        "submission": "Pack results for others, and check submissions.",
        "export": "Write a policy as ONNX, TorchScript or TensorRT.",
        "results": "Bring results folders of several machines together.",
        "import": "Import logs of other programs, beside our runs.",
    },
    "Installation": {
        "list": "List tasks, suites, algorithms and other plugins.",
        "plugins": "Write a plugin, or check one against the contract.",
        "doctor": "Check this installation and this machine.",
    },
}
"""The verbs in the order of ``--help``."""
VERBS = {name: text for verbs in GROUPS.values() for name, text in verbs.items()}
TRACEBACK = "MJBENCH_TRACEBACK"
"""Environment variable: show where an error arose, too."""
MODULES = {"list": "list_installed", "import": "import_logs"}
"""Modules in this folder that are not called like their verb."""


class _Verbs(click.Group):
    """Knows the verbs, and the names of plugins' commands, without importing them, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*VERBS, *_of_plugins()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in VERBS:
            module = importlib.import_module(f"mjbench.cli.{MODULES.get(cmd_name, cmd_name)}")
            return dress(getattr(module, f"{cmd_name}_command"))
        from mjbench.cli.plugin_command import load  # a tenth of a second that no verb of ours waits for

        return load(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, VERBS))
        for group, verbs in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(name.ljust(width), text) for name, text in verbs.items()])
        found = _of_plugins()
        if found:
            with formatter.section("Commands of plugins"):
                formatter.write_dl([(name.ljust(width), command_text(name, origin)) for name, origin in found.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        command = self.get_command(ctx, args[0])
        if command is None:
            nearest = nearest_names(args[0], self.list_commands(ctx))
            package = package_of("command", args[0])
            hint = f"did you mean: mjbench {nearest[0]}?" if nearest else "see: mjbench --help"
            hint = f"to install it: {install_command([package])}" if package else hint
            raise click.UsageError(f"unknown command {args[0]!r}; {hint}")
        return args[0], command, args[1:]


def _of_plugins() -> dict[str, str]:
    """Commands of plugins with their distributions; one that is called like a verb of ours cannot be reached."""
    return {name: distribution for name, distribution in command_names().items() if name not in VERBS}


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(mjbench.__version__, prog_name="mjbench")
def cli() -> None:
    """Train standard baselines on MuJoCo tasks over seeds, under one protocol, and rank them on boards that others can
    rebuild.

    \b
    mjbench run --suite quickstart     train on two small tasks, in minutes
    mjbench leaderboard quickstart     rank what was trained
    mjbench play 282807                see the final policy of a run
    mjbench run --help                 every verb has examples

    Tab completes verbs, options, tasks, suites, algorithms and run ids after this line in bash (in zsh: zsh_source;
    fish: _MJBENCH_COMPLETE=fish_source mjbench | source):

    \b
    eval "$(_MJBENCH_COMPLETE=bash_source mjbench)"
    """


def _stop(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


def exit_code(stop: BaseException | None) -> int:
    """Of a command that a signal has stopped: 130 for Ctrl-C."""
    return 128 + (stop.args[0] if stop is not None and stop.args else signal.SIGINT)


def main() -> None:
    """Entry point of the console script: errors that are meant for people end in one line and exit code 2.

    SIGTERM and SIGHUP stop a command as Ctrl-C does. The exit code is then 128 plus the signal's number.
    """
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:  # not where the user has it ignored, as nohup does
            signal.signal(number, _stop)
    try:
        status = cli.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.Abort as abort:  # click's word for KeyboardInterrupt
        print("mjbench: stopped", file=sys.stderr)
        sys.exit(exit_code(abort.__cause__))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except MjbenchError as error:
        if os.environ.get(TRACEBACK):
            traceback.print_exc()
        print("mjbench: " + "\n".join(map(printable, str(error).split("\n"))), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # | head
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
