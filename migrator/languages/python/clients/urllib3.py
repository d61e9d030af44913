"""urllib3: pool managers and the module-level ``request``.

https://urllib3.readthedocs.io/en/stable/reference/
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Value
from migrator.evaluate.strings import concat, known, text
from migrator.languages.python.clients.common import given, headers_place

CLIENT = "urllib3"

_MANAGER = "urllib3.PoolManager"
_POOL = "urllib3.HTTPSConnectionPool"
_BY_QUERY = ("GET", "HEAD", "DELETE", "OPTIONS")


def _manager(instance: Instance, site: Site) -> None:
    headers = site.arg(1, "headers")
    if headers is not None:
        instance.cells["headers"] = headers


def _pool(instance: Instance, site: Site) -> None:
    host = site.arg(0, "host")
    instance.cells["base"] = concat([text("https://"), host]) if host is not None else NONE
    headers = site.arg(-1, "headers")
    if headers is not None:
        instance.cells["headers"] = headers


def _request(site: Site) -> Value:
    method, fields = site.arg(0, "method"), site.arg(2, "fields")
    session = site.receiver if isinstance(site.receiver, Instance) else None
    cells = session.cells if session else {}
    queried = method is None or (known(method) or "GET").upper() in _BY_QUERY
    request = Request(
        client=CLIENT,
        method=method,
        url=site.arg(1, "url") or NONE,
        base=cells.get("base"),
        params=given(fields) if queried else [],
        headers=given(site.arg(3, "headers")),
        session_headers=given(cells.get("headers")),
        body=given(site.arg(-1, "body"), site.arg(-1, "json"), None if queried else fields),
        session=session.location if session else None,
        headers_at=headers_place(site),
    )
    record(site.interpreter, request, site.frame, site.node)
    return site.unknown("response")


MODELS: dict[str, Callable[[Site], Value | None]] = {
    "urllib3.request": _request,
    **{
        f"{cls}.{name}": _request
        for cls in (_MANAGER, _POOL)
        for name in ("request", "urlopen", "request_encode_url", "request_encode_body")
    },
}

CONSTRUCTORS = {_MANAGER: _manager, _POOL: _pool}

ALIASES = {
    "urllib3.poolmanager.PoolManager": _MANAGER,
    "urllib3.connectionpool.HTTPSConnectionPool": _POOL,
}
