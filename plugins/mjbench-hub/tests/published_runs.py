"""Committed runs that the tests publish, and the two commands."""

from pathlib import Path

from click.testing import CliRunner
from committed import committed_results
from mjbench_hub.commands import pull, push

from mjbench.errors import MjbenchError

RESULTS = committed_results()
HOPPER = sorted((RESULTS / "gymnasium" / "Hopper-v5" / "ppo").iterdir())
REACHER = sorted((RESULTS / "gymnasium" / "Reacher-v5" / "sac").iterdir())
COMMANDS = {"push": push, "pull": pull}


def mjbench(verb: str, *arguments: object) -> str:
    """What a command prints that succeeds."""
    result = CliRunner().invoke(COMMANDS[verb], [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.exception or result.output
    return result.output


def refused(verb: str, *arguments: object) -> str:
    """The line of a command that does not."""
    result = CliRunner().invoke(COMMANDS[verb], [str(argument) for argument in arguments])
    assert isinstance(result.exception, MjbenchError), (result.output, result.exception)
    assert "\n" not in str(result.exception)
    return str(result.exception)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that is not hidden, by its path."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {str(name): path.read_bytes() for name, path in files.items() if not name.parts[0].startswith(".")}
