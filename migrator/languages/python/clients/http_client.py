"""http.client and Python 2's httplib: the host in the constructor, the path in ``request``.

https://docs.python.org/3/library/http.client.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Slot, Table, Value
from migrator.evaluate.strings import concat, known, text
from migrator.languages.shared.clients import given
from migrator.languages.shared.simple_models import unknown

CLIENT = "http.client"

_SECURE = "http.client.HTTPSConnection"
_PLAIN = "http.client.HTTPConnection"


def _connection(scheme: str) -> Callable[[Instance, Site], None]:
    def fill(instance: Instance, site: Site) -> None:
        host = site.arg(0, "host")
        instance.cells["base"] = concat([text(f"{scheme}://"), host]) if host is not None else NONE

    return fill


def _send(site: Site, method: Value | None, url: Value, body: Value | None, headers: Value | None) -> None:
    connection = site.receiver
    request = Request(
        client=CLIENT,
        method=method,
        url=url,
        base=site.cells.get("base"),
        headers=given(headers),
        body=given(body),
        session=connection.location if isinstance(connection, Instance) else None,
    )
    record(site.interpreter, request, site.frame, site.node)


def _request(site: Site) -> Value:
    _send(site, site.arg(0, "method"), site.arg(1, "url") or NONE, site.arg(2, "body"), site.arg(3, "headers"))
    return NONE


def _putrequest(site: Site) -> Value:
    heap, cells = site.interpreter.heap, site.cells
    heap.put(cells, "method", site.arg(0, "method") or site.unknown("method"))
    heap.put(cells, "url", site.arg(1, "url") or NONE)
    heap.put(cells, "headers", Table(site.location))
    return NONE


def _putheader(site: Site) -> Value:
    headers, name, found = site.cells.get("headers"), site.arg(0), site.arg(1)
    written = known(name) if name is not None else None
    if isinstance(headers, Table) and written and name is not None and found is not None:
        site.interpreter.heap.put(headers.cells, written, Slot(name, found))
    return NONE


def _endheaders(site: Site) -> Value:
    cells = site.cells
    if "url" in cells:
        _send(site, cells.get("method"), cells["url"], site.arg(0), cells.get("headers"))
    return NONE


MODELS: Models = {
    f"{cls}.{name}": model
    for cls in (_SECURE, _PLAIN)
    for name, model in {
        "request": _request,
        "putrequest": _putrequest,
        "putheader": _putheader,
        "endheaders": _endheaders,
        "getresponse": unknown("response"),
    }.items()
}

CONSTRUCTORS = {_SECURE: _connection("https"), _PLAIN: _connection("http")}

ALIASES = {
    "httplib": "http.client",
    "httplib.HTTP": _PLAIN,
    "httplib.HTTPS": _SECURE,
    "six.moves.http_client": "http.client",
    "future.moves.http.client": "http.client",
}
