"""Parts of pages that are computed from the committed records: what stands between two marks.

python -m mjbench_docs.computed      # in docs/: writes the parts that have changed

<!-- computed: NAME -->
...
<!-- end -->
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from mjbench.plan.selection import installed_suites
from mjbench.registry.lookup import Registry
from mjbench_docs.findings import findings_blocks
from mjbench_docs.upc_study import upc_study_blocks

DOCS = Path(__file__).parents[1]
BOARDS = DOCS.parent / "leaderboards"
PAGES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "findings.md": findings_blocks,
    "upc_study.md": upc_study_blocks,
}
"""By the name of the page: what gives its parts, by the name of the mark."""
MARKED = re.compile(r"(?ms)^<!-- computed: (\S+) -->\n.*?^<!-- end -->$")


def filled(text: str, blocks: Mapping[str, str]) -> str:
    """A page with its parts as they are computed now.

    Raises:
        KeyError: a mark of which nothing is known.
    """
    return MARKED.sub(lambda mark: f"<!-- computed: {mark[1]} -->\n\n{blocks[mark[1]].strip()}\n\n<!-- end -->", text)


def without_suite() -> list[str]:
    """Folders of committed boards whose suite is not installed: pages would lose their rows."""
    installed = {suite.folder for suite in installed_suites(Registry())[0]}
    return sorted(path.parent.name for path in BOARDS.glob("*/board.json") if path.parent.name not in installed)


def main() -> None:
    """See the module."""
    if missing := without_suite():
        sys.exit(f"Error: no installed plugin has the suites {', '.join(missing)}; make .venv/.dev installs all")
    for name, blocks in PAGES.items():
        page = DOCS / name
        before = page.read_text(encoding="utf-8")
        after = filled(before, blocks())
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    main()
