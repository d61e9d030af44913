"""Requests as entries of a structured file: collections of API clients, recordings of tests and browsers, workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrator.carriers.requests import METHODS, Parts, parameter, removed
from migrator.carriers.tree import Mapping, Node, Pair, Scalar, Sequence, Visit, each, walk
from migrator.carriers.tree_edits import Change, index_of, only, replaced, with_first, without
from migrator.carriers.view import View
from migrator.model.text import Span
from migrator.model.written import Use

_URLS = ("url", "uri", "requesturl")
_PATHS = ("path", "urlpath", "urlpathpattern", "urlpathtemplate", "urlpattern")
_METHODS = ("method", "verb", "requestmethod", "httpmethod")
_QUERIES = ("querystring", "query", "queries", "parameters", "params", "queryparameters", "queryparams", "qs")
_HEADERS = ("headers", "header", "requestheaders", "request_headers", "headerparameters")
_UNKEPT = ("", "none", "noauth", "inherit", "anonymous", "basic")
"""How requests authenticate that are given no credential by what stands elsewhere."""
_SENDING = ("queryparameters", "headerparameters", "request_headers")
"""What nothing but a request is given, whose method can be left out."""
_AUTHENTICATION = ("auth", "authentication")
_BY_HAND = re.compile(r"(?i)postman|insomnia|thunder|hoppscotch|bruno")
"""Clients whose collections people send from; what else is a request is there for a program that sends it."""
_LABELS = ("name", "key", "id")
_OFF = frozenset({"true", "1"})


@dataclass(slots=True, eq=False)
class Entered:
    """A request that a mapping is: its parts, and what an edit touches.

    ``queried`` are the lists or mappings that hold its parameters, ``headed`` the one that holds its headers.
    """

    node: Mapping
    use: Use
    parts: Parts
    queried: list[Mapping | Sequence] = field(default_factory=list)
    headed: Mapping | Sequence | None = None
    labels: tuple[str, str] = ("name", "value")
    key: Key | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A key that an entry about authentication gives to the requests below it: its name, value, and where it is sent.

    ``whole`` is the entry, ``members`` what holds name and value: a list of pairs, or a mapping.
    """

    whole: Mapping
    members: Mapping | Sequence
    name: Scalar
    value: Scalar
    in_query: bool


def entered(root: Node, *, recorded: bool) -> Iterator[Entered]:
    """Yields each mapping of a file that is a request."""
    for visit in walk(root):
        if isinstance(visit.node, Mapping) and (found := _request(visit.node, visit, recorded=recorded)) is not None:
            yield found


def _request(node: Mapping, visit: Visit, *, recorded: bool) -> Entered | None:
    method = node.text(*_METHODS).upper()
    where = node.get(*_URLS)
    url = where.get("raw") if isinstance(where, Mapping) else where
    path = node.get(*_PATHS)
    if not isinstance(url, Scalar) and method in METHODS and isinstance(path, Scalar):
        url = path
    if not isinstance(url, Scalar) or (method and method not in METHODS):
        return None
    if not method and not isinstance(where, Mapping) and node.get(*_SENDING) is None:
        return None
    parent = visit.above[-1] if visit.above else None
    replayed = parent is not None and parent.get("response", "responses") is not None
    use = Use.RECORDED if recorded or _is_replayed(node, replayed, where) else Use.SENT
    client = _client(node, where, use)
    root = (visit.above or (node,))[0]
    if _BY_HAND.search(f"{client} {root.text('type', 'client', 'clientname', '__export_source')}"):
        use = Use.WRITTEN
    start = int(url.text.startswith("="))  # n8n's mark of an expression
    parts = Parts(client=client, url=url.view.cut(start, len(url.text)), method=method or "GET")
    base = node.get("scope", "basepath", "baseurl", "host")
    if isinstance(base, Scalar) and not isinstance(where, Scalar):
        parts.base = base.view
    made = Entered(node, use, parts)
    _fill(made, where)
    auth = _authentication(node, visit)
    if auth is not None:
        _give(made, auth)
    elif isinstance(kept := node.get(*_AUTHENTICATION), Scalar):
        parts.open = kept.text.lower() not in _UNKEPT
    return made


