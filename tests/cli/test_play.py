"""A committed run played on its page, in a real browser and by hand-written requests."""

import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browsing import chromium
from click.testing import CliRunner
from committed import committed_results
from PIL import Image
from records import make_record, make_run

import mjbench.envs.rendering
from mjbench.cli.play import play_command
from mjbench.errors import MjbenchError
from mjbench.evaluation.episode_player import Film
from mjbench.evaluation.live import Player
from mjbench.evaluation.live_page import LivePage
from mjbench.registry.lookup import Registry
from mjbench.spec.record import failure
from mjbench.store.store import Found, ResultStore

RESULTS = committed_results()
GO1 = min((RESULTS / "quadruped" / "Go1Walk-v0" / "ppo").iterdir())
REACHER = min((RESULTS / "gymnasium" / "Reacher-v5" / "sac").iterdir())
HEADLESS = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}


@contextmanager
def playing(*arguments: object, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command with a port of its own and environment variables, and the port."""
    command = [sys.executable, "-m", "mjbench", "play", *map(str, arguments), "--port", "0", "--no-browser"]
    surroundings = {**HEADLESS, **variables}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings, start_new_session=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends\)", line)
        if found is None:
            pytest.fail(f"{line}{process.communicate(timeout=60)}")
        yield process, int(found[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def status(port: int) -> dict:
    return json.loads(ask(port, "GET", "/status")[1])


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def watching(port: int) -> Iterator[Callable[[], np.ndarray]]:
    """Reads the stream: each call gives the next picture."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/stream")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "multipart/x-mixed-replace; boundary=picture"

        def picture() -> np.ndarray:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += answer.read(1)
            size = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            return np.asarray(Image.open(io.BytesIO(answer.read(size))))

        yield picture


def drawn() -> None:
    mjbench.envs.rendering.choose_backend()
    if cause := mjbench.envs.rendering.no_rendering():
        pytest.skip(f"nothing can be drawn here: {cause}")


def test_the_stream_moves_and_keys_are_obeyed() -> None:
    drawn()
    with playing(GO1, "--disturb") as (process, port), watching(port) as picture:
        first = picture()
        assert first.shape == (480, 640, 3)
        wait_for(lambda: status(port)["step"] > 20)
        assert (picture() != first).any()
        assert ask(port, "POST", "/key", "pause")[0] == 204
        wait_for(lambda: status(port)["paused"])
        at = status(port)["step"]
        time.sleep(0.5)
        assert status(port)["step"] == at
        for key, field, value in [
            ("slower", "speed", 0.5),
            ("camera", "camera", "task"),
            ("camera", "camera", "follows the robot"),
            ("right", "pushes", 1),
            ("next", "seed", 1_000_001),
        ]:
            assert ask(port, "POST", "/key", key)[0] == 204
            wait_for(lambda: status(port)[field] == value)  # noqa: B023
        assert status(port)["pushes"] == 0, "a new episode begins without pushes"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_an_undisturbed_episode_gives_the_recorded_return_and_ends_the_command() -> None:
    drawn()
    with playing(REACHER, "--episodes", 1) as (process, port), watching(port) as picture:
        seen = [picture()]
        wait_for(lambda: status(port)["over"])
        end = status(port)
        assert end["step"] == 50
        assert end["episode_return"] == pytest.approx(ResultStore(RESULTS).read(REACHER).final_returns[0], rel=1e-4)
        assert seen[0].shape == (480, 480, 3), "an arm that is fixed to the world shows the task's own picture"
        assert process.wait(30) == 0


def test_a_display_that_does_not_open_is_none() -> None:
    drawn()
    with playing(REACHER, DISPLAY=":99") as (_, port), watching(port) as picture:
        assert picture().shape == (480, 480, 3)


@contextmanager
def windowed(*options: str) -> Iterator[tuple[subprocess.Popen[str], subprocess.Popen[bytes]]]:
    """The command with a window on an X server of its own, and that server."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("no X server to open a window on: apt-get install xvfb")
    reading, writing = os.pipe()
    server = subprocess.Popen([program, "-displayfd", str(writing), *options], pass_fds=[writing], stderr=-3)
    os.close(writing)
    process = None
    try:
        with os.fdopen(reading) as numbers:
            display = f":{numbers.readline().strip()}"
        command = [sys.executable, "-m", "mjbench", "play", str(GO1)]
        surroundings = {k: v for k, v in HEADLESS.items() if k != "MUJOCO_GL"} | {"DISPLAY": display}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings)
        yield process, server
    finally:
        if process is not None:
            process.kill()
            process.communicate()
        server.kill()
        server.wait(30)


def opened(process: subprocess.Popen[str]) -> None:
    """Wait for MuJoCo's viewer, whose thread draws; skips where the X server has no OpenGL."""
    wait_for(lambda: process.poll() is not None or "mujoco" in Path(f"/proc/{process.pid}/maps").read_text())
    threads = Path(f"/proc/{process.pid}/task")
    wait_for(lambda: process.poll() is not None or sum(1 for _ in threads.iterdir()) > 2)
    time.sleep(5)
    if process.poll() is not None:
        pytest.skip(f"no window opens here: {process.communicate()}")


