"""urllib.request: what is added to a request after it was made, and asked of it. All else about it is rows.

https://docs.python.org/3/library/urllib.request.html
"""

from __future__ import annotations

from collections.abc import Callable

from migrator.evaluate.contracts import Site
from migrator.evaluate.store import NONE, Instance, Slot, Table, Value
from migrator.evaluate.strings import known, text
from migrator.languages.shared.clients import given

_REQUEST = "urllib.request.Request"


def _cells(site: Site) -> dict[str, Value]:
    return site.receiver.cells if isinstance(site.receiver, Instance) else {}


def _add_header(site: Site) -> Value:
    cells, name, found = _cells(site), site.arg(0, "key"), site.arg(1, "val")
    written = known(name) if name is not None else None
    headers = cells.get("headers")
    if not isinstance(headers, Table):
        headers = Table(site.location)
        site.interpreter.heap.put(cells, "headers", headers)
    if written is not None and name is not None and found is not None:
        site.interpreter.heap.put(headers.cells, written, Slot(name, found))
    return NONE


def _add_data(site: Site) -> Value:
    """What a request was given before Python 3.4 to make it a POST."""
    found = site.arg(0, "data")
    if found is not None:
        site.interpreter.heap.put(_cells(site), "data", found)
    return NONE


def _get_method(site: Site) -> Value:
    cells = _cells(site)
    chosen = given(cells.get("method"))
    return chosen[0] if chosen else text("POST" if given(cells.get("data")) else "GET")


def _full_url(site: Site) -> Value:
    return _cells(site).get("url", NONE)


def _nothing(_: Site) -> Value:
    return NONE


MODELS: dict[str, Callable[[Site], Value | None]] = {
    "urllib.request.install_opener": _nothing,
    "urllib.request.OpenerDirector.add_handler": _nothing,
    f"{_REQUEST}.add_header": _add_header,
    f"{_REQUEST}.add_unredirected_header": _add_header,
    f"{_REQUEST}.add_data": _add_data,
    f"{_REQUEST}.get_method": _get_method,
    f"{_REQUEST}.get_full_url": _full_url,
}
