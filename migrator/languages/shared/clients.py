"""Models of HTTP clients whose options are keywords: what a call sends, and what a session adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from migrator.catalog.clients import ClientCall, HttpClient
from migrator.evaluate.arguments import Args
from migrator.evaluate.attributes import attribute, member
from migrator.evaluate.contracts import Model, Site
from migrator.evaluate.request import Request, other_options, record
from migrator.evaluate.store import NONE, Class, Function, Instance, Table, Value, options
from migrator.evaluate.strings import concat, flat, known, text, texts
from migrator.languages.shared.simple_models import receiver
from migrator.model.value import Const

Constructor = Callable[[Instance, Site], None]
Authentication = Callable[[Site, Request, Value | None], None]
"""Adds what an object that authenticates does to a request."""

_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_HOST = "host"
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


@dataclass(slots=True)
class ClientModels:
    """The models of clients by dotted name."""

    calls: dict[str, Model] = field(default_factory=dict)
    constructors: dict[str, Constructor] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def models(clients: Iterable[HttpClient], authenticate: Authentication, entering: Iterable[str] = ()) -> ClientModels:
    """Returns the models of clients.

    *authenticate* is what the language's authentication objects do, *entering* the methods that begin a block under an
    object and give it.
    """
    found, entering = ClientModels(), tuple(entering)
    for client in clients:
        found.aliases.update(client.aliases)
        for root in client.names:
            for name, at in client.sessions.items():
                found.constructors[f"{root}.{name}"] = partial(_session, client, at)
                found.calls.update({f"{root}.{name}.{method}": receiver for method in entering})
            for name, at in client.objects.items():
                found.constructors[f"{root}.{name}"] = partial(_object, client, at)
            for row in client.calls:
                model: Model = partial(_send, client, row, authenticate)
                if client.through and "." in row.callee and _verb(row.callee):
                    model = partial(_through, client.through, model)
                found.calls[f"{root}.{row.callee}"] = model
    return found


def _verb(callee: str) -> str:
    """Returns the method of a request that the name of a function is, or nothing."""
    name = callee.rpartition(".")[2]
    return name.upper() if name in _VERBS else ""


def _names(client: HttpClient, at: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yields every option of a client, with its place among the arguments that *at* gives it, -1 for none."""
    written = {name: -1 for names in client.options.values() for name in names}
    yield from {**written, **at}.items()


def _session(client: HttpClient, at: Mapping[str, int], instance: Instance, site: Site) -> None:
    """Gives a session the options that it is made with, and the mappings that each has."""
    put = site.interpreter.heap.put
    for name, place in _names(client, at):
        value = site.arg(place, name)
        if value is not None:
            put(instance.cells, name, value)
    for name in site.interpreter.library.verifies:
        if (checked := site.arg(-1, name)) is not None:
            put(instance.cells, name, checked)
    for part in ("params", "headers"):
        for name in client.options.get(part, ()):
            if name not in instance.cells:
                put(instance.cells, name, Table(site.location))


def _object(client: HttpClient, at: Mapping[str, int], instance: Instance, site: Site) -> None:
    """Gives an object that holds a request what it is made with."""
    for name, place in _names(client, at):
        value = site.arg(place, name)
        if value is not None:
            instance.cells[name] = value


def _through(name: str, model: Model, site: Site) -> Value | None:
    """Sends by the project's own method of a subclass, which others go through, where there is one."""
    own = own_request(site, name)
    if own is None:
        return model(site)
    return site.interpreter.apply(own, site.args.shifted(text(_verb(site.name))), site.frame, site.node)


def _send(client: HttpClient, row: ClientCall, authenticate: Authentication, site: Site) -> Value:
    """Records the request of a call, and returns its response."""
    if client.files and not _is_addressed(_part(client, "url", lambda name: site.arg(row.at.get(name, -1), name))):
        return site.unknown("response")
    asked = _part(client, "request", lambda name: site.arg(row.at.get(name, -1), name))
    for target in (None,) if asked is None else options(asked):
        _record(client, row, authenticate, site, target)
    return site.unknown("response")


def _is_addressed(url: Value | None) -> bool:
    """Whether what is opened can be an address: a text with the sign of a scheme or of a query in it."""
    shown = [flat(one) for one in texts(url)] if url is not None else []
    return any("://" in one or "?" in one for one in shown)


