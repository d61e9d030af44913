"""Clients that gather a request step by step: superagent, the ``http`` of Node.js, and XMLHttpRequest.

https://github.com/ladjs/superagent, https://nodejs.org/api/https.html and https://xhr.spec.whatwg.org/
"""

from __future__ import annotations

from migrator.evaluate.arguments import Args
from migrator.evaluate.contents import merged
from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Bound, Function, Instance, Items, Method, Partial, Slot, Table, Value, options
from migrator.evaluate.strings import concat, known, text
from migrator.languages.javascript.clients.rows import authenticated
from migrator.languages.javascript.library.written import as_string, as_url, encoded
from migrator.languages.shared.simple_models import receiver

AGENT, XHR = "superagent.Request", "XMLHttpRequest"
_AT, _URL, _METHOD, _PARAMS, _HEADERS, _BODY = "@at", "@url", "@method", "@params", "@headers", "@body"
_VERBS = {
    "get": "GET",
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
    "del": "DELETE",
    "delete": "DELETE",
    "head": "HEAD",
}
REQUEST = "Request"
"""What an object is that holds a request for ``fetch``."""
_PARTS = ("method", "headers", "body")
PACKAGES = frozenset({"superagent", "http", "https", "follow-redirects", "xmlhttprequest", "xhr2"})
"""The packages of these clients."""
_FUNCTIONS = (Function, Bound, Partial, Method)


def _started(verb: str) -> Model:
    def model(site: Site) -> Value:
        made = Instance(AGENT, site.location)
        made.cells.update({_METHOD: text(_VERBS[verb]), _URL: site.arg(0) or NONE})
        return _recorded(site, made)

    return model


def _agent(site: Site) -> Value:
    made = Instance(AGENT, site.location)
    if site.arg(1) is None:
        made.cells.update({_METHOD: text("GET"), _URL: site.arg(0) or NONE})
    else:
        made.cells.update({_METHOD: site.arg(0) or NONE, _URL: site.arg(1) or NONE})
    return _recorded(site, made)


def _recorded(site: Site, made: Instance) -> Instance:
    """Records what a request asks for so far, in place of what it asked for before."""
    m = site.interpreter
    request = Request(
        client="superagent" if made.kind == AGENT else str(made.kind),
        method=made.cells.get(_METHOD),
        url=as_url(made.cells.get(_URL, NONE)),
        params=_held(made, _PARAMS),
        headers=_held(made, _HEADERS),
        body=_held(made, _BODY),
    )
    before: tuple[int, int, object] | None = made.cells.get(_AT)
    request.at = lambda _: made.location
    start = len(m.results.calls)
    record(m, request, site.frame, site.node)
    fresh = m.results.calls[start:]
    if before is not None and before[2] is m.now.root and before[1] - before[0] == len(fresh):
        del m.results.calls[start:]
        m.results.calls[before[0] : before[1]] = fresh
    elif before is not None and before[2] is m.now.root and before[1] == start:
        del m.results.calls[before[0] : start]
        made.cells[_AT] = (before[0], before[0] + len(fresh), m.now.root)
    else:
        made.cells[_AT] = (start, start + len(fresh), m.now.root)
    return made


def _adding(part: str) -> Model:
    def model(site: Site) -> Value | None:
        made = site.receiver
        if not isinstance(made, Instance):
            return None
        first, second = site.arg(0), site.arg(1)
        found = first if first is not None else NONE
        if second is not None and (name := known(first)) is not None:
            found = Table(site.location, {name: Slot(found, second)})
        old = _held(made, part)
        site.interpreter.heap.put(made.cells, part, Items("list", (*old, found)))
        return _recorded(site, made)

    return model


def _auth(site: Site) -> Value | None:
    made, token = site.receiver, site.arg(0)
    asked = site.arg(1)
    kind = (
        known(asked.cells["type"].value)
        if isinstance(asked, Table) and isinstance(asked.cells.get("type"), Slot)
        else ""
    )
    if not isinstance(made, Instance) or token is None:
        return made
    basic: list[Value] = [text("Basic "), site.unknown("authentication")]
    sent = [text("Bearer "), as_string(token)] if kind == "bearer" else basic
    header = Slot(text("Authorization"), concat(sent))
    table = Table(site.location, {"Authorization": header})
    site.interpreter.heap.put(made.cells, _HEADERS, Items("list", (*_held(made, _HEADERS), table)))
    return _recorded(site, made)


def _end(site: Site) -> Value:
    func = site.arg(0)
    for one in options(func) if func is not None else ():
        if isinstance(one, _FUNCTIONS):
            site.interpreter.apply(one, Args([NONE, site.unknown("response")]), site.frame, site.node)
    return site.unknown("response")


# -- http and https of Node.js ------------------------------------------------------------------------------------