def _authentication(node: Mapping, visit: Visit) -> Mapping | None:
    """Returns the entry that says how a request authenticates: its own, or the nearest one around it."""
    for holder in (node, *reversed(visit.above)):
        auth = holder.get(*_AUTHENTICATION)
        if isinstance(auth, Mapping) and auth.entries and auth.text("type").lower() != "inherit":
            return auth
    return None


def _give(made: Entered, auth: Mapping) -> None:
    """Notes the key or token that an entry about authentication gives to a request."""
    kind = auth.text("type").lower()
    own = auth.get(kind) if kind in ("apikey", "bearer") else None
    members = own if isinstance(own, (Mapping, Sequence)) else auth
    told = {name.text.lower(): value for name, value in _pairs(members)}
    made.parts.open = own is None and kind not in _UNKEPT
    if kind == "bearer" and (token := told.get("token")) is not None:
        made.parts.tokens.append(token.view)
    if kind == "apikey" and {"key", "value"} <= told.keys():
        place = told.get("in") or told.get("addto")
        made.key = Key(auth, members, told["key"], told["value"], place is not None and "query" in place.text.lower())
        pair = told["key"].view, told["value"].view
        (made.parts.fields if made.key.in_query else made.parts.headers).append(pair)


def _pairs(members: Mapping | Sequence) -> Iterator[tuple[Scalar, Scalar]]:
    """Yields the names and values of a list of pairs, or of a mapping."""
    if isinstance(members, Sequence):
        yield from ((name, value) for _, name, value in _members(members))
    else:
        yield from ((one.key, one.value) for one in members.entries if isinstance(one.value, Scalar))


def _is_replayed(node: Mapping, replayed: bool, where: Node | None) -> bool:
    """Whether a request stands beside its answer; collections keep samples of answers, in lists."""
    own = node.get("response")
    return (replayed and not isinstance(where, Mapping)) or isinstance(own, Mapping) or node.get("scope") is not None


def _client(node: Mapping, where: Node | None, use: Use) -> str:
    if isinstance(where, Mapping):
        return "postman"
    if node.text("_type") == "request":
        return "insomnia"
    if node.get("querystring") is not None and node.get("httpversion") is not None:
        return "har"
    return "recording" if use is Use.RECORDED else "collection"


def _fill(made: Entered, where: Node | None) -> None:
    """Notes the parameters, headers and body of a request."""
    node, parts = made.node, made.parts
    nodes: list[Node | None] = [where.get("query")] if isinstance(where, Mapping) else []
    nodes += [node.get(name) for name in _QUERIES]
    nodes += [_listed(entry.value) for entry in node.entries if entry.key.text.lower().startswith("query")]
    address = parts.url.text
    for one in nodes:
        if isinstance(one, Scalar) and "=" in one.text:
            parts.queries.append(one.view)
        elif isinstance(one, (Mapping, Sequence)):
            made.queried.append(one)
            parts.fields += [
                each for each in _fields(one) if not re.search(rf"[?&]{re.escape(each[0].text)}=", address)
            ]
    headed = node.get(*_HEADERS)
    headed = headed and (_listed(headed) or headed)
    if isinstance(headed, (Mapping, Sequence)):
        made.headed = headed
        parts.headers += _fields(headed)
        made.labels = _labels(headed, "key" if isinstance(where, Mapping) else "name")
    elif isinstance(where, Mapping):
        made.labels = ("key", "value")
    body = node.get("postdata", "body", "data")
    text = body.get("text", "raw", "string") if isinstance(body, Mapping) else body
    if isinstance(text, Scalar):
        parts.bodies.append(text.view)


def _listed(node: Node) -> Node | None:
    """Returns the list of parameters that a mapping is there for, as in exported workflows."""
    inner = node.get("parameter", "parameters", "values") if isinstance(node, Mapping) else None
    return inner if isinstance(inner, Sequence) else None


def _labels(headed: Mapping | Sequence, usual: str) -> tuple[str, str]:
    first = each(headed)[0] if isinstance(headed, Sequence) and headed.items else None
    if isinstance(first, Mapping):
        for entry in first.entries:
            if entry.key.text.lower() in _LABELS:
                return entry.key.text, "value"
    return usual, "value"


