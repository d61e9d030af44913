"""urllib.request and its Python 2 spellings: ``urlopen`` of a URL or a ``Request``, openers.

https://docs.python.org/3/library/urllib.request.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Slot, Table, Value, options
from migrator.evaluate.strings import known, text
from migrator.languages.python.semantics import SEMANTICS
from migrator.languages.shared.clients import given
from migrator.model.value import Const

CLIENT = "urllib"

_REQUEST = "urllib.request.Request"
_OPENER = "urllib.request.OpenerDirector"


def _method(cells: dict[str, Value], data: Value | None) -> Value:
    """Returns the method: the one that is set, else POST where there is a body."""
    chosen = cells.get("method")
    if chosen is not None and not (isinstance(chosen, Const) and chosen.value is None):
        return chosen
    return text("GET" if data is None or SEMANTICS.truth(data) is False else "POST")


def _request(instance: Instance, site: Site) -> None:
    for place, name in enumerate(("url", "data", "headers", "origin_req_host", "unverifiable", "method")):
        found = site.arg(place, name)
        if found is not None:
            instance.cells[name] = found
    instance.cells.setdefault("headers", Table(site.location))


def _add_header(site: Site) -> Value:
    instance, name, found = site.receiver, site.arg(0, "key"), site.arg(1, "val")
    headers = instance.cells.get("headers") if isinstance(instance, Instance) else None
    written = known(name) if name is not None else None
    if isinstance(headers, Table) and written is not None and name is not None and found is not None:
        site.interpreter.heap.put(headers.cells, written, Slot(name, found))
    return NONE


def _add_data(site: Site) -> Value:
    """What a request was given before Python 3.4 to make it a POST."""
    found = site.arg(0, "data")
    if isinstance(site.receiver, Instance) and found is not None:
        site.interpreter.heap.put(site.receiver.cells, "data", found)
    return NONE


def _get_method(site: Site) -> Value:
    cells = site.receiver.cells if isinstance(site.receiver, Instance) else {}
    return _method(cells, cells.get("data"))


def _full_url(site: Site) -> Value:
    return site.receiver.cells.get("url", NONE) if isinstance(site.receiver, Instance) else NONE


def _urlopen(site: Site) -> Value:
    data = site.arg(1, "data")
    for target in options(site.arg(0, "url") or site.arg(-1, "fullurl") or NONE):
        if isinstance(target, Instance):
            _send(site, target, data)
        else:
            record(
                site.interpreter,
                Request(client=CLIENT, method=_method({}, data), url=target, body=given(data)),
                site.frame,
                site.node,
            )
    return site.unknown("response")


def _send(site: Site, target: Instance, data: Value | None) -> None:
    body = data if data is not None else target.cells.get("data")
    getter = _overridden_method(site, target)
    request = Request(
        client=CLIENT,
        method=getter if getter is not None else _method(target.cells, body),
        url=target.cells.get("url", NONE),
        headers=given(target.cells.get("headers")),
        body=given(body),
        session=target.location,
    )
    record(site.interpreter, request, site.frame, site.node)


def _overridden_method(site: Site, target: Instance) -> Value | None:
    """Returns what a replaced ``get_method`` answers, the old way to send a PUT."""
    getter = target.cells.get("get_method")
    if getter is None:
        return None
    return site.interpreter.apply(getter, Args(), site.frame, site.node)


def _opener(site: Site) -> Value:
    return Instance(_OPENER, site.location)


def _nothing(_: Site) -> Value:
    return NONE


MODELS: dict[str, Callable[[Site], Value | None]] = {
    "urllib.request.urlopen": _urlopen,
    "urllib.request.urlretrieve": _urlopen,
    "urllib.request.build_opener": _opener,
    "urllib.request.install_opener": _nothing,
    f"{_OPENER}.open": _urlopen,
    f"{_OPENER}.add_handler": _nothing,
    f"{_REQUEST}.add_header": _add_header,
    f"{_REQUEST}.add_unredirected_header": _add_header,
    f"{_REQUEST}.add_data": _add_data,
    f"{_REQUEST}.get_method": _get_method,
    f"{_REQUEST}.get_full_url": _full_url,
}

CONSTRUCTORS = {_REQUEST: _request}

ALIASES = {
    "urllib2": "urllib.request",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "six.moves.urllib.request": "urllib.request",
    "future.moves.urllib.request": "urllib.request",
}