def _node(verb: str, scheme: str) -> Model:
    def model(site: Site) -> Value:
        args = [one for one in site.args.positional if not isinstance(one, _FUNCTIONS)]
        table = Table(site.location)
        address: Value | None = None
        for found in args:
            for one in options(found):
                if isinstance(one, Table):
                    table = merged(site.interpreter, table, one, site.location)
                elif isinstance(one, Instance) and one.kind == "URL":
                    address = one
                else:
                    address = one if address is None else address

        def part(*names: str) -> Value | None:
            return next((slot.value for name in names if isinstance(slot := table.cells.get(name), Slot)), None)

        host, path = part("hostname", "host"), part("path", "pathname")
        if address is None:
            protocol = known(part("protocol")) or f"{scheme}:"
            address = concat(
                [text(f"{protocol}//"), host if host is not None else site.unknown("host"), path or text("/")]
            )
        elif path is not None:
            address = concat([address, path])
        method = part("method")
        headers = part("headers")
        request = Request(
            client=scheme,
            method=text(verb) if verb else method if method is not None else text("GET"),
            url=as_url(address),
            headers=[headers] if headers is not None and headers != NONE else [],
            carried=list(authenticated(part("auth") or NONE)),
        )
        record(site.interpreter, request, site.frame, site.node)
        response = site.unknown("response")
        for one in site.args.positional:
            if isinstance(one, _FUNCTIONS):
                site.interpreter.apply(one, Args([response]), site.frame, site.node)
        return site.unknown("request")

    return model


# -- Request ------------------------------------------------------------------------------------------------------


def _request(site: Site) -> Value:
    """Returns a request that ``fetch`` is given: https://developer.mozilla.org/docs/Web/API/Request."""
    made = Instance(REQUEST, site.location)
    address = site.arg(0) or NONE
    for one in options(address):
        if isinstance(one, Instance) and one.kind == REQUEST:
            made.cells.update(one.cells)
        else:
            made.cells["url"] = address
    for told in options(site.arg(1) or NONE):
        if isinstance(told, Table):
            made.cells.update({name: slot.value for name, slot in told.slots() if name in _PARTS})
    return made


# -- XMLHttpRequest -----------------------------------------------------------------------------------------------


def _xhr(site: Site) -> Value:
    return Instance(XHR, site.location)


def _open(site: Site) -> Value:
    made = site.receiver
    if isinstance(made, Instance):
        heap = site.interpreter.heap
        heap.put(made.cells, _METHOD, site.arg(0) or NONE)
        heap.put(made.cells, _URL, site.arg(1) or NONE)
        for part in (_HEADERS, _BODY, _AT):
            heap.drop(made.cells, part)
    return NONE


def _header(site: Site) -> Value:
    made, name = site.receiver, known(site.arg(0))
    if isinstance(made, Instance) and name is not None:
        table = Table(site.location, {name: Slot(site.arg(0) or NONE, site.arg(1) or NONE)})
        site.interpreter.heap.put(made.cells, _HEADERS, Items("list", (*_held(made, _HEADERS), table)))
    return NONE


def _held(made: Instance, cell: str) -> list[Value]:
    """Returns what was given to a client so far, on any of the ways that lead here."""
    return [each for one in options(made.cells.get(cell, NONE)) if isinstance(one, Items) for each in one.items]


def _send(site: Site) -> Value:
    made = site.receiver
    if not isinstance(made, Instance) or _URL not in made.cells:
        return NONE
    found = site.arg(0)
    request = Request(
        client=XHR,
        method=made.cells.get(_METHOD),
        url=as_url(made.cells[_URL]),
        headers=_held(made, _HEADERS),
        body=[encoded(found)]
        if isinstance(found, Instance)
        else [found]
        if found is not None and found != NONE
        else [],
    )
    record(site.interpreter, request, site.frame, site.node)
    return NONE


MODELS: Models = {
    **{f"superagent.{verb}": _started(verb) for verb in _VERBS}, "superagent": _agent,
    **{f"superagent.default.{verb}": _started(verb) for verb in _VERBS},
    f"{AGENT}.query": _adding(_PARAMS), f"{AGENT}.set": _adding(_HEADERS), f"{AGENT}.send": _adding(_BODY),
    f"{AGENT}.auth": _auth, f"{AGENT}.end": _end,
    **{f"{AGENT}.{name}": receiver for name in (
        "type", "accept", "retry", "timeout", "redirects", "use", "field", "attach", "on", "buffer", "responseType",
        "ok",
        "disableTLSCerts", "withCredentials", "toPromise",
    )},
    **{
        f"{package}{name}.{call}": _node(verb, name)
        for package in ("", "follow-redirects.")
        for name in ("https", "http")
        for call, verb in (("get", "GET"), ("request", ""))
    },
    **{f"{package}{REQUEST}": _request for package in ("", "node-fetch.", "cross-fetch.", "undici.", "whatwg-fetch.")},
    "XMLHttpRequest": _xhr, "xmlhttprequest.XMLHttpRequest": _xhr, "xhr2": _xhr, "xmlhttprequest": _xhr,
    f"{XHR}.open": _open, f"{XHR}.setRequestHeader": _header, f"{XHR}.send": _send,
}  # fmt: skip