def test_a_window_ends_with_the_signal_that_stops_the_command() -> None:
    with windowed() as (process, _):
        opened(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
        assert process.communicate()[1].splitlines()[-1] == "mjbench: stopped"


def test_a_window_ends_when_its_display_does() -> None:
    with windowed() as (process, server):
        opened(process)
        server.kill()
        assert process.wait(30) in (0, 1)
        assert "Traceback" not in process.communicate()[1]


def test_a_display_without_opengl_gets_a_page() -> None:
    drawn()
    with windowed("-extension", "GLX") as (process, _):
        assert process.stdout is not None
        assert "(Ctrl-C ends)" in process.stdout.readline()


def test_only_pages_of_this_server_are_answered() -> None:
    drawn()
    with playing(REACHER) as (_, port):
        good = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
        assert ask(port, "GET", "/", None, **good)[0] == 200
        assert ask(port, "POST", "/key", "pause", **good)[0] == 204
        for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "127.0.0.1:1", ""):
            for method, path in [("GET", "/"), ("GET", "/stream"), ("GET", "/status"), ("POST", "/key")]:
                assert ask(port, method, path, "pause" if method == "POST" else None, Host=host)[0] == 403
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
            assert ask(port, "POST", "/key", "pause", Origin=origin)[0] == 403
        assert ask(port, "POST", "/key", "reboot")[0] == 400
        assert ask(port, "POST", "/key", "x" * 5000)[0] == 413
        assert ask(port, "GET", "/../../etc/passwd")[0] == 404
        assert ask(port, "POST", "/", "pause")[0] == 404
        with socket.socket() as other:  # only the loopback address listens
            address = socket.gethostbyname(socket.gethostname())
            if not address.startswith("127."):
                assert other.connect_ex((address, port)) != 0


def test_the_page_in_a_browser(tmp_path: Path) -> None:
    drawn()
    with playing(GO1, "--disturb") as (_, port), chromium(1100, 800) as browser:
        browser.get(f"http://127.0.0.1:{port}/")
        text: Callable[[str], str] = lambda name: browser.find_element("id", name).text  # noqa: E731
        wait_for(lambda: text("step") not in ("", "0"))
        assert browser.title.startswith("ppo quadruped/Go1Walk-v0 seed 0")
        assert browser.execute_script("return document.getElementById('picture').naturalWidth") == 640
        assert text("seed") == "1,000,000 (1 of 50)"
        assert "adds 0.5 m/s" in browser.find_element("tag name", "body").text
        body = browser.find_element("tag name", "body")
        body.send_keys(" ")
        wait_for(lambda: text("speed") == "paused")
        body.send_keys("\ue014")  # right arrow
        wait_for(lambda: text("pushes").startswith("1 of 0.5"))
        browser.find_element("css selector", "[data-key=next]").click()
        wait_for(lambda: text("seed").startswith("1,000,001"))
        for width in (1100, 420):
            browser.set_window_size(width, 900)
            page = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
            assert page[0] <= page[1], "the page must not scroll sideways"
            browser.save_screenshot(str(tmp_path / f"{width}.png"))
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_without_disturb_arrows_do_nothing() -> None:
    drawn()
    with playing(REACHER) as (_, port), watching(port):
        assert ask(port, "POST", "/key", "left")[0] == 204
        wait_for(lambda: status(port)["step"] > 2)
        assert status(port)["pushes"] == 0
        assert b'data-disturb="off"' in ask(port, "GET", "/")[1]


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(play_command, [*map(str, arguments), "--no-browser"])
    assert isinstance(result.exception, MjbenchError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_what_cannot_be_played_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ResultStore(tmp_path)
    assert "no runs under" in refused("0" * 12, "--results", tmp_path)
    assert "is failed: it has no final policy" in refused(store.write(failure(make_run(), "it broke")))
    nowhere = store.write(make_record(make_run("nowhere/Task-v0")))
    assert "unknown task 'nowhere/Task-v0'" in refused(nowhere)
    assert "final episodes 0 to" in refused(REACHER, "--episode", 9999)
    assert "has no camera 'side'" in refused(REACHER, "--camera", "side")
    assert "no robot that can be pushed; leave out --disturb" in refused(REACHER, "--disturb")
    monkeypatch.setattr(mjbench.envs.rendering, "no_rendering", lambda *backend: "no EGL")
    assert "(no EGL)" in refused(REACHER)


def test_a_port_that_is_taken_is_named() -> None:
    drawn()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refused(REACHER, "--port", port) == (
            f"cannot listen on port {port} (Address already in use); choose another: --port {port + 1}"
        )


def test_a_hostile_name_is_text_on_the_page() -> None:
    drawn()
    found = ResultStore(REACHER).read(REACHER)
    hostile = replace(found.run, variant="<script>alert(1)</script>%PUSH%")
    with (
        closing(Film(Found(REACHER, replace(found, run=hostile)), Registry())) as film,
        closing(LivePage(Player(film), film.camera, 0)) as page,
    ):
        text = ask(page.port, "GET", "/")[1].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
