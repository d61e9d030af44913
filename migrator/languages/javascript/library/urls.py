"""``URL``, ``URLSearchParams`` and the functions of ``url`` and ``querystring``.

https://url.spec.whatwg.org/#api and https://nodejs.org/api/querystring.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote, urljoin

from migrator.evaluate.contracts import Model, Models, Site
from migrator.evaluate.interpreter import Interpreter
from migrator.evaluate.store import NONE, REST, Instance, Items, Slot, Table, Value, choose, options
from migrator.evaluate.strings import HOLE, concat, cut, flat, known, text, texts
from migrator.evaluate.url import query_items
from migrator.languages.javascript.library.written import (
    ENTRIES,
    ORIGIN,
    PARAMS,
    PATH,
    QUERY,
    URL,
    as_string,
    as_url,
    encoded,
    held,
    paired,
    written,
)
from migrator.languages.shared.simple_models import argument
from migrator.model.text import Location
from migrator.model.value import Const, Origin, Text, Unknown

_UNREAD = "@unread"
"""An address that ends in something unknown, which may hold parameters: they can be asked for, and are not written."""


def _url(site: Site) -> Value:
    address = as_url(site.arg(0) or NONE)
    base = site.arg(1)
    made = [_parsed(site.location, _resolved(one, base)) for one in texts(address)]
    return choose(made)


def _resolved(address: Text, base: Value | None) -> Text:
    whole = flat(address)
    if base is None or "://" in whole:
        return address
    stem = texts(as_url(base))[0]
    head = flat(stem)
    if whole.startswith(("./", "../")) and stem.known() is not None and address.known() is not None:
        return texts(text(urljoin(head, whole)))[0]
    if whole.startswith("//"):
        return texts(concat([cut(stem, 0, head.find("://") + 1), address]))[0]
    start = head.find("://") + 3 if "://" in head else 0
    slash = head.find("/", start)
    if whole.startswith("/"):
        stem = cut(stem, 0, slash) if slash >= 0 else stem
        joined: list[Value] = [stem, address]
    else:
        last = head.rfind("/", start)
        stem = cut(stem, 0, last + 1) if last >= 0 else stem
        joined = [stem, address] if last >= 0 or head.endswith(HOLE) else [stem, text("/"), address]
    return texts(concat(joined))[0]


def _parsed(at: Location, address: Text) -> Instance:
    whole = flat(address)
    start = whole.find("://") + 3 if "://" in whole else 0
    stop = next((one for one in range(start, len(whole)) if whole[one] in "?#"), len(whole))
    slash = whole.find("/", start)
    slash = slash if 0 <= slash < stop else stop
    made = Instance(URL, at)
    params = Instance(PARAMS, at)
    query = cut(address, stop + 1) if stop < len(whole) and whole[stop] == "?" else text("")
    params.cells[ENTRIES] = _pairs(query, at)
    if stop == len(whole) and whole.endswith(HOLE):
        params.cells[_UNREAD] = address
    path = cut(address, slash, stop)
    made.cells.update({ORIGIN: cut(address, 0, slash), PATH: path if flat(path) else text("/"), QUERY: params})
    return made


def _pairs(query: Text, at: Location) -> Items:
    pairs: list[Value] = []
    rest: Value | None = None
    for item in query_items(query):
        value = item.value if item.value is not None else text("")
        if item.name is None:
            rest = value
        else:
            origin = Origin("literal", item.name, item.at) if item.at is not None else None
            pairs.append(Items("list", (text(item.name, origin, item.offset), value), at))
    return Items("list", pairs, at, rest)


_PARTS = frozenset({"search", "query", "hash", "port", "username", "password"})
"""Members of a URL of which, as a rule, nothing is known."""


def attribute(found: Instance, name: str, at: Location) -> Value | None:
    """Returns a member of a URL; None for a method or what there is not."""
    if found.kind != URL:
        return None
    match name:
        case "href":
            return written(found)
        case "origin":
            return found.cells.get(ORIGIN)
        case "host" | "hostname":
            origin = texts(found.cells.get(ORIGIN, text("")))[0]
            return cut(origin, flat(origin).find("://") + 3)
        case "search" if isinstance(query := found.cells.get(QUERY), Instance) and _UNREAD not in query.cells:
            return choose(concat([text("?"), one]) if flat(one) else one for one in texts(written(query)))
        case "protocol":
            origin = texts(found.cells.get(ORIGIN, text("")))[0]
            return cut(origin, 0, flat(origin).find("://") + 1)
        case _ if name in _PARTS:
            return Unknown("a part of an address", name, Origin("attribute", f"URL.{name}", at))
        case _:
            return None


def assign_to(m: Interpreter, found: Instance, name: str, value: Value, at: Location) -> bool:
    """Stores a member of a URL; returns whether it is one that is more than a field."""
    if found.kind != URL:
        return False
    given = as_url(value)
    match name:
        case "pathname":
            rooted = all(flat(one).startswith("/") for one in texts(given))
            m.heap.put(found.cells, PATH, given if rooted else concat([text("/"), given]))
        case "search":
            query = texts(given)[0]
            params = Instance(PARAMS, at)
            params.cells[ENTRIES] = _pairs(cut(query, 1) if flat(query).startswith("?") else query, at)
            m.heap.put(found.cells, QUERY, params)
        case "href":
            for key, cell in _parsed(at, texts(given)[0]).cells.items():
                m.heap.put(found.cells, key, cell)
        case "host" | "hostname":
            m.heap.put(found.cells, ORIGIN, concat([text("https://"), given]))
        case _:
            return False
    return True


def _params(site: Site) -> Value:
    made = Instance(PARAMS, site.location)
    found = site.arg(0)
    entries: Value = Items("list", (), site.location)
    if found is not None:
        one = options(found)[0]
        match one:
            case Table():
                pairs = [Items("list", (slot.key, slot.value), site.location) for _, slot in one.slots()]
                entries = Items("list", pairs, site.location, one.rest)
            case Items():
                entries = Items("list", one.items, site.location, one.rest)
            case Instance(kind="URLSearchParams" | "FormData"):
                entries = one.cells.get(ENTRIES, entries)
            case Text():
                entries = _pairs(cut(one, 1) if flat(one).startswith("?") else one, site.location)
            case Const():
                pass
            case _:
                entries = Items("list", (), site.location, one)
    made.cells[ENTRIES] = entries
    return made


def _changed(site: Site, change: Callable[[Items], Sequence[Value]]) -> Value:
    """Changes the parameters, whichever of several there can be here."""
    receiver = site.receiver if isinstance(site.receiver, Instance) else Instance(PARAMS)
    made = [Items("list", change(one), site.location, one.rest) for one in held(receiver)]
    site.interpreter.heap.put(receiver.cells, ENTRIES, choose(made))
    return NONE


def _append(site: Site) -> Value:
    pair = Items("list", (site.arg(0) or NONE, site.arg(1) or NONE), site.location)
    return _changed(site, lambda found: (*found.items, pair))


def _without(found: Items, name: str | None) -> list[Value]:
    return [one for one in found.items if not (isinstance(one, Items) and one.items and known(one.items[0]) == name)]


def _set(site: Site) -> Value:
    name = known(site.arg(0))
    pair = Items("list", (site.arg(0) or NONE, site.arg(1) or NONE), site.location)
    return _changed(site, lambda found: [*(_without(found, name) if name is not None else found.items), pair])


def _delete(site: Site) -> Value:
    name = known(site.arg(0))
    return _changed(site, lambda found: _without(found, name))


def _get(site: Site) -> Value:
    name = known(site.arg(0))
    every = held(site.receiver) if isinstance(site.receiver, Instance) else []
    given = [
        one.items[1]
        for found in every
        for one in found.items
        if isinstance(one, Items) and len(one.items) == 2 and name is not None and known(one.items[0]) == name
    ]
    if given:
        return choose(given)
    closed = isinstance(site.receiver, Instance) and _UNREAD not in site.receiver.cells
    return NONE if closed and name is not None and all(one.rest is None for one in every) else site.unknown("value")


def _to_string(site: Site) -> Value:
    return written(site.receiver) if isinstance(site.receiver, Instance) else text("")


def _stringify(site: Site) -> Value:
    return encoded(site.arg(0) or NONE)


def _resolve(site: Site) -> Value:
    base, address = as_url(site.arg(0) or NONE), as_url(site.arg(1) or NONE)
    return choose(_resolved(one, base) for one in texts(address))


def _stringify_url(site: Site) -> Value:
    """Returns a URL with its query: https://github.com/sindresorhus/query-string#stringifyurlobject-options."""
    asked = site.arg(0)
    if not isinstance(asked, Table):
        return site.unknown("url")
    url, query = (slot.value if isinstance(slot := asked.cells.get(name), Slot) else None for name in ("url", "query"))
    if url is None:
        return site.unknown("url")
    if query is None:
        return url
    return choose(concat([one, text("&" if "?" in flat(one) else "?"), encoded(query)]) for one in texts(as_url(url)))