def _record(
    client: HttpClient, row: ClientCall, authenticate: Authentication, site: Site, target: Value | None
) -> None:
    """Records what a call sends: of its arguments, or of an object that holds a request; a text is the URL."""

    def argument(name: str) -> Value | None:
        return site.arg(row.at.get(name, -1), name)

    held = target.cells.get if isinstance(target, Instance) else argument
    session = _part(client, "session", argument) if "session" in client.options else site.receiver
    shared: Mapping[str, Value] = session.cells if isinstance(session, Instance) else {}
    url = target if target is not None and not isinstance(target, Instance) else _part(client, "url", held)
    data, bodies = _part(client, "data", held), client.options.get("body", ())
    body = _given(argument, bodies) or _given(held, bodies)
    verb = (row.bodied if body else "") or row.verb or _verb(row.callee)
    chosen = given(_chosen(client, site, target), _part(client, "method", held), text(verb) if verb else None)
    method = chosen[0] if chosen else None
    queried = method is None or (known(method) or "GET").upper() in _BODILESS
    request = Request(
        client=client.client,
        method=method,
        url=url if url is not None else NONE,
        base=_base(client, shared.get),
        params=given(_part(client, "params", held), data if queried else None),
        session_params=given(_part(client, "params", shared.get)),
        headers=given(_part(client, "headers", held)),
        session_headers=given(_part(client, "headers", shared.get)),
        body=[*body.values(), *given(None if queried else data)],
        body_as=" and ".join(body),
        options=_options(client, site),
        session=session.location if isinstance(session, Instance) else None,
        made=target.location if isinstance(target, Instance) else None,
        open=site.args.rest is not None and not all(_part(client, part, held) for part in ("params", "headers")),
        unchecked=any(_is_false(shared.get(name)) for name in site.interpreter.library.verifies),
    )
    auth = _part(client, "auth", held)
    authenticate(site, request, auth if auth is not None else _part(client, "auth", shared.get))
    record(site.interpreter, request, site.frame, site.node)


def _options(client: HttpClient, site: Site) -> tuple[tuple[str, str], ...]:
    """Returns the keywords that give no part of the request."""
    given = ((name, slot.value) for name, slot in site.args.keywords.items())
    named = client.option_names | site.interpreter.library.verifies
    return other_options(given, named, closed=site.args.rest is None)


def _is_false(found: Value | None) -> bool:
    return isinstance(found, Const) and found.value is False


def _given(read: Callable[[str], Value | None], names: Iterable[str]) -> dict[str, Value]:
    return {name: found for name in names if (found := read(name)) is not None}


def _chosen(client: HttpClient, site: Site, target: Value | None) -> Value | None:
    """Returns the method of a request that the program's own method of the object which holds it answers."""
    if not client.chooses or not isinstance(target, Instance):
        return None
    if client.chooses not in target.cells and (isinstance(target.kind, str) or not member(target.kind, client.chooses)):
        return None
    getter = attribute(site.interpreter, target, client.chooses, site.frame, site.location)
    return site.interpreter.apply(getter, Args(), site.frame, site.node)


def _part(client: HttpClient, part: str, held: Callable[[str], Value | None]) -> Value | None:
    """Returns a part of a request: the first of its options that is given, or None."""
    return next((one for name in client.options.get(part, ()) if (one := held(name)) is not None), None)


def _base(client: HttpClient, held: Callable[[str], Value | None]) -> Value | None:
    """Returns what the URLs of a session are relative to; the host of a pool of connections is one, over TLS."""
    found = _part(client, "base", held)
    return concat([text("https://"), found]) if found is not None and _HOST in client.options["base"] else found


def given(*found: Value | None) -> list[Value]:
    """Returns the values that are given and are not ``None``."""
    return [one for one in found if one is not None and not (isinstance(one, Const) and one.value is None)]


def own_request(site: Site, name: str = "request") -> Value | None:
    """Returns the project's own method of a subclass of a client, through which the others go."""
    client = site.receiver
    if not isinstance(client, Instance) or not isinstance(client.kind, Class):
        return None
    found = member(client.kind, name)
    if not isinstance(found, Function) or id(found.node) in site.frame.chain:
        return None
    return attribute(site.interpreter, client, name, site.frame, site.location)
