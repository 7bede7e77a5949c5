"""``python -m mjbench``: the command, where no script of that name is on the path."""

from mjbench.cli.main import main

main()
