"""A web server for pages on this machine: it listens on 127.0.0.1 and answers no other site."""

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from mjbench.errors import MjbenchError

HOST = "127.0.0.1"
LOCAL = ("127.0.0.1", "localhost")
"""Names in a Host header. Another one is a page elsewhere whose name was pointed here (DNS rebinding)."""
LARGEST_BODY = 4096
POLICY = (
    "default-src 'none'; img-src 'self' data:; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Answer:
    """What a route gives."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200


@dataclass
class Routes:
    """Functions by path."""

    get: Mapping[str, Callable[[], Answer]] = field(default_factory=dict)
    post: Mapping[str, Callable[[bytes], Answer]] = field(default_factory=dict)
    stream: Mapping[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    """These write the answer themselves, header included."""


class LocalServer:
    """Serves ``routes`` from threads until it is closed.

    Raises:
        MjbenchError: the port is taken or may not be used.
    """

    def __init__(self, routes: Routes, port: int) -> None:
        handler = type("Handler", (_Handler,), {"routes": routes})
        try:
            self._server = _Server((HOST, port), handler)
        except OSError as error:
            raise MjbenchError(
                f"cannot listen on port {port} ({error.strerror}); choose another: --port {port % 65535 + 1}"
            ) from error
        self.port = self._server.server_address[1]
        self.url = f"http://{HOST}:{self.port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a stream ends when its next picture does not come
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    routes: Routes
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """A page, a file or a stream."""
        path = urlsplit(self.path).path
        if not self._local():
            return
        if path in self.routes.stream:
            self.close_connection = True
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.routes.stream[path](self)
        elif path in self.routes.get:
            self._answer(self.routes.get[path]())
        else:
            self._answer(Answer(b"not found\n", "text/plain", 404))

    def do_POST(self) -> None:
        """A command."""
        path, length = urlsplit(self.path).path, self.headers.get("Content-Length", "0")
        self.close_connection = True  # an unread body must not be taken for the next request
        if not self._local():
            return
        if path not in self.routes.post:
            self._answer(Answer(b"not found\n", "text/plain", 404))
        elif not length.isdecimal() or int(length) > LARGEST_BODY:
            self._answer(Answer(b"too long\n", "text/plain", 413))
        else:
            self._answer(self.routes.post[path](self.rfile.read(int(length))))

    def _local(self) -> bool:
        """Whether the request comes from a page of this server, or from no page; answers it otherwise."""
        port = self.connection.getsockname()[1]
        hosts = {f"{name}:{port}" for name in LOCAL} | (set(LOCAL) if port == 80 else set())
        origin = self.headers.get("Origin")
        asked = self.headers.get_all("Host") or []
        if (
            len(asked) == 1
            and asked[0].lower() in hosts
            and (origin is None or origin in {f"http://{h}" for h in hosts})
        ):
            return True
        self.close_connection = True
        self._answer(Answer(b"this page is for the machine that it runs on\n", "text/plain", 403))
        return False

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**HEADERS, "Content-Type": answer.kind, "Content-Length": len(answer.body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(answer.body)

    def version_string(self) -> str:
        """No versions."""
        return "mjbench"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing in the terminal."""
