"""The browser view of a policy that is played: a page with the live picture, what goes on, and keys."""

import io
import json
import threading
import time
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from typing import Any

import numpy as np

from mjbench.evaluation.camera import Camera
from mjbench.evaluation.live import DIRECTIONS, Player
from mjbench.io.local_server import HEADERS, Answer, LocalServer, Routes
from mjbench.io.printable import printable

KEYS = ("pause", "next", "slower", "faster", "camera", *DIRECTIONS)
BOUNDARY = "picture"
QUALITY = 80
"""Of the JPEG pictures."""
SLOW_S, MOST_SLOW = 0.05, 3
"""A picture that takes longer is slow; after so many of them shadows and reflections are left out."""
PATIENCE_S = 1.0
"""After which a picture is sent again, so that a stream whose reader has gone is noticed."""


class Pictures:
    """The newest picture, for any number of readers."""

    def __init__(self) -> None:
        self._fresh = threading.Condition()
        self._jpeg, self._number = b"", 0
        self.watched = threading.Event()
        """Somebody has begun to look."""

    def put(self, pixels: np.ndarray) -> None:
        """Show (height, width, 3) uint8."""
        from PIL import Image

        body = io.BytesIO()
        Image.fromarray(pixels).save(body, "JPEG", quality=QUALITY)
        with self._fresh:
            self._jpeg, self._number = body.getvalue(), self._number + 1
            self._fresh.notify_all()

    def after(self, number: int) -> tuple[bytes, int]:
        """The first picture newer than ``number``, and its own number; the same one again after PATIENCE_S."""
        with self._fresh:
            self._fresh.wait_for(lambda: self._number > number, PATIENCE_S)
            return self._jpeg, self._number


class LivePage:
    """Serves the page of one player.

    Args:
        player: what is played.
        camera: draws, in the thread where the player plays.
        port: on which to listen; 0 for any.

    Raises:
        MjbenchError: the port is taken.
    """

    def __init__(self, player: Player, camera: Camera, port: int) -> None:
        self._player, self._camera, self._slow = player, camera, 0
        self.pictures = Pictures()
        self._status = player.status
        self._server = LocalServer(
            Routes(
                get={
                    "/": self._page,
                    "/play.js": lambda: Answer(_asset("play.js"), "text/javascript"),
                    "/play.css": lambda: Answer(_asset("play.css"), "text/css"),
                    "/status": lambda: Answer(json.dumps(self._status).encode(), "application/json"),
                },
                post={"/key": self._key},
                stream={"/stream": self._stream},
            ),
            port,
        )
        self.url = self._server.url
        self.port = self._server.port

    def show(self) -> bool:
        """Draw what is to be seen now; for ``Player.play``."""
        self._status = self._player.status
        start = time.perf_counter()
        pixels = self._camera.draw()
        self._slow += time.perf_counter() - start > SLOW_S
        self._camera.plain = self._slow > MOST_SLOW
        self.pictures.put(pixels)
        return True

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def _page(self) -> Answer:
        status = self._status
        text = _asset("play.html").decode()
        filled = {
            "LABEL": status["label"],
            "PUSH": f"{status['push_m_s']:g}",
            "DISTURB": "on" if status["push_m_s"] else "off",
        }
        for name, value in filled.items():
            text = text.replace(f"%{name}%", escape(printable(value)))
        return Answer(text.encode())

    def _key(self, body: bytes) -> Answer:
        key = body.decode("ascii", "replace")
        if key not in KEYS:
            return Answer(b"unknown key\n", "text/plain", 400)
        self._player.send(key)
        return Answer(b"", "text/plain", 204)

    def _stream(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in {**HEADERS, "Content-Type": f"multipart/x-mixed-replace; boundary={BOUNDARY}"}.items():
            request.send_header(name, value)
        request.end_headers()
        self.pictures.watched.set()
        number = 0
        with suppress(OSError):  # the browser has gone
            while True:
                jpeg, number = self.pictures.after(number)
                if jpeg:
                    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    request.wfile.write(head.encode() + jpeg + b"\r\n")


def _asset(name: str) -> bytes:
    found: Any = files("mjbench.evaluation") / "assets" / name
    return found.read_bytes()
