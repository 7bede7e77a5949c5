"""What the names of folders say about a log: environment, algorithm and seed; nothing is guessed that is not there.

- rl-baselines3-zoo: ``ALGO/ENV_N/evaluations.npz`` with ``ALGO/ENV_N/ENV/args.yml``
- CleanRL: ``ENV__NAME__SEED__TIME/events.out.tfevents...``
"""

import re
from dataclasses import dataclass
from pathlib import Path

from mjbench.errors import RecordError
from mjbench.io.strict import read_file

_ARGS_LIMIT = 2**20
_CLEANRL = re.compile(r"(?P<env>[^_].*?)__(?P<name>.+?)__(?P<seed>\d{1,6})__\d{9,11}")
_ARGUMENT = r"(?m)^[ -] - - {name}\n\s+- (?P<value>[\w.:/+-]+)$"
"""A pair of args.yml: a list in a list. Read as text, since the file may hold tags that build Python objects."""


@dataclass(frozen=True)
class Guess:
    """What is known from names; empty where it is not."""

    environment: str = ""
    algorithm: str = ""
    seed: int | None = None


def from_folder(path: Path) -> Guess:
    """What the folders around a log say."""
    folder = path.absolute().parent
    found = _CLEANRL.fullmatch(folder.name)
    if found:
        return Guess(found["env"], found["name"], int(found["seed"]))
    for args in sorted(folder.glob("*/args.yml")):
        try:
            text = read_file(args, _ARGS_LIMIT).decode()
        except (RecordError, UnicodeDecodeError):
            continue
        environment, algorithm, seed = (_argument(text, name) for name in ("env", "algo", "seed"))
        if environment and algorithm == folder.parent.name and folder.name.startswith(environment):
            return Guess(environment, algorithm, int(seed) if seed.isdecimal() and len(seed) < 7 else None)
    return Guess()


def _argument(text: str, name: str) -> str:
    found = re.search(_ARGUMENT.format(name=name), text)
    return found["value"] if found else ""
