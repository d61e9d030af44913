"""Models of HTTP clients that are rows: what a call sends, and what a session adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from migrator.catalog.clients import Argument, Client, Places, RequestObject, Sender, Session
from migrator.evaluate.attributes import attribute, member
from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, record
from migrator.evaluate.store import NONE, Class, Function, Instance, Slot, Table, Value, choose, options
from migrator.evaluate.strings import concat, flat, known, text, texts
from migrator.model.text import Location
from migrator.model.unit import Call
from migrator.model.value import Const, Unknown

Model = Callable[[Site], Value | None]
Constructor = Callable[[Instance, Site], None]
Authentication = Callable[[Site, Request, Value | None], None]
"""Adds what an object that authenticates does to a request."""

_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Models:
    """The models of clients by dotted name."""

    calls: dict[str, Model] = field(default_factory=dict)
    constructors: dict[str, Constructor] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def models(rows: Iterable[Client], authenticate: Authentication) -> Models:
    """Returns the models of clients; *authenticate* is what the language's authentication objects do."""
    found = Models()
    for client in rows:
        found.aliases.update(client.aliases)
        sessions = {name: one for one in client.sessions for name in one.classes}
        for name, session in sessions.items():
            found.constructors[name] = partial(_session, session)
            found.calls.update({f"{name}.{method}": _itself for method in session.itself})
        for kept in client.objects:
            found.constructors.update(dict.fromkeys(kept.classes, partial(_object, kept)))
        for sender in client.senders:
            for callee in sender.callees:
                through = sessions.get(callee.rpartition(".")[0])
                model = partial(_send, client, sender, authenticate)
                found.calls[callee] = partial(_through, through.through, model) if through and _verb(callee) else model
    return found


def _verb(callee: str) -> str:
    """Returns the method of a request that the name of a function is, or nothing."""
    name = callee.rpartition(".")[2]
    return name.upper() if name in _VERBS else ""


_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


def _itself(site: Site) -> Value | None:
    return site.receiver


def _session(row: Session, instance: Instance, site: Site) -> None:
    """Gives a session what it is made with."""
    for name, places in row.holds.items():
        value = find(site, places)
        if value is not None:
            instance.cells[name] = _absolute(value, row.scheme) if name == "base_url" else value
    for name in row.starts:
        instance.cells.setdefault(name, Table(site.location))


def _absolute(base: Value, scheme: str) -> Value:
    if not scheme or any("://" in flat(one) for one in texts(base)):
        return base
    return concat([text(f"{scheme}://"), base])


def _object(row: RequestObject, instance: Instance, site: Site) -> None:
    """Gives an object that holds a request what it is made with."""
    for name, places in row.holds.items():
        value = find(site, places)
        if value is not None:
            instance.cells[name] = value


def _through(name: str, model: Model, site: Site) -> Value | None:
    """Sends by the project's own method of a subclass, which others go through, where there is one."""
    own = own_request(site, name) if name else None
    if own is None:
        return model(site)
    verb = text(_verb(site.name))
    return site.interpreter.apply(own, site.args.shifted(verb), site.frame, site.node)


def _send(client: Client, row: Sender, authenticate: Authentication, site: Site) -> Value:
    """Records the request of a call, and returns its response."""
    for target in options(find(site, row.request) or NONE) if row.request else (NONE,):
        kept = target.cells if isinstance(target, Instance) else None
        if kept is not None or row.url:
            _record(client, row, authenticate, site, kept)
    return site.unknown("response")


def _record(
    client: Client, row: Sender, authenticate: Authentication, site: Site, kept: Mapping[str, Value] | None
) -> None:
    def part(name: str, places: Places) -> Value | None:
        return find(site, places) if kept is None else kept.get(name)

    method = part("method", row.method)
    if method is None and (row.otherwise or not row.method):
        method = text(row.otherwise or _verb(site.name))
    session = _session_of(site, row)
    cells: Mapping[str, Value] = session.cells if session is not None else {}
    fields = find(site, row.fields)
    queried = method is None or (known(method) or "GET").upper() in _BODILESS
    bodies = [part(place.name, (place,)) for place in row.body]
    request = Request(
        client=client.name,
        method=method,
        url=part("url", row.url) or NONE,
        base=cells.get("base_url"),
        params=given(part("params", row.params), fields if queried else None),
        session_params=given(cells.get("params")),
        headers=given(part("headers", row.headers)),
        session_headers=given(cells.get("headers")),
        body=given(*bodies, None if queried else fields),
        session=session.location if session is not None else None,
        headers_at=_headers_place(site, row.headers),
    )
    auth = part("auth", row.auth)
    authenticate(site, request, auth if auth is not None else cells.get("auth"))
    record(site.interpreter, request, site.frame, site.node)


def _session_of(site: Site, row: Sender) -> Instance | None:
    found = find(site, row.session) if row.session else site.receiver
    return found if isinstance(found, Instance) else None


def find(site: Site, places: Places) -> Value | None:
    """Returns the first of some parts of a call's arguments that is given, or None."""
    found = (_reached(site, place) for place in places)
    return next((one for one in found if one is not None), None)


def _reached(site: Site, place: Argument) -> Value | None:
    found = site.arg(place.position, place.name)
    for name in place.path:
        if found is None:
            return None
        parts = [one for one in (_entry(site, option, name) for option in options(found)) if one is not None]
        found = choose(parts) if parts else None
    return found


def _entry(site: Site, found: Value, name: str) -> Value | None:
    """Returns an entry of a mapping or member of an object, None where there is surely none."""
    match found:
        case Table():
            slot = found.cells.get(name)
            if isinstance(slot, Slot):
                return slot.value
            return _entry(site, found.rest, name) if found.rest is not None else None
        case Unknown():
            return attribute(site.interpreter, found, name, site.frame, site.location)
        case Instance():
            return found.cells.get(name)
        case _:
            return None


def given(*found: Value | None) -> list[Value]:
    """Returns the values that are given and are not ``None``."""
    return [one for one in found if one is not None and not (isinstance(one, Const) and one.value is None)]


def _headers_place(site: Site, places: Places) -> Location | None:
    return next((at for place in places if (at := headers_place(site, place.name)) is not None), None)


def headers_place(site: Site, name: str = "headers") -> Location | None:
    """Returns where the argument of a call stands that gives the headers."""
    if isinstance(site.node, Call):
        for arg in site.node.args:
            if arg.name == name:
                return site.frame.at(arg.value.span)
    return None


def own_request(site: Site, name: str = "request") -> Value | None:
    """Returns the project's own method of a subclass of a client, through which the others go."""
    client = site.receiver
    if not isinstance(client, Instance) or not isinstance(client.kind, Class):
        return None
    found = member(client.kind, name)
    if not isinstance(found, Function) or id(found.node) in site.frame.chain:
        return None
    return attribute(site.interpreter, client, name, site.frame, site.location)
