"""Clients that rules describe: from the arguments of a call to the request that it sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from migrator.catalog.clients import ClientCall, HttpClient, http_clients
from migrator.evaluate.arguments import Args
from migrator.evaluate.contents import merged
from migrator.evaluate.contracts import Site
from migrator.evaluate.request import Request, other_options, record
from migrator.evaluate.store import (
    NONE,
    Bound,
    Function,
    Instance,
    Items,
    Method,
    Partial,
    Slot,
    Table,
    Value,
    choose,
    options,
)
from migrator.evaluate.strings import concat, known, text, texts
from migrator.languages.javascript.library.written import PARAMS, as_string, as_url, paired
from migrator.model.call import SPELLED, Auth, AuthPlace, Carrier
from migrator.model.value import Const, Ref, Text, Unknown

MARK = "%client:"
_ANY = "*"
"""The member of a client whose name is not known."""
_OPTIONS, _HOOKS = "@options", "@hooks"
_VERBS = {"del": "DELETE", "getJSON": "GET", "postForm": "POST", "putForm": "PUT", "patchForm": "PATCH"}
_CALLBACKS = (Function, Bound, Partial)
_CALLED_BACK = frozenset({"cb", "callback", "next", "done", "handler", "fn"})
UNKNOWN = "unknown"


@cache
def clients() -> dict[str, HttpClient]:
    """Returns the clients by what programs call them: the names of packages, and of what is there without one."""
    found: dict[str, HttpClient] = {}
    for client in http_clients("javascript"):
        for name in (*client.names, *client.globals):
            found[name] = client
    return found


@cache
def handed() -> dict[str, HttpClient]:
    """Returns the clients by the names of the parameters and members that programs are given them under."""
    return {name: client for client in http_clients("javascript") for name in client.handed}


@cache
def unknown_client() -> HttpClient:
    """Returns what functions nobody knows take their options under."""
    return next(one for one in http_clients("javascript") if one.client == UNKNOWN)


def split(name: str) -> tuple[HttpClient, str] | None:
    """Returns the client that a dotted name begins with, and what follows; None for any other name."""
    table = clients()
    if name in table:
        return table[name], ""
    stem = name
    while (cut := stem.rfind(".")) > 0:
        stem = stem[:cut]
        if stem in table:
            return table[stem], name[cut + 1 :]
    return None


def is_client(name: str) -> bool:
    """Returns whether a name is that of a client itself."""
    return name in clients()


def call(site: Site) -> Value | None:
    """Returns the result of a call of a client, recorded if it sends; None for any other call."""
    if site.name.startswith(MARK):
        name, _, member = site.name.removeprefix(MARK).partition(":")
        client = clients().get(name)
        own = site.receiver if isinstance(site.receiver, Instance) else None
        member = member.removesuffix(".").removeprefix(".")
        plain = site.called(f"{name}.{member}()")
        return _called(plain, client, member, own) if client else None
    found = split(site.name)
    return _called(site, found[0], found[1], None) if found is not None else None


def any_sender(receiver: Value) -> Value | None:
    """Returns the function of a client that a name nobody knows means: ``axios[method]``; None for anything else."""
    if isinstance(receiver, Ref) and is_client(receiver.name):
        return Ref(f"{receiver.name}.{_ANY}")
    if isinstance(receiver, Instance) and str(receiver.kind).startswith(MARK):
        return Method(f"{receiver.kind}{_ANY}", receiver)
    return None


def _called(site: Site, client: HttpClient, member: str, own: Instance | None) -> Value | None:
    if member in client.makes:
        return made(site, client, site.arg(client.makes[member]), own)
    for hook in client.hooks:
        if member == hook:
            return _hooked(site, own)
    if member == _ANY:
        row = _any_row(site, client)
        return _sent(site, client, row, own) if row is not None else None
    for row in client.calls:
        if row.callee == member:
            return _sent(site, client, row, own)
    return None


def _any_row(site: Site, client: HttpClient) -> ClientCall | None:
    """Returns how a function takes its arguments that has a body or none: what looks like options is that."""
    second, third = site.arg(1), site.arg(2)
    plain = third is None and isinstance(second, Table) and not client.option_names.isdisjoint(map(str, second.cells))
    wanted = "get" if plain else "post"
    return next((replace(row, callee=_ANY) for row in client.calls if row.callee == wanted), None)


def made(site: Site, client: HttpClient, given: Value | None, own: Instance | None) -> Instance:
    """Returns a client with options of its own, on top of those of the client that it is made from."""
    instance = Instance(f"{MARK}{(client.names or client.globals)[0]}:", site.location)
    table = Table(site.location)
    for one in (own.cells.get(_OPTIONS) if own is not None else None, given):
        if isinstance(one, Text) and "base" in client.options:
            table.cells[client.options["base"][0]] = _entry(client.options["base"][0], one)
        elif one is not None:
            table = merged(site.interpreter, table, one, site.location)
    if client.defaults and not isinstance(table.cells.get("headers"), Slot):
        table.cells["headers"] = Slot(text("headers"), Table(site.location, {"common": _entry("common", Table())}))
    instance.cells[_OPTIONS] = table
    instance.cells[_HOOKS] = Items("list", own.cells[_HOOKS].items if own is not None else ())
    return instance


def _entry(name: str, found: Value) -> Slot:
    return Slot(text(name), found)


def itself(name: str, client: HttpClient) -> Instance | None:
    """Returns a client as the object that its options and hooks are kept in; None for one that has neither."""
    if not client.defaults and not client.hooks:
        return None
    instance = Instance(f"{MARK}{name}:")
    headers = _entry("headers", Table(cells={"common": _entry("common", Table())}))
    instance.cells.update({_OPTIONS: Table(cells={"headers": headers}), _HOOKS: Items("list", ())})
    return instance


def _hooked(site: Site, own: Instance | None) -> Value:
    func = site.arg(0)
    if own is not None and func is not None:
        hooks = own.cells[_HOOKS]
        site.interpreter.heap.put(hooks.cells, "items", (*hooks.items, func))
    return Const(0)


def attribute(receiver: Instance, name: str) -> Value | None:
    """Returns a member of a client: its options, or a function."""
    kind = str(receiver.kind)
    if not kind.startswith(MARK):
        return None
    client = clients().get(kind.removeprefix(MARK).partition(":")[0])
    if client is None:
        return None
    if client.defaults and name == client.defaults:
        found: Value | None = receiver.cells.get(_OPTIONS)
        return found
    own: Value | None = receiver.cells.get(name)
    if own is None and name == "default":  # how compiled modules ask for a package, and some people
        return receiver
    return own if own is not None else Method(f"{kind}{name}", receiver)


def _sent(site: Site, client: HttpClient, row: ClientCall, own: Instance | None) -> Value:
    args, callback = _without_callback(site.args, row)
    first = args.get(row.url) if row.url is not None else None
    asked = args.get(row.options) if row.options is not None else None
    if first is not None and not isinstance(first, Instance) and any(isinstance(one, Table) for one in options(first)):
        asked, first = first, None
    table = _asked(site, asked, own)
    table = _through_hooks(site, table, own, first)
    request = built(site, client, table, first)
    if row.method is not None:
        request.method = args.get(row.method)
    elif row.verb or row.callee in ("get", "post", "put", "patch", "delete", "head", "options") or row.callee in _VERBS:
        request.method = text(row.verb or _VERBS.get(row.callee, row.callee.upper()))
    elif request.method is None:
        request.method = text("GET") if row.callee != _ANY else site.unknown("method")
    for place, group in ((row.params, request.params), (row.body, request.body)):
        found = args.get(place) if place is not None else None
        if found is not None and not isinstance(found, _CALLBACKS):
            group += _given(found)
    _sort_data(client, table, request)
    send(site, request)
    response = site.unknown("response")
    if callback is not None and row.callback is not None:
        site.interpreter.apply(callback, Args([NONE, response, site.unknown("body")]), site.frame, site.node)
    _run_callbacks(site, table)
    return response


def _without_callback(args: Args, row: ClientCall) -> tuple[Args, Value | None]:
    """Returns the arguments without the function that is told of the answer, which may only be known by its name."""
    positional = list(args.positional)
    last = positional[-1] if positional else None
    named = row.callback is not None and isinstance(last, Unknown) and last.hint.lower() in _CALLED_BACK
    if isinstance(last, _CALLBACKS) or named:
        return Args(positional[:-1], args.keywords, args.star, args.rest), positional[-1]
    return args, None


def _asked(site: Site, asked: Value | None, own: Instance | None) -> Table:
    """Returns the options of a call, over those of the client it is a call of."""
    table = Table(site.location)
    held = own.cells.get(_OPTIONS) if own is not None else None
    for one in (held, asked):
        if one is None:
            continue
        before = {name: slot for name, slot in table.cells.items() if name in _NESTED and isinstance(slot, Slot)}
        table = merged(site.interpreter, table, _as_table(one), site.location)
        for name, slot in before.items():
            later = table.cells.get(name)
            if isinstance(later, Slot) and later is not slot and one is not held:
                held_one = merged(site.interpreter, Table(site.location), slot.value, site.location)
                both = merged(site.interpreter, held_one, _as_table(later.value), site.location)
                table.cells[name] = Slot(later.key, both, later.maybe)
    return table


_GROUPS = frozenset({"common", "get", "post", "put", "patch", "delete", "head"})
_NESTED = frozenset({"headers", "params", "qs", "query"})


def _as_table(found: Value) -> Value:
    return choose(
        one.cells["@table"] if isinstance(one, Instance) and one.kind == "Headers" else one for one in options(found)
    )


def _through_hooks(site: Site, table: Table, own: Instance | None, url: Value | None) -> Table:
    hooks = own.cells[_HOOKS].items if own is not None else ()
    for hook in hooks:
        if id(getattr(hook, "node", hook)) in site.frame.chain:
            continue
        asked = Table(site.location, {name: _own(name, slot) for name, slot in table.cells.items()})
        headers = asked.cells.get("headers")
        if not isinstance(headers, Slot):
            asked.cells["headers"] = Slot(text("headers"), Table(site.location))
        if url is not None and "url" not in asked.cells:
            asked.cells["url"] = Slot(text("url"), url)
        table = changed(site, hook, asked)
    return table


def _own(name: object, slot: object) -> object:
    """Returns an option as the request has it: what is written into its headers is in those of no other."""
    if name not in _NESTED | _GROUPS or not isinstance(slot, Slot) or not isinstance(slot.value, Table):
        return slot
    cells = {inner: _own(inner, one) for inner, one in slot.value.cells.items()}
    return Slot(slot.key, Table(slot.value.location, cells), slot.maybe)


def changed(site: Site, hook: Value, asked: Table, *more: Value) -> Table:
    """Returns options as a function changes them that each request goes through."""
    given = site.interpreter.apply(hook, Args([asked, *more]), site.frame, site.node)
    return next((one for one in options(given) if isinstance(one, Table)), asked)


def part(table: Table, name: str) -> Value | None:
    """Returns an option, or one inside of another by a dotted name; None when it is not given."""
    head, _, tail = name.partition(".")
    slot = table.cells.get(head)
    if not isinstance(slot, Slot) or slot.value == NONE:
        return None
    if not tail:
        return slot.value
    inner = [part(one, tail) for one in options(slot.value) if isinstance(one, Table)]
    found = [one for one in inner if one is not None]
    return choose(found) if found else None


def parts(client: HttpClient, table: Table, what: str) -> Iterator[Value]:
    """Yields what the options give for one part of a request."""
    for name in client.options.get(what, ()):
        found = part(table, name)
        if found is not None:
            yield found


def built(site: Site, client: HttpClient, table: Table, url: Value | None) -> Request:
    """Returns the request that options, and a URL given beside them, ask for."""
    changed = next(parts(client, table, "url"), None)
    address = changed if changed is not None and (url is None or changed is not url) else url
    address = address if address is not None else url
    request = Request(client=client.client, method=None, url=NONE)
    if isinstance(address, Instance) and address.kind == "Request":
        request.headers += _given(address.cells.get("headers"))
        request.method = address.cells.get("method")
        request.body += _given(address.cells.get("body"))
        address = address.cells.get("url")
    bases = list(parts(client, table, "base"))
    request.url = as_url(address) if address is not None else (text("") if bases else site.unknown("url"))
    request.base = as_url(bases[0]) if bases else None
    request.method = next(parts(client, table, "method"), request.method)
    for what, group in (("params", request.params), ("headers", request.headers), ("body", request.body)):
        for found in parts(client, table, what):
            group += _given(found) if what != "headers" else [_mapped(one) for one in _given(found)]
            if what == "body" and client.spells_body and _is_unwritten(site, found):
                request.body_as = SPELLED
    for token in parts(client, table, "bearer"):
        header = Slot(text("Authorization"), concat([text("Bearer "), as_string(token)]))
        request.headers.append(Table(site.location, {"Authorization": header}))
    for found in parts(client, table, "auth"):
        request.carried += authenticated(found)
    given = ((name, slot.value) for name, slot in table.slots())
    request.options = other_options(given, client.option_names, closed=table.rest is None)
    if table.rest is not None:
        request.params.append(table.rest)
        request.headers.append(table.rest)
    return request


def _is_unwritten(site: Site, body: Value) -> bool:
    """Returns whether a body can be an object of which no text is made."""
    return any(isinstance(one, Table) and one.location not in site.interpreter.state.spelled for one in options(body))


def authenticated(found: Value) -> Iterator[Auth]:
    """Yields what options make of the ``Authorization`` header, beside the token that they may say is one."""
    for one in options(found):
        match one:
            case Const():
                continue
            case Table(cells=cells) if not cells.keys() - {"bearer", "sendImmediately"}:
                continue
            case Unknown():
                yield Auth(carrier=Carrier.UNKNOWN, place=AuthPlace.AUTH)
            case _:
                yield Auth(carrier=Carrier.OTHER, place=AuthPlace.AUTH)


def _sort_data(client: HttpClient, table: Table, request: Request) -> None:
    """Puts what is the query of a GET and the body of any other where it belongs."""
    for found in parts(client, table, "data"):
        verbs = {known(one) for one in texts(request.method)} if request.method is not None else {"GET"}
        (request.params if verbs & {"GET", "get"} else request.body).extend(_given(found))


def _given(found: Value | None) -> list[Value]:
    """Returns a value as what it adds to a request; parameters and headers kept in an object of their own are read."""
    if found is None or found == NONE:
        return []
    read: list[Value] = []
    for one in options(found):
        match one:
            case Instance(kind="Headers"):
                read.append(one.cells["@table"])
            case Table() if isinstance(common := one.cells.get("common"), Slot) and isinstance(common.value, Table):
                own = {key: cell for key, cell in one.cells.items() if key not in _GROUPS}
                read.append(Table(one.location, {**common.value.cells, **own}))
            case Instance(kind=kind) if kind in (PARAMS, "FormData"):
                read.append(one.cells["@entries"])
            case _:
                read.append(one)
    return [choose(read)]


def _mapped(found: Value) -> Value:
    """Returns headers that are given in pairs as the mapping that they stand for."""
    return choose(paired(one) if isinstance(one, Items) else one for one in options(found))


def _run_callbacks(site: Site, table: Table) -> None:
    """Runs the functions among options: ``success``, ``error`` and the like."""
    for _, slot in table.slots():
        for one in options(slot.value):
            if isinstance(one, _CALLBACKS):
                site.interpreter.apply(one, Args([site.unknown("response")]), site.frame, site.node)


def send(site: Site, request: Request) -> None:
    """Records a request where it goes to HubSpot or may do so."""
    record(site.interpreter, request, site.frame, site.node)
