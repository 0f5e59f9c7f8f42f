"""A model hub on 127.0.0.1: lists repositories, redirects to a storage, answers ranges, and misbehaves on request."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """`files` is repository -> name -> content; the rest is what goes wrong, by file name, each entry used up once."""

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    cuts: dict[str, list[int]] = field(default_factory=dict)  # bytes after which the connection ends
    refusals: dict[str, list[int]] = field(default_factory=dict)  # status codes instead of the file
    lies: dict[str, bytes] = field(default_factory=dict)  # sent instead of what was announced, always
    ranges: bool = True
    tells_hashes: bool = True  # in the listing; the headers always do
    extra_names: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, range
    url: str = ""

    def asked(self, name: str) -> list[str]:
        """The ranges asked for when a file was fetched from the storage; "" is the whole."""
        return [
            wanted
            for method, path, wanted in self.requests
            if method == "GET" and path.startswith("/storage/") and path.endswith(f"/{name}")
        ]

    def listing(self, repository: str) -> dict[str, object]:
        entries: list[dict[str, object]] = [{"rfilename": name} for name in self.extra_names]
        for name, content in self.files[repository].items():
            entry: dict[str, object] = {"rfilename": name}
            if self.tells_hashes:
                entry["size"] = len(content)
                entry["blobId"] = git_hash(content)
                if name.endswith((".safetensors", ".bin")):
                    entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            entries.append(entry)
        return {"id": repository, "sha": COMMIT, "siblings": entries}


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        wanted = self.headers.get("Range", "")
        self.hub.requests.append((self.command, self.path, wanted))
        path = self.path.split("?")[0]
        listing = re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/main", path)
        file = re.fullmatch(r"/(?P<storage>storage/)?([^/]+/[^/]+)/resolve/[^/]+/(.+)", path)
        if listing and listing[1] in self.hub.files:
            self._send(200, json.dumps(self.hub.listing(listing[1])).encode())
        elif file and file[3] in self.hub.files.get(file[2], {}):
            content = self.hub.files[file[2]][file[3]]
            self._storage(file[3], content, wanted) if file["storage"] else self._redirect(file[3], content)
        else:
            self._send(404, b"")

    def _redirect(self, name: str, content: bytes) -> None:
        """As the hub does: the headers of the redirect say what the file is."""
        large = name.endswith((".safetensors", ".bin"))
        tag = hashlib.sha256(content).hexdigest() if large else git_hash(content)
        self.send_response(302)
        self.send_header("Location", f"/storage{self.path}")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("X-Linked-ETag", f'"{tag}"')
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _storage(self, name: str, content: bytes, wanted: str) -> None:
        if self.hub.refusals.get(name):
            self._send(self.hub.refusals[name].pop(0), b"")
            return
        content = self.hub.lies.get(name, content)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.hub.ranges else 0
        if start >= len(content) > 0:
            self._send(416, b"")
            return
        body = content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            cut = self.hub.cuts[name].pop(0) if self.hub.cuts.get(name) else len(body)
            self.wfile.write(body[:cut])

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


class _Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A reader that went away is no news."""


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve until the block ends."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = _Server(("127.0.0.1", 0), handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="fake-hub")
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