def _format(site: Site) -> Value:
    found = site.arg(0)
    if isinstance(found, Instance):
        return as_url(found)
    if not isinstance(found, Table):
        return found if isinstance(found, Text) else site.unknown("url")

    def part(*names: str) -> Value | None:
        return next((slot.value for name in names if isinstance(slot := found.cells.get(name), Slot)), None)

    protocol, host, path = part("protocol"), part("host", "hostname"), part("pathname")
    query, search = part("query"), part("search")
    scheme = (known(protocol) or "https").rstrip(":/")
    tail = [text("?"), encoded(query)] if query is not None else [search] if search is not None else []
    start = [text(f"{scheme}://"), host] if host is not None else []
    return concat([*start, path or text(""), *tail])


def _headers(site: Site) -> Value:
    found = site.arg(0)
    made = Instance("Headers", site.location)
    table = Table(site.location)
    for one in options(found) if found is not None else ():
        match one:
            case Table():
                table.cells.update(one.cells)
            case Instance(kind="Headers"):
                table.cells.update(one.cells["@table"].cells)
            case Items():
                table.cells.update(paired(one).cells)
            case Const():
                pass
            case _:
                table.cells[REST] = one
    made.cells["@table"] = table
    return made


def _set_header(site: Site) -> Value:
    receiver = site.receiver
    table = receiver.cells.get("@table") if isinstance(receiver, Instance) else None
    name = known(site.arg(0))
    if isinstance(table, Table) and name is not None:
        site.interpreter.heap.put(table.cells, name, Slot(site.arg(0) or NONE, site.arg(1) or NONE))
    return NONE


