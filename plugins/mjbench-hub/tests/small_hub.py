"""A Hub of this machine: as much of its interface as pushing and pulling a model repository needs."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_writer"
READER = "hf_reader"
"""A token that may not write."""


@dataclass
class Repository:
    """Commits, the newest last; each is the files by path."""

    private: bool = False
    commits: list[dict[str, bytes]] = field(default_factory=lambda: [{}])

    def at(self, revision: str) -> dict[str, bytes] | None:
        """The files of ``main`` or of a commit."""
        if revision == "main":
            return self.commits[-1]
        return next((files for number, files in enumerate(self.commits) if commit_id(number) == revision), None)


def commit_id(number: int) -> str:
    """What a commit is called."""
    return hashlib.sha1(str(number).encode()).hexdigest()


@dataclass
class Hub:
    """Repositories by name; what was uploaded to LFS by digest; every request."""

    url: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    sizes: dict[str, Any] = field(default_factory=dict)
    """Wrong sizes to state, by path."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_HEAD(self) -> None:
        self._route()

    def do_GET(self) -> None:
        self._route()

    def do_PUT(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def _route(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if self.token and self.token not in (TOKEN, READER):
            self._answer({"error": "Invalid credentials in Authorization header"}, 401)
            return
        for pattern, method in ROUTES.items():
            if match := re.fullmatch(pattern, f"{self.command} {path}"):
                getattr(self, method)(*match.groups())
                return
        self._answer({"error": f"no such endpoint: {self.command} {path}"}, 404)

    # -- endpoints

    def whoami(self) -> None:
        self._answer({"type": "user", "name": "me", "auth": {}} if self.token else {"error": "who?"}, 200)

    def create(self) -> None:
        asked = json.loads(self.body)
        name = f"{asked.get('organization') or 'me'}/{asked['name']}"
        if self.token != TOKEN:
            self._answer({"error": "You don't have the rights to create a model"}, 403)
            return
        known = name in self.hub.repositories
        self.hub.repositories.setdefault(name, Repository(asked.get("visibility") == "private"))
        self._answer({"url": f"{self.hub.url}/{name}", "error": "exists"}, 409 if known else 200)

    def info(self, name: str, revision: str = "main") -> None:
        if (files := self._files(name, revision)) is not None:
            rows = [{"rfilename": path, **self._about(path, body)} for path, body in files.items()]
            self._answer({"id": name, "sha": self._sha(name, revision), "siblings": rows, "private": False, "tags": []})

    def tree(self, name: str, revision: str) -> None:
        if (files := self._files(name, revision)) is not None:
            rows = [{"type": "file", "path": path, **self._about(path, body)} for path, body in files.items()]
            self._answer([{**row, "oid": row["blobId"]} for row in rows])

    def preupload(self, name: str, revision: str) -> None:
        if self._writable(name):
            rows = [
                {"path": f["path"], "uploadMode": "lfs" if is_large(f["path"]) else "regular", "shouldIgnore": False}
                for f in json.loads(self.body)["files"]
            ]
            self._answer({"files": rows})

    def batch(self, name: str) -> None:
        rows = [
            {**each, "actions": {"upload": {"href": f"{self.hub.url}/lfs/{each['oid']}"}}}
            for each in json.loads(self.body)["objects"]
        ]
        self._answer({"transfer": "basic", "objects": rows})

    def put(self, digest: str) -> None:
        assert hashlib.sha256(self.body).hexdigest() == digest
        self.hub.objects[digest] = self.body
        self._answer({})

    def validate(self) -> None:
        self._answer({"errors": [], "warnings": []})

    def commit(self, name: str, revision: str) -> None:
        if not self._writable(name):
            return
        repository = self.hub.repositories[name]
        files = dict(repository.commits[-1])
        for line in map(json.loads, self.body.decode().splitlines()):
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.objects[value["oid"]]
        repository.commits.append(files)
        number = len(repository.commits) - 1
        self._answer({"commitUrl": f"{self.hub.url}/{name}/commit/{commit_id(number)}", "commitOid": commit_id(number)})

    def resolve(self, name: str, revision: str, path: str) -> None:
        files = self._files(name, revision)
        if files is None:
            return
        if path not in files:
            self._answer({"error": "Entry not found"}, 404, {"X-Error-Code": "EntryNotFound"})
            return
        digest = hashlib.sha256(files[path]).hexdigest()
        self._send(files[path], 200, {"ETag": f'"{digest}"', "X-Repo-Commit": self._sha(name, revision)})

    # -- what they share

    def _about(self, path: str, body: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"size": self.hub.sizes.get(path, len(body)), "blobId": hashlib.sha1(body).hexdigest()}
        if is_large(path):
            row["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": row["size"], "pointerSize": 130}
            row["lfs"]["oid"] = row["lfs"]["sha256"]
        return row

    def _sha(self, name: str, revision: str) -> str:
        return commit_id(len(self.hub.repositories[name].commits) - 1) if revision == "main" else revision

    def _files(self, name: str, revision: str) -> dict[str, bytes] | None:
        repository = self.hub.repositories.get(name)
        if repository is None or (repository.private and not self.token):
            self._answer(
                {"error": "Repository not found"}, 404 if self.token else 401, {"X-Error-Code": "RepoNotFound"}
            )
            return None
        files = repository.at(revision)
        if files is None:
            self._answer({"error": f"Invalid rev id: {revision}"}, 404, {"X-Error-Code": "RevisionNotFound"})
        return files

    def _writable(self, name: str) -> bool:
        if self.token == TOKEN:
            return True
        self._answer({"error": "Forbidden: pass create_pr=1"}, 403)
        return False

    def _answer(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        more = {"Content-Type": "application/json", "X-Error-Message": ""}
        if status >= 400:
            more["X-Error-Message"] = body["error"]
        self._send(json.dumps(body).encode(), status, {**more, **(headers or {})})

    def _send(self, body: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def is_large(path: str) -> bool:
    """Whether the Hub keeps a file apart from Git."""
    return path.endswith((".safetensors", ".mp4"))


NAME = r"([\w.-]+/[\w.-]+)"
ROUTES = {
    "GET /api/whoami-v2": "whoami",
    "POST /api/repos/create": "create",
    "POST /api/validate-yaml": "validate",
    rf"GET /api/models/{NAME}": "info",
    rf"GET /api/models/{NAME}/revision/([^/]+)": "info",
    rf"GET /api/models/{NAME}/tree/([^/]+)(?:/.*)?": "tree",
    rf"POST /api/models/{NAME}/preupload/([^/]+)": "preupload",
    rf"POST /api/models/{NAME}/commit/([^/]+)": "commit",
    rf"POST /{NAME}\.git/info/lfs/objects/batch": "batch",
    "PUT /lfs/([0-9a-f]{64})": "put",
    rf"(?:GET|HEAD) /{NAME}/resolve/([^/]+)/(.+)": "resolve",
}


@contextmanager
def small_hub() -> Iterator[Hub]:
    """A Hub while the block lasts."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
