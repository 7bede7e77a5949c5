"""The built site: no warning, nothing from the network, nothing broken, narrow and wide."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browsing import chromium
from committed import committed_boards

ROOT = Path(__file__).parents[2]
FROM_ELSEWHERE = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=["'](?:https?:)?//[^"']+""")
WIDTHS = (1280, 390)
PROBLEMS = """
const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
const broken = [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.getAttribute("src"));
const links = [...document.querySelectorAll("a[href]")].map(a => a.href).filter(h => h.startsWith("file:"));
return {wide, broken, links: [...new Set(links)], images: document.images.length};
"""
EACH = "document.querySelectorAll('img[loading=lazy]').forEach(i => i.loading = 'eager')"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``make docs`` builds it: a warning is an error."""
    for package in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(package, reason=f"{package} is not installed: make docs installs it")
    committed_boards()  # pages show their plots
    out = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(out / "trees")]
    done = subprocess.run([*build, str(ROOT / "docs"), str(out / "html")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out / "html"


def own_pages(site: Path) -> list[Path]:
    """The pages of the site without the boards that are copied into it."""
    return [path for path in sorted(site.rglob("*.html")) if path.relative_to(site).parts[0] != "leaderboards"]


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = own_pages(site)
    assert len(pages) > 150
    for path in pages:
        text = path.read_text()
        found = [each for each in FROM_ELSEWHERE.findall(text) if 'rel="canonical"' not in each]
        assert not found, f"{path.relative_to(site)} loads {found}"
    for path in site.glob("_static/**/*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", path.read_text()), path.name


@pytest.mark.slow
def test_the_search_finds_options_tasks_and_boards(site: Path) -> None:
    index = (site / "searchindex.js").read_text()
    found = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    names = found["docnames"]
    for word, page in (
        ("go1walk", "tasks/quadruped/Go1Walk-v0"),
        ("retri", "verbs/run"),
        ("coverag", "boards/quadruped"),
    ):
        places = [number for key in found["terms"] if word in key for number in _numbers(found["terms"][key])]
        places += [
            number for key in found["titleterms"] if word in key for number in _numbers(found["titleterms"][key])
        ]
        assert names.index(page) in places, word


def _numbers(places: int | list[int]) -> list[int]:
    return [places] if isinstance(places, int) else places


@pytest.mark.slow
def test_every_page_fits_and_has_no_dead_link(site: Path) -> None:
    pages, links, problems = own_pages(site), set(), []
    for width in WIDTHS:
        with chromium(width, 900) as browser:
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            for page in pages:
                seen = _look(browser, page)
                where = f"{page.relative_to(site)} at {width}"
                problems += [f"{where} is wider than the window"] if seen["wide"] else []
                problems += [f"{where} has no picture {src}" for src in seen["broken"]]
                links |= {(page, link) for link in seen["links"]}
    dead = {(page.relative_to(site), link) for page, link in links if not _exists(link)}
    assert not problems, problems[:20]
    assert not dead, sorted(map(str, dead))[:20]


def _look(browser: Any, page: Path) -> dict[str, Any]:
    browser.get(page.as_uri())
    browser.execute_script(EACH)
    return browser.execute_script(PROBLEMS)


def _exists(link: str) -> bool:
    return Path(link.partition("#")[0].partition("?")[0].removeprefix("file://")).exists()
