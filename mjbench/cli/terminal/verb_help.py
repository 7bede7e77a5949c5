"""What all verbs share: help of one look, within eighty columns, and no empty values."""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from click.core import ParameterSource

from mjbench.cli.terminal.completing import complete
from mjbench.cli.terminal.number import Number

LAST = ("results", "submissions", "as_json")
"""Options that nearly every verb has, behind its own."""
WORDS: dict[type[click.ParamType], str] = {
    click.IntRange: "N",
    click.FloatRange: "X",
    Number: "X",
    click.Path: "PATH",
    type(click.INT): "N",
    type(click.FLOAT): "X",
    type(click.STRING): "NAME",
}
"""What stands for a value whose option names none."""
USUAL = {
    "results": "Folder with the runs.",
    "tasks": "Only these tasks; separate several with commas.",
    "algorithms": "Only these algorithms; separate several with commas.",
    "seeds": "Only these seeds.",
    "steps": "Only runs of this budget.",
    "preset": "Only this preset.",
}
"""Help of options that have none of their own."""


def dress(command: click.Command) -> click.Command:
    """Give a verb, and what is below it, the look of the others and values that a shell completes; returns it.

    An empty value is refused: most come from a variable that is not set, and nobody meant the default.
    """
    for param in command.params:
        param.process_value = partial(_not_empty, param.process_value, param)
        completer = complete(param.name or "")
        if completer is not None:
            param.shell_complete = completer
        if isinstance(param, click.Option) and not param.is_flag and param.metavar is None:
            param.metavar = _metavar(param)
        if isinstance(param, click.Option) and not param.help:
            param.help = USUAL.get(param.name or "", "")
    command.format_options = partial(_format_options, command)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            below.short_help = below.short_help or _first_sentence(below.help or "")
            dress(below)
    return command


def _not_empty(process: Callable[..., Any], param: click.Parameter, ctx: click.Context, value: Any) -> Any:
    typed = ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
    if typed and (value == "" or (isinstance(value, list | tuple) and "" in value)):
        raise click.UsageError(f"{_spelt(param)} is empty: give a value, or leave it out", ctx)
    return process(ctx, value)


def _spelt(param: click.Parameter) -> str:
    """As users type it: ``--preset``, ``SUITE``."""
    return param.human_readable_name.rstrip(".") if isinstance(param, click.Argument) else max(param.opts, key=len)


def _format_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option) and not param.hidden]
    rest = [param for name in LAST for param in options if param.name == name]
    rest += [param for param in options if "--help" in param.opts]
    own = [param for param in options if param not in rest]
    with formatter.section("Options"):
        formatter.write_dl([_record(param) for param in (*own, *rest)], col_max=26)
    if isinstance(command, click.Group):
        command.format_commands(ctx, formatter)


def _record(param: click.Option) -> tuple[str, str]:
    names = ", ".join(sorted((*param.opts, *param.secondary_opts), key=len))
    value = f" {param.metavar}" if param.metavar and not param.is_flag else ""
    default = param.default
    shown = param.show_default and default not in (None, "", ()) and not param.is_flag
    text = f"{default:g}" if isinstance(default, float) else str(default)
    required = "  [required]" if param.required else ""
    return names + value, (param.help or "") + (f"  [default: {text}]" if shown else "") + required


def _metavar(param: click.Option) -> str:
    kind: Any = param.type
    if isinstance(kind, click.Choice):
        return "|".join(map(str, kind.choices))
    if isinstance(kind, click.Path):
        return "FOLDER" if not kind.file_okay else "FILE" if not kind.dir_okay else "PATH"
    return WORDS.get(type(kind), kind.name if isinstance(kind.name, str) else "VALUE")


def _first_sentence(text: str) -> str:
    """Of the first paragraph, without its full stop."""
    paragraph = " ".join(inspect.cleandoc(text).split("\n\n")[0].split())
    return _until(paragraph, (". ", "; ", ": ")).rstrip(".") + "."


def _until(text: str, ends: Sequence[str]) -> str:
    return text[: min((at for end in ends if (at := text.find(end)) > 0), default=len(text))]
