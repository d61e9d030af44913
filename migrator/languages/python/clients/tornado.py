"""Tornado: ``fetch`` of a URL or an ``HTTPRequest``.

https://www.tornadoweb.org/en/stable/httpclient.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Value, options
from migrator.evaluate.strings import text
from migrator.languages.python.clients.common import given, headers_place

CLIENT = "tornado"

_REQUEST = "tornado.httpclient.HTTPRequest"
_CLIENTS = ("tornado.httpclient.AsyncHTTPClient", "tornado.httpclient.HTTPClient")


def _request(instance: Instance, site: Site) -> None:
    for place, name in enumerate(("url", "method", "headers", "body")):
        found = site.arg(place, name)
        if found is not None:
            instance.cells[name] = found


def _client(_: Instance, __: Site) -> None:
    return None


def _fetch(site: Site) -> Value:
    for target in options(site.arg(0, "request") or NONE):
        built = isinstance(target, Instance)
        cells: dict[str, Value] = target.cells if isinstance(target, Instance) else {}
        method, headers, body = (
            cells.get(name) if built else site.arg(-1, name) for name in ("method", "headers", "body")
        )
        request = Request(
            client=CLIENT,
            method=method if method is not None else text("GET"),
            url=cells.get("url", NONE) if built else target,
            headers=given(headers),
            body=given(body),
            headers_at=headers_place(site),
        )
        record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


MODELS: dict[str, Callable[[Site], Value | None]] = {f"{client}.fetch": _fetch for client in _CLIENTS}

CONSTRUCTORS = {_REQUEST: _request, **dict.fromkeys(_CLIENTS, _client)}
