"""urllib.request: what is added to a request after it was made, and asked of it. All else about it is rows.

https://docs.python.org/3/library/urllib.request.html
"""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.store import NONE, Slot, Table, Value
from migrator.evaluate.strings import known, text
from migrator.languages.shared.clients import given
from migrator.languages.shared.simple_models import nothing

_REQUEST = "urllib.request.Request"


def _add_header(site: Site) -> Value:
    cells, name, found = site.cells, site.arg(0, "key"), site.arg(1, "val")
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
        site.interpreter.heap.put(site.cells, "data", found)
    return NONE


def _get_method(site: Site) -> Value:
    cells = site.cells
    chosen = given(cells.get("method"))
    return chosen[0] if chosen else text("POST" if given(cells.get("data")) else "GET")


MODELS: Models = {
    "urllib.request.install_opener": nothing,
    "urllib.request.OpenerDirector.add_handler": nothing,
    f"{_REQUEST}.add_header": _add_header,
    f"{_REQUEST}.add_unredirected_header": _add_header,
    f"{_REQUEST}.add_data": _add_data,
    f"{_REQUEST}.get_method": _get_method,
    f"{_REQUEST}.get_full_url": lambda site: site.cells.get("url", NONE),
}
