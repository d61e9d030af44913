"""A server on the loopback interface that stands for any host, records requests and answers as a case scripts it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme

AUTHORITY = trustme.CA()  # programs under test trust it
EMPTY_PAGE: Mapping[str, Any] = {
    "results": [],
    "contacts": [],
    "companies": [],
    "deals": [],
    "lists": [],
    "objects": [],
    "id": "1",
    "vid": 1,
    "total": 0,
    "offset": 0,
    "vid-offset": 0,
    "has-more": False,
    "hasMore": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One request as it came over the wire; ``target`` is the path with its query, undecoded."""

    method: str
    scheme: str
    host: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> tuple[str, ...]:
        """The ``name=value`` parts of the query, in order and undecoded."""
        query = self.target.partition("?")[2]
        return tuple(query.split("&")) if query else ()

    def header(self, name: str) -> str | None:
        """Returns the value of a header, or None."""
        return next((value for own, value in self.headers if own.lower() == name.lower()), None)

    def __str__(self) -> str:
        """Returns method and URL."""
        return f"{self.method} {self.scheme}://{self.host}{self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to the requests that fit it, ``times`` times or always. A request takes the first that fits.

    ``path`` is a shell pattern. ``json`` is the body unless ``body`` is given.
    """

    path: str = "*"
    method: str | None = None
    host: str | None = None
    times: int | None = None
    status: int = 200
    json: Any = None
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def fits(self, request: Recorded) -> bool:
        """Returns whether this answers a request."""
        return (
            fnmatchcase(request.path, self.path)
            and self.method in (None, request.method)
            and self.host in (None, request.host)
        )

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if self.body is not None:
            return self.body.encode()
        return json.dumps(EMPTY_PAGE if self.json is None else self.json).encode()


class Server(ThreadingHTTPServer):
    """Speaks HTTP and HTTPS on one port: the first byte tells which."""

    daemon_threads = True

    def __init__(self, replies: Sequence[Reply] = ()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Recorded] = []
        self.faults: list[str] = []
        self._replies = [(reply, [reply.times]) for reply in replies]
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def answer(self, request: Recorded) -> Reply:
        """Records a request and returns the reply to it."""
        with self._lock:
            self.requests.append(request)
            for reply, left in self._replies:
                if reply.fits(request) and left[0] != 0:
                    left[0] = left[0] and left[0] - 1
                    return reply
        return Reply()

    def handle_error(self, *_: Any) -> None:
        """Keeps what went wrong for the report of the run."""
        self.faults.append(traceback.format_exc(limit=3))


@contextmanager
def serving(replies: Sequence[Reply] = ()) -> Iterator[Server]:
    """Runs a server in a thread of its own."""
    server = Server(replies)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: Server

    def setup(self) -> None:
        self.scheme = "http"
        self.request.settimeout(self.timeout)
        if self.request.recv(1, socket.MSG_PEEK) == b"\x16":  # a TLS handshake
            self.scheme = "https"
            self.request = _context("localhost").wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        if self.scheme == "https":
            self.request.close()  # the server closes the plain socket that it knows

    def answer(self) -> None:
        request = Recorded(
            method=self.command,
            scheme=self.scheme,
            host=(self.headers.get("Host") or "").lower(),
            target=self.requestline.split()[1],
            headers=tuple(self.headers.items()),
            body=self._body(),
        )
        reply = self.server.answer(request)
        self.send_response(reply.status)
        content = b"" if reply.status in (204, 304) else reply.content
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - the library's names

    def _body(self) -> bytes:
        if (self.headers.get("Transfer-Encoding") or "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)

    def log_message(self, *_: Any) -> None:
        pass


@cache
def _context(host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(host).configure_cert(context)
    context.sni_callback = _present
    return context


def _present(own: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> None:
    if host:
        own.context = _context(host)
