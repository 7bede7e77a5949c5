"""The documentation shows a launcher that works: the one that all tests of launchers run with."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHOWN = (ROOT / "tests" / "serial_launcher.py").read_text()


def test_the_page_shows_what_the_tests_run() -> None:
    assert f"```python\n{SHOWN}```\n" in (ROOT / "docs" / "plugins.md").read_text()


def test_a_launcher_is_short_and_needs_one_import() -> None:
    local = (ROOT / "mjbench" / "launch" / "local.py").read_text()
    for text, more in ((SHOWN, []), (local, ["mjbench.launch.forked"])):
        imported = [node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
        assert [module for module in imported if module.startswith("mjbench")] == ["mjbench.api.launcher", *more]
    assert len(SHOWN.splitlines()) <= 50
    assert f"{len(SHOWN.splitlines())} lines" in (ROOT / "CONTRIBUTING.md").read_text()
