"""The ``mjbench`` command. Each verb lives in a module of its own, imported when it is typed."""

import importlib
import sys
from typing import Any

import click

import mjbench
from mjbench.errors import MjbenchError, nearest_names
from mjbench.io.printable import printable

VERBS = {
    "run": "Train algorithms on tasks over seeds, then say how to rank them.",
    "status": "What is done, running, failed, resumable and missing in a results folder.",
    "leaderboard": "Rank what was trained; write tables and pages.",
    "video": "Watch the final policy of a run: a video, or a row of pictures.",
    "submission": "Pack results for others to check, and check what others have packed.",
    "compare": "Two algorithms or two results folders: which tasks differ, by how much, how sure.",
    "power": "Seeds needed to see an effect, or the effect that these seeds can show.",
    "check": "Our numbers against published ones.",
    "list": "Tasks, suites, algorithms, launchers and plugins that are installed.",
    "plugins": "Write a plugin, hold one to the contract, list those that are installed.",
    "references": "Measure what normalised scores rest on, and show it.",
    "doctor": "Check this installation and this machine.",
}


class _Verbs(click.Group):
    """Knows the verbs without importing them, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        return getattr(importlib.import_module(f"mjbench.cli.{cmd_name}"), f"{cmd_name}_command")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            nearest = nearest_names(args[0], VERBS)
            hint = f"did you mean: mjbench {nearest[0]}?" if nearest else "see: mjbench --help"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(mjbench.__version__, prog_name="mjbench")
def cli() -> None:
    """Benchmark reinforcement learning on MuJoCo: one registry, one protocol, leaderboards that can be rebuilt.

    Start with: mjbench run --suite quickstart
    """


def main() -> None:
    """Entry point of the console script: errors that are meant for people end in one line and exit code 2."""
    try:
        cli(standalone_mode=True)
    except MjbenchError as error:
        print("mjbench: " + "\n".join(map(printable, str(error).split("\n"))), file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # | head
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