def _fields(whole: Mapping | Sequence) -> Iterator[tuple[View, View]]:
    """Yields the names and values of a mapping, or of a list of pairs."""
    for member, name, value in _members(whole):
        if not (isinstance(member, Mapping) and member.text("disabled").lower() in _OFF):
            yield name.view, value.view.cut(int(value.text.startswith("=")), len(value.text))  # n8n's mark


def _members(whole: Node) -> Iterator[tuple[Mapping | Pair, Scalar, Scalar]]:
    if isinstance(whole, Mapping):
        for entry in whole.entries:
            for given in each(entry.value):
                inner = given.get("equalto", "values", "value") if isinstance(given, Mapping) else given
                for one in each(inner):
                    if isinstance(one, Scalar):
                        yield entry, entry.key, one
        return
    for item in whole.items if isinstance(whole, Sequence) else ():
        if isinstance(item, Mapping):
            name, value = item.get(*_LABELS), item.get("value")
            if isinstance(name, Scalar) and isinstance(value, Scalar):
                yield item, name, value


def planned(root: Node, names: list[str], text: str, *, recorded: bool) -> Iterator[tuple[Entered, list[Change], str]]:
    """Yields each request of a file with the edits that move its key, or why there are none.

    Requests that one entry gives their key have edits all of them, or none has.
    """
    requests = list(entered(root, recorded=recorded))
    for one in requests:
        if one.key is not None and one.key.name.text.lower() not in names:
            one.key = None  # that of another vendor
    found = [(one, *moved(one, names, text)) for one in requests]
    stuck = {id(one.key.whole) for one, edits, _ in found if one.key is not None and not edits}
    for one, edits, manual in found:
        if one.key is not None and id(one.key.whole) in stuck:
            yield one, [], manual or "Another request that is given this key cannot send it as a token."
        else:
            yield one, edits, manual


def moved(one: Entered, names: list[str], text: str) -> tuple[list[Change], str]:
    """Returns the edits by which a request sends its key in a header, or why there are none."""
    lowered = {name.lower() for name in names}
    if any(name.text.strip().lower() == "authorization" for name, _ in one.parts.headers):
        return [], "The request already has an Authorization header; only one of both can stay."
    if one.key is None and _authenticates(one.node.get(*_AUTHENTICATION)):
        return [], "The request already says how it authenticates; only one of both can stay."
    edits: list[Change] = []
    values: list[str] = []
    found = parameter(one.parts.url.text, names)
    if found is not None and found["before"] and one.parts.url.known:
        values.append(_raw(text, one.parts.url.span(*found.span("value"))))
        edits.append((one.parts.url.span(*removed(found)), ""))
    for whole in one.queried:
        for member, name, given in _members(whole):
            if name.text.lower() in lowered:
                values.append(_raw(text, given.view.whole))
                members = whole.items if isinstance(whole, Sequence) else whole.entries
                cut = without(text, whole, index_of(members, member))
                if cut is None:
                    return [], "The key is the only parameter of its list; take the list out by hand."
                edits += cut
    if one.key is not None:
        values.append(_raw(text, one.key.value.view.whole))
    if len(set(values)) > 1:
        return [], "The request gives its key in several places, and not the same one; say by hand which is right."
    if not any(values):
        return [], "The key is not written in the request itself; change what puts it there."
    header = _header(one, values[0], text) if one.key is None else _as_bearer(one.key, text)
    if header is None:
        return [], "There is no place for a header that an edit can find."
    return [*edits, *header], ""


def _as_bearer(key: Key, text: str) -> list[Change] | None:
    """Returns the edits by which an entry about authentication gives a token instead of a key."""
    kind = key.whole.get("type")
    members = key.members.items if isinstance(key.members, Sequence) else key.members.entries
    at, label = next((at, label) for at, (label, value) in enumerate(map(_labelled, members)) if value is key.value)
    if not (isinstance(kind, Scalar) and isinstance(label, Scalar) and key.value.view.known):
        return None
    token = replaced(label, "token")
    if key.members is key.whole:
        first = next(at for at, entry in enumerate(key.whole.entries) if entry.value is kind)
        return [only(text, key.whole, sorted([first, at]), [replaced(kind, "bearer"), token])]
    named = next(entry for entry in key.whole.entries if entry.value is key.members)
    return [replaced(kind, "bearer"), replaced(named.key, "bearer"), only(text, key.members, [at], [token])]