_COMPONENT = "!'()*-._~"
"""The punctuation that stays in a part of an address."""


def _quoted(safe: str) -> Model:
    return _recoded(lambda written: quote(written, safe=safe))


def _recoded(code: Callable[[str], str]) -> Model:
    """Returns the model of what writes a text in another way, where it is known."""

    def model(site: Site) -> Value:
        found = as_string(site.arg(0) or NONE)
        written = known(found)
        if written is None or (made := code(written)) == written:
            return found
        return text(made, Origin("call", f"{site.name}()", site.location))

    return model


_unquoted = _recoded(unquote)


MODELS: Models = {
    "URL": _url, "url.URL": _url, "URLSearchParams": _params, "url.URLSearchParams": _params, "FormData": _params,
    "form-data": _params,
    **{f"{kind}.append": _append for kind in (PARAMS, "FormData")}, f"{PARAMS}.set": _set, f"{PARAMS}.delete": _delete,
    f"{PARAMS}.get": _get, f"{PARAMS}.toString": _to_string, "URL.toString": _to_string, "URL.toJSON": _to_string,
    "querystring.stringify": _stringify, "querystring.encode": _stringify, "qs.stringify": _stringify,
    "query-string.stringify": _stringify, "query-string.stringifyUrl": _stringify_url, "url.resolve": _resolve,
    "url.format": _format, "url.parse": _url, "jQuery.param": _stringify, "$.param": _stringify,
    "encodeURIComponent": _quoted(_COMPONENT), "encodeURI": _quoted(_COMPONENT + "#$&+,/:;=?@[]"),
    "decodeURIComponent": _unquoted, "decodeURI": argument, "escape": argument,
    "querystring.escape": _quoted(_COMPONENT),
    "Headers": _headers, "Headers.set": _set_header, "Headers.append": _set_header,
    "node-fetch.Headers": _headers, "build-url": argument,
}  # fmt: skip
