"""aiohttp: sessions with a base URL and default headers; the parameters of a call are added to those of its URL.

https://docs.aiohttp.org/en/stable/client_reference.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Value
from migrator.evaluate.strings import text
from migrator.languages.python.clients.common import VERBS, given, headers_place

CLIENT = "aiohttp"

Model = Callable[[Site], Value | None]

_SESSION = "aiohttp.ClientSession"


def _session(instance: Instance, site: Site) -> None:
    base = site.arg(0, "base_url")
    if base is not None:
        instance.cells["base_url"] = base
    for name in ("headers", "params"):
        found = site.arg(-1, name)
        if found is not None:
            instance.cells[name] = found


def _send(site: Site, method: Value | None, url: Value | None) -> Value:
    session = site.receiver if isinstance(site.receiver, Instance) else None
    cells = session.cells if session else {}
    request = Request(
        client=CLIENT,
        method=method,
        url=url if url is not None else NONE,
        base=cells.get("base_url"),
        params=given(site.arg(-1, "params")),
        session_params=given(cells.get("params")),
        headers=given(site.arg(-1, "headers")),
        session_headers=given(cells.get("headers")),
        body=given(site.arg(-1, "data"), site.arg(-1, "json")),
        session=session.location if session else None,
        headers_at=headers_place(site),
    )
    record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


def _verb(verb: str) -> Model:
    return lambda site: _send(site, text(verb.upper()), site.arg(0, "url"))


def _request(site: Site) -> Value:
    return _send(site, site.arg(0, "method"), site.arg(1, "url"))


MODELS: dict[str, Model] = {
    **{f"{_SESSION}.{verb}": _verb(verb) for verb in VERBS},
    f"{_SESSION}.request": _request,
    f"{_SESSION}._request": _request,
    "aiohttp.request": _request,
}

CONSTRUCTORS = {_SESSION: _session}

ALIASES = {
    "aiohttp.client.ClientSession": _SESSION,
    "aiohttp_retry.RetryClient": _SESSION,
    "aiohttp_client_cache.CachedSession": _SESSION,
}