def _labelled(member: Node | Pair) -> tuple[Node | None, Node | None]:
    """Returns the name and the value that a member of a mapping or of a list of pairs has."""
    if isinstance(member, Pair):
        return member.key, member.value
    return (member.get(*_LABELS), member.get("value")) if isinstance(member, Mapping) else (None, None)


def _authenticates(node: Node | None) -> bool:
    kind = node.text("type").lower() if isinstance(node, Mapping) else ""
    return isinstance(node, Mapping) and bool(node.entries) and kind not in ("", "none", "noauth", "inherit")


def _raw(text: str, at: Span) -> str:
    return text[at.start : at.end]


def _header(one: Entered, value: str, text: str) -> list[Change] | None:
    """Returns the edit that adds the header, in the manner of those that are there."""
    whole = one.headed
    if whole is None:
        if not one.node.flow:
            return None
        entry = f'"header": [{_pair(one.labels, value)}]' if one.parts.client == "postman" else None
        return with_first(text, one.node, entry) if entry else None
    if isinstance(whole, Sequence):
        if whole.flow:
            return with_first(text, whole, _pair(one.labels, value))
        name, held = one.labels
        return with_first(text, whole, f"- {name}: Authorization\n  {held}: Bearer {value}")
    listed = bool(whole.entries) and isinstance(whole.entries[0].value, Sequence)
    if whole.flow:
        shown = f'["Bearer {value}"]' if listed else f'"Bearer {value}"'
        return with_first(text, whole, f'"Authorization": {shown}')
    if not whole.entries:
        return None
    return with_first(text, whole, f"Authorization:\n- Bearer {value}" if listed else f"Authorization: Bearer {value}")


def _pair(labels: tuple[str, str], value: str) -> str:
    return f'{{"{labels[0]}": "Authorization", "{labels[1]}": "Bearer {value}"}}'


_HTTP = re.compile(
    r"^(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+(?P<url>\S+)(?:[ \t]+HTTP/[\d.]+)?[ \t]*\r?$"
    r"(?P<headers>(?:\n[A-Za-z][\w-]*:[^\n]*)*)",
    re.MULTILINE,
)
_FIELD = re.compile(r"^(?P<name>[A-Za-z][\w-]*):[ \t]*(?P<value>[^\r\n]*)", re.MULTILINE)


@dataclass(slots=True, eq=False)
class Lined:
    """A request as HTTP writes it: a line, and headers below it. ``after`` is where a header can be put."""

    at: Span
    parts: Parts
    after: int


def lined(view: View) -> Iterator[Lined]:
    """Yields each request line of a text with its headers."""
    for found in _HTTP.finditer(view.text):
        url = view.cut(*found.span("url"))
        headers = [
            (view.cut(*one.span("name")), view.cut(*one.span("value")))
            for one in _FIELD.finditer(view.text, found.start("headers"), found.end("headers"))
        ]
        parts = Parts(client="http", url=url, method=found["method"], headers=headers)
        host = next((value for name, value in headers if name.text.lower() == "host"), None)
        if host is not None and "://" not in url.text:
            parts.base = host
        yield Lined(view.span(*found.span()), parts, found.start("headers"))


def moved_line(one: Lined, names: list[str], view: View) -> tuple[list[Change], str]:
    """Returns the edits by which a request line sends its key in a header, or why there are none."""
    if any(name.text.lower() == "authorization" for name, _ in one.parts.headers):
        return [], "The request already has an Authorization header; only one of both can stay."
    found = parameter(one.parts.url.text, names)
    if found is None or not found["before"] or not found["value"]:
        return [], "The key is not written in the request itself; change what puts it there."
    url = one.parts.url
    place = view.span(one.after, one.after)
    newline = "\r\n" if view.text[one.after - 1 : one.after] == "\r" else "\n"
    if newline == "\r\n":
        place = Span(place.start - 1, place.start - 1)
    line = f"{newline}Authorization: Bearer {found['value']}"
    return [(url.span(*removed(found)), ""), (place, line)], ""
