"""pycurl: options set one by one on a handle, then ``perform``.

http://pycurl.io/docs/latest/curlobject.html
"""

from __future__ import annotations

from migrator.evaluate.contracts import Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Instance, Items, Slot, Table, Value
from migrator.evaluate.strings import cut, flat, strip, text
from migrator.languages.shared.simple_models import keep_nothing, nothing
from migrator.model.value import Const, Ref, Text

CLIENT = "pycurl"

_CURL = "pycurl.Curl"


def _setopt(site: Site) -> Value:
    option, found = site.arg(0), site.arg(1)
    name = option.name if isinstance(option, Ref) else getattr(option, "hint", getattr(option, "name", ""))
    if isinstance(site.receiver, Instance) and found is not None and name:
        site.interpreter.heap.put(site.receiver.cells, name.rpartition(".")[2], found)
    return NONE


def _perform(site: Site) -> Value:
    cells = site.cells
    body = cells.get("POSTFIELDS")
    method = cells.get("CUSTOMREQUEST") or text("POST" if body is not None or _is_set(cells.get("POST")) else "GET")
    request = Request(
        client=CLIENT,
        method=method,
        url=cells.get("URL", NONE),
        headers=_headers(cells.get("HTTPHEADER"), site),
        body=[body] if body is not None else [],
    )
    record(site.interpreter, request, site.frame, site.node)
    return NONE


def _is_set(found: Value | None) -> bool:
    return isinstance(found, Const) and bool(found.value)


def _headers(found: Value | None, site: Site) -> list[Value]:
    """Returns ``["Name: value", ...]`` as a mapping."""
    if not isinstance(found, Items):
        return []
    table = Table(site.location)
    for line in found.items:
        if isinstance(line, Text):
            name, colon, _ = flat(line).partition(":")
            if colon:
                value = strip(cut(line, len(name) + 1), None, left=True, right=True)
                table.cells[name] = Slot(cut(line, 0, len(name)), value)
    return [table]


MODELS: Models = {f"{_CURL}.setopt": _setopt, f"{_CURL}.perform": _perform, f"{_CURL}.close": nothing}

CONSTRUCTORS = {_CURL: keep_nothing}
