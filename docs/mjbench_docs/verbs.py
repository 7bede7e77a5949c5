"""A page for each verb: its help, its options, and examples with their output."""

import inspect
import re
from collections.abc import Iterator

import click

from mjbench.cli.main import GROUPS, VERBS, cli
from mjbench.registry.command_names import command_names
from mjbench.registry.first_party import command_text
from mjbench_docs.pages import code, plain, table, toctree
from mjbench_docs.transcripts import DOCS

RANGE = re.compile(r"\s*\[[^\]]*x[<>]=?[^\]]*\]|(?<=\]);? *\d*<?=?x[<>]=?\d+(?=\])")
"""How click shows the values that a number may have."""
MOST_PAGES = 4
"""Pages that a verb's page links to."""


def verb_pages() -> dict[str, str]:
    """``index.md`` and a page for each verb, those of installed plugins among them."""
    plugins = {name: package for name, package in command_names().items() if name not in VERBS}
    pages = {f"{name}.md": _page(name) for name in (*VERBS, *plugins)}
    groups = {group: list(verbs) for group, verbs in GROUPS.items()}
    if plugins:
        groups["Commands of plugins"] = list(plugins)
    text = (
        "# Commands\n\nEvery verb of `mjbench`, written from the commands themselves. The examples ran in a folder\n"
        "with the records of InvertedPendulum-v5, Reacher-v5 and Go1Walk-v0 of the repository.\n\n"
    )
    for group, names in groups.items():
        texts = [VERBS[name] if name in VERBS else command_text(name, plugins[name]) for name in names]
        rows = [[f"[`mjbench {name}`]({name}.md)", plain(line)] for name, line in zip(names, texts, strict=True)]
        text += f"## {group}\n\n" + table(("command", "what it does"), rows)
    return {"index.md": text + toctree([name for names in groups.values() for name in names]), **pages}


def _page(name: str) -> str:
    context = click.Context(cli, info_name="mjbench")
    command = cli.get_command(context, name)
    assert command is not None, name
    return f"# mjbench {name}\n\n" + "".join(_sections(command, context, name)) + _seen_in(name)


def _sections(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield _help(command.help or "")
    yield code(" ".join([context.command_path, *command.collect_usage_pieces(context)]))
    rows = [
        ["`" + names.replace(" ", "` `") + "`", _defaults(plain(RANGE.sub("", text)))]
        for param in command.get_params(context)
        if isinstance(param, click.Option) and (record := param.get_help_record(context))
        for names, text in [record]
    ]
    yield table(("option", "meaning"), rows)
    example = DOCS / "examples" / f"{name}.txt"
    if parent.parent is None and example.exists():
        yield "## Example\n\n" + "".join(map(_block, re.split(r"(?m)^(?=\$ )", example.read_text())[1:]))
    if isinstance(command, click.Group):
        for below, sub in command.commands.items():
            yield f"## mjbench {name} {below}\n\n"
            yield from _sections(sub, context, below)


def _block(text: str) -> str:
    return code(text, "console")


def _help(text: str) -> str:
    """Click's help as Markdown: a paragraph after a line with \\b keeps its lines."""
    parts = []
    for paragraph in inspect.cleandoc(text).split("\n\n") if text else ():
        lines = paragraph.split("\n")
        if lines[0].strip() == "\b":
            parts.append(code("\n".join(line.rstrip() for line in lines[1:])))
        else:
            parts.append(plain(" ".join(lines)) + "\n\n")
    return "".join(parts)


def _defaults(text: str) -> str:
    return text.replace("\\[default: ", "(default: ").replace("\\[required\\]", "(required)").replace("\\]", ")")


def _seen_in(verb: str) -> str:
    """The pages that use a verb most."""
    counts = {}
    for path in DOCS.glob("*.md"):
        text = path.read_text()
        counts[path] = len(re.findall(rf"\bmjbench {verb}\b", text))
    most = sorted((path for path, count in counts.items() if count > 1), key=lambda path: (-counts[path], path.name))
    links = [f"{{doc}}`/{path.stem}`" for path in most[:MOST_PAGES]]
    return f"## More\n\nThese pages use it: {', '.join(links)}.\n" if links else ""
