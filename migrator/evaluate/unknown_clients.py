"""Client objects of libraries that nobody has modelled: they are known by HubSpot's address, which they are given."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from migrator.evaluate.arguments import Args
from migrator.evaluate.contracts import Library
from migrator.evaluate.request import Request
from migrator.evaluate.store import Instance, Items, Method, Table, Value
from migrator.evaluate.strings import flat, texts
from migrator.model.text import Location
from migrator.model.value import Ref, Unknown

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_BASE, _PARAMS, _HEADERS = "@base", "@params", "@headers"
_ADDRESSES = frozenset({"url", "uri", "path", "endpoint", "endpoint_path", "route", "resource"})
"""Keywords by which methods of clients take what follows the address of their client."""


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SENDERS = frozenset({"request", "fetch", "call", "api"})


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Returns the words of a name in lower case: ``getRaw`` and ``get_raw`` have two."""
    return tuple(word.lower() for word in _WORD.findall(name))


def sends_by_name(library: Library, name: str) -> bool:
    """Returns whether a function of which only the name is known may send a request."""
    return name.lower() in library.senders or _begins_or_ends_with(name, library.verbs)


@lru_cache(maxsize=16_384)
def _begins_or_ends_with(name: str, verbs: frozenset[str]) -> bool:
    """Returns whether the first or last word of a name is one of some verbs, or of those that all languages share."""
    words = words_of(name)
    ends = {*words[:1], *words[-1:]}
    return not (ends.isdisjoint(verbs) and ends.isdisjoint(_SENDERS))


def is_own_url(m: Interpreter, found: Value) -> bool:
    """Returns whether a value can be an absolute URL of HubSpot."""
    if isinstance(found, (Unknown, Table, Items)):
        return False
    for one in texts(found):
        scheme, mark, rest = flat(one).partition("://")
        if mark and scheme in ("http", "https") and m.vocabulary.is_own_host(rest.partition("/")[0].partition("?")[0]):
            return True
    return False


def is_keyed_url(m: Interpreter, found: Value) -> bool:
    """Returns whether a value can be a URL, perhaps without its host, that has the key's parameter in its query."""
    if isinstance(found, (Unknown, Table, Items)):
        return False
    names = m.vocabulary.key_parameters
    queries = (flat(one).partition("?")[2] for one in texts(found))
    return any(part.partition("=")[0].lower() in names for query in queries for part in query.split("&"))


def constructed(m: Interpreter, func: Value, args: Args, at: Location) -> Instance | None:
    """Returns the object that calling a class makes, or a constructor fills; None unless it is given HubSpot's address.

    What a constructor is given by keyword becomes an attribute.
    """
    constructor = f".{m.semantics.roles.constructor}"
    match func:
        case Ref(name=name) if name.rpartition(".")[2][:1].isupper():
            instance = Instance(name, at)
        case Method(name=name, receiver=Instance() as instance) if name.endswith(constructor):
            pass
        case Ref(name=name) if name.endswith(constructor) and args.positional:
            first, *rest = args.positional
            if not isinstance(first, Instance):
                return None
            instance, args = first, Args(rest, args.keywords, args.star, args.rest)
        case _:
            return None
    base = next((one for one in args.values() if is_own_url(m, one)), None)
    if base is None:
        return None
    m.heap.put(instance.cells, _BASE, base)
    for name, slot in args.keywords.items():
        if name not in instance.cells:
            m.heap.put(instance.cells, name, slot.value)
        for kind, cell in (("param", _PARAMS), ("header", _HEADERS)):
            if kind in name:
                m.heap.put(instance.cells, cell, slot.value)
    return instance


def request(receiver: Value | None, args: Args, method: Value | None) -> Request | None:
    """Returns what a method of such an object sends; None for any other, or without a path."""
    if not isinstance(receiver, Instance) or _BASE not in receiver.cells:
        return None
    named = (slot.value for name, slot in args.keywords.items() if name in _ADDRESSES)
    url = next(named, None) or next((one for one in args.positional if any(map(flat, texts(one)))), None)
    if url is None:
        return None
    cells = receiver.cells
    return Request(
        client="unknown",
        method=method,
        url=url,
        base=cells[_BASE],
        session_params=[cells[_PARAMS]] if _PARAMS in cells else [],
        session_headers=[cells[_HEADERS]] if _HEADERS in cells else [],
    )
