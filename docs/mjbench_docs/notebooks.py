"""The committed notebooks as pages, with the outputs that they were saved with."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mjbench_docs.pages import code, toctree

DOCS = Path(__file__).parents[1]


def notebook_pages() -> dict[str, str | bytes]:
    """``index.md``, and a page with its pictures for each notebook."""
    pages: dict[str, str | bytes] = {}
    names = []
    for path in sorted(DOCS.glob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        pictures: dict[str, bytes] = {}
        body = "".join(_cell(cell, path.stem, pictures) for cell in cells)
        title, _, rest = body.partition("\n")
        note = f"The notebook is `docs/{path.name}`; it was run as it stands."
        pages |= {f"{path.stem}.md": f"{title}\n\n{note}\n{rest}", **pictures}
        names.append(path.stem)
    text = "# Notebooks\n\nWith the outputs that they gave. They are in the folder `docs/` of the repository.\n\n"
    return {"index.md": text + toctree(names, hidden=False), **pages}


def _cell(cell: dict[str, Any], name: str, pictures: dict[str, bytes]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return source.rstrip() + "\n\n"
    return code(source, "python") + "".join(_outputs(cell["outputs"], name, pictures))


def _outputs(outputs: list[dict[str, Any]], name: str, pictures: dict[str, bytes]) -> Iterator[str]:
    printed = ""
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data:
            file = f"{name}-{len(pictures)}.png"
            pictures[file] = base64.b64decode("".join(data["image/png"]))
            yield f"![A plot that the cell draws]({file})\n\n"
        elif "text/html" in data and "<table" in "".join(data["text/html"]):
            yield f"```{{raw}} html\n{_table(''.join(data['text/html']))}\n```\n\n"
        else:
            printed += "".join(data.get("text/plain", output.get("text", [])))
            printed += "" if printed.endswith("\n") else "\n"
    if printed.strip():
        yield code(printed, "text")


def _table(html: str) -> str:
    """The table alone, in the look of the site's own."""
    (found,) = re.findall(r"(?s)<table.*?</table>", html)[:1]
    found = re.sub(r'<table[^>]*class="dataframe"[^>]*>', '<table class="docutils frame">', found)
    return f'<div class="table-wrapper">{found}</div>'
