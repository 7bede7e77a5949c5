"""Numbers of options: finite ones in their range."""

import click
import pytest
from click.testing import CliRunner

from mjbench.cli.main import VERBS, cli
from mjbench.cli.terminal.number import Number


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "0", "x"])
def test_what_is_no_number_of_the_range_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Number(min=0, min_open=True).convert(text, None, None)
    assert Number(min=0, min_open=True).convert("2.5", None, None) == 2.5


@pytest.mark.parametrize(
    "command",
    [
        ("video", "x", "--out", "x.png", "--distance", "nan"),
        ("run", "--task", "a/B-v0", "--snapshot-every", "nan"),
        ("watch", "--every", "inf"),
        ("power", "--power", "nan"),
        ("power", "--effect", "nan"),
        ("power", "--std", "inf"),
    ],
    ids=lambda command: command[-2],
)
def test_verbs_refuse_them(command: tuple[str, ...]) -> None:
    assert command[0] in VERBS
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 2
    assert f"{command[-1]} is not a finite number" in done.output
