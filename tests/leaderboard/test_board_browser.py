"""A board in a real browser: sort, filter, hover, hostile names, no error, no request that leaves the page."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile import HOSTILE

from mjbench.evaluation.video import write_mp4
from mjbench.leaderboard.build import suite_board
from mjbench.leaderboard.publish import publish, video_path
from mjbench.spec.record import Evaluations
from mjbench.spec.suite import EvalProtocol

webdriver: Any = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install selenium")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with its driver: apt-get install chromium chromium-driver"
)
PROTOCOL = EvalProtocol(checkpoints=4, episodes=1, final_episodes=2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1100,900",
    ):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def site(found, suite, tasks, tmp_path) -> Path:
    """Two plain entries, and one with a hostile name of every kind."""
    records = []
    for task in suite.tasks:
        for rank, name in enumerate(["sac", "ppo", *HOSTILE]):
            for seed in range(5 if rank < 2 else 1):
                value = 90.0 - 8 * rank + seed
                item = found(task, name, seed, value, protocol=PROTOCOL)
                table = Evaluations(
                    [25, 50, 75, 100, 100],
                    [1_000_000] * 4 + [1_000_001],
                    [value / 4, value / 2, value * 0.7, value, value],
                    [5] * 5,
                )
                provenance = {name: name}
                records.append(replace(item, record=replace(item.record, evaluations=table, provenance=provenance)))
    return publish(suite_board(replace(suite, protocol=PROTOCOL), records, tasks, resamples=200), tmp_path)[0].parent


def shown(browser: Any, selector: str) -> list[str]:
    """First words of the visible elements."""
    found = browser.find_elements("css selector", selector)
    return [each.text for each in found if each.is_displayed()]


def clean(browser: Any) -> None:
    """No error in the console, and no request but for files of the page."""
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            assert message["params"]["request"]["url"].startswith(("file://", "data:"))


def test_tables_sort_by_what_is_clicked(browser, site) -> None:
    browser.get((site / "index.html").as_uri())
    names = shown(browser, "#ranking tbody td.name")
    assert names[0] == "sac"
    mean = browser.find_elements("css selector", "#ranking thead button")[3]
    mean.click()
    assert shown(browser, "#ranking tbody td.name") == names
    mean.click()
    assert shown(browser, "#ranking tbody td.name")[-1] == "sac"
    head = browser.find_element("css selector", "#ranking th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending"
    clean(browser)


def test_filters_hide_entries_and_tasks_everywhere(browser, site) -> None:
    browser.get((site / "index.html").as_uri())
    box = browser.find_element("css selector", "form.filters input[value=ppo]")
    box.click()
    assert "ppo" not in shown(browser, "#ranking tbody td.name")
    assert "ppo" not in [text.split("\n")[0] for text in shown(browser, "#tasks thead th")]
    assert browser.execute_script("return document.querySelectorAll('figure .u-legend .u-off').length") > 0
    browser.find_element("css selector", "form.filters input[type=search]").send_keys("bare")
    assert shown(browser, "#tasks tbody td.name") == ["toy/Bare-v0"]
    box.click()
    assert "ppo" in shown(browser, "#ranking tbody td.name")
    clean(browser)


def test_plots_are_live_and_answer_to_the_pointer(browser, site) -> None:
    browser.get((site / "index.html").as_uri())
    assert len(browser.find_elements("css selector", "figure .live canvas")) == 5
    assert browser.find_elements("css selector", "figure > svg") == []
    over = browser.find_elements("css selector", "figure .u-over")[1]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", over)
    webdriver.ActionChains(browser).move_to_element(over).perform()
    values = browser.find_elements("css selector", "figure.chart:nth-of-type(2) .u-legend .u-value")
    assert any("[" in value.get_attribute("textContent") for value in values)
    clean(browser)


def test_hostile_names_are_text_and_pages_of_runs_open(browser, site) -> None:
    browser.get((site / "index.html").as_uri())
    names = browser.execute_script("return [...document.querySelectorAll('#ranking td.name')].map(e => e.textContent)")
    assert "<script>alert(1)</script>" in "".join(names)
    browser.execute_script("document.querySelector('details').open = true")
    links = [link.get_attribute("href") for link in browser.find_elements("css selector", "#runs a")]
    assert len(links) == 3 * (10 + len(HOSTILE))
    for link in links[:: len(links) // 6]:
        browser.get(link)
        assert browser.find_elements("css selector", "figure .live canvas")
        clean(browser)


def test_a_run_page_plays_its_video_from_the_disk(browser, site, suite, tasks, found, tmp_path) -> None:
    pytest.importorskip("imageio_ffmpeg", reason="no encoder: pip install imageio-ffmpeg")
    record = found(suite.tasks[0], protocol=PROTOCOL)
    board = suite_board(replace(suite, protocol=PROTOCOL), [record], tasks, resamples=20)
    path = video_path(tmp_path / "films", board, record.record.run.run_id)
    path.parent.mkdir(parents=True)
    write_mp4(path, np.random.default_rng(0).integers(0, 256, (20, 64, 96, 3), np.uint8), 10)
    page = publish(board, tmp_path / "films")[0].parent / "runs" / f"{record.record.run.run_id}.html"
    browser.get(page.as_uri())
    film = browser.find_element("css selector", "video")
    browser.execute_async_script("const end = arguments[1]; arguments[0].play().then(() => end(''), end)", film)
    assert browser.execute_script("return [arguments[0].duration, arguments[0].videoWidth]", film) == [2, 96]
    clean(browser)


@pytest.fixture
def phone(browser) -> Iterator[Any]:
    """The browser with a window of 390 pixels."""
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_phone_nothing_is_wider_than_the_window(phone, site) -> None:
    phone.get((site / "index.html").as_uri())
    assert phone.execute_script("return document.documentElement.scrollWidth") <= 390
    ends = phone.execute_script(
        "return [...document.querySelectorAll('svg, canvas, figure')].map(e => e.getBoundingClientRect())"
        ".filter(r => r.width).map(r => r.right)"
    )
    assert len(ends) > 10
    assert max(ends) <= 390
    assert [each.is_displayed() for each in phone.find_elements("css selector", ".wide, .narrow")] == [False, True]


@pytest.mark.parametrize("width", [390, 1100])
def test_no_cell_breaks_inside_a_word(browser, site, width: int) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 400}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get((site / "index.html").as_uri())
        lines = browser.execute_script(
            "return [...document.querySelectorAll('#ranking .num, #tasks .num')].map("
            "e => [e.textContent, e.getClientRects().length])"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    texts = [text for text, _ in lines]
    assert {"self-reported", "toy", "A-v0", "sac"} <= set(texts)
    assert any(text.startswith("[0.") for text in texts)
    assert [text for text, count in lines if count != 1] == []


def test_a_long_name_is_short_and_whole_on_hover(browser, found, suite, tasks, tmp_path) -> None:
    records = [found(algorithm="sac", variant=f'matmul_precision="{kind}"') for kind in ("bfloat16", "tf32")]
    browser.get(publish(suite_board(suite, records, tasks, resamples=20), tmp_path)[0].with_name("index.html").as_uri())
    names = browser.find_elements("css selector", "#ranking td.name span.num")
    assert [name.text for name in names] == ["sac[bfloat16]", "sac[tf32]"]
    assert names[0].get_attribute("title") == 'sac[matmul_precision="bfloat16"]'
    clean(browser)


def test_without_scripts_the_page_is_whole(browser, site) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((site / "index.html").as_uri())
        assert len(browser.find_elements("css selector", "figure > svg")) == 5
        assert not browser.find_element("css selector", "form.filters").is_displayed()
        assert "sac" in shown(browser, "#ranking tbody td.name")
        clean(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
