"""A request as it is written down, what it sends, and the edits that move its key into a header."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from migrator.carriers.shell import Word
from migrator.carriers.texts import HOLE, as_text
from migrator.carriers.view import View
from migrator.evaluate.request import base_of, carrier_of, credential
from migrator.evaluate.url import QueryItem, parse, query_items
from migrator.model.call import ApiCall, Auth, AuthPlace, Carrier, Context, SentField, Step
from migrator.model.text import Location, Span
from migrator.model.value import Chunk, Text
from migrator.model.vocabulary import Vocabulary

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(slots=True, eq=False, kw_only=True)
class Parts:
    """What a request consists of, each part as it stands in the file.

    ``base`` is text that goes before the URL. ``queries`` are whole parameters ``name=value``, ``fields`` parameters
    whose name and value stand apart, ``headers`` and ``filled`` (of the body) likewise, ``tokens`` what is sent as
    Bearer, and ``bodies`` texts that are sent. ``read`` gives a view as a text, ``own`` says that places in it are
    those of the file, and ``open`` that what stands elsewhere can add a credential.
    """

    client: str
    url: View
    method: str | None = "GET"
    base: View | None = None
    queries: list[View] = field(default_factory=list)
    fields: list[tuple[View, View]] = field(default_factory=list)
    headers: list[tuple[View, View]] = field(default_factory=list)
    tokens: list[View] = field(default_factory=list)
    bodies: list[View] = field(default_factory=list)
    filled: list[tuple[View, View]] = field(default_factory=list)
    fill: Callable[[Text], Text] = lambda text: text
    read: Callable[[View, str], Text] = as_text
    own: bool = True
    open: bool = False


def request(parts: Parts, path: str, at: Span, words: Vocabulary) -> ApiCall:
    """Returns what a written request sends; ``at`` is the place of all of it."""
    read = parts.read
    whole = parts.fill(read(parts.url, path))
    if parts.base is not None and "://" not in parts.url.text:
        whole = Text((*read(parts.base, path).pieces, *whole.pieces))
    url = parse(whole, words)
    queried = [(item, AuthPlace.URL) for item in url.query]
    queried += [(item, AuthPlace.PARAMS) for one in parts.queries for item in query_items(read(one, path))]
    queried += [(_item(name, read(value, path), path), AuthPlace.PARAMS) for name, value in parts.fields]
    headed = [(_item(name, read(value, path), path), AuthPlace.HEADERS) for name, value in parts.headers]
    headed += [(_token(one, read(one, path), path), AuthPlace.HEADERS) for one in parts.tokens]
    sent = [(item, AuthPlace.BODY) for one in parts.bodies for item in _fields(one, read(one, path))]
    sent += [(_item(name, read(value, path), path), AuthPlace.BODY) for name, value in parts.filled]
    auth: list[Auth] = []
    rest: dict[AuthPlace, list[SentField]] = {AuthPlace.PARAMS: [], AuthPlace.HEADERS: [], AuthPlace.BODY: []}
    for item, place in (*queried, *headed, *sent):
        carrier = carrier_of(item, place, words)
        if carrier is None:
            rest[AuthPlace.PARAMS if place is AuthPlace.URL else place].append(
                SentField(name=item.name, value=item.value)
            )
        else:
            found = credential(item, place, carrier)
            auth.append(_named(found) if parts.own else found)
    unnamed = any(item.name is None for item, _ in queried)  # what a query is made of elsewhere
    if (parts.open or unnamed) and not auth:
        auth.append(Auth(carrier=Carrier.UNKNOWN, place=AuthPlace.NONE))
    here = Location(path, at)
    return ApiCall(
        location=here,
        client=parts.client,
        method=parts.method if parts.method in METHODS else None,
        scheme=url.scheme,
        host=url.host if url.host is not None or not url.own else None,
        own=url.own,
        base=base_of(whole, url),
        broken=url.broken,
        path=url.path,
        query=tuple(rest[AuthPlace.PARAMS]),
        headers=tuple(rest[AuthPlace.HEADERS]),
        body=tuple(rest[AuthPlace.BODY]),
        auth=tuple(auth),
        trace=(Step(role="url", location=Location(path, parts.url.whole)), Step(role="send", location=here)),
        context=Context.RECORDED,
        reason=None if url.path else f"the URL is {whole.pattern()[:80]}",
    )


def _named(auth: Auth) -> Auth:
    """Returns the credential with the place of its name alone, where the name is part of a longer text."""
    if auth.name_at is None:
        return auth
    start = auth.name_at.span.start + auth.offset
    return replace(auth, name_at=Location(auth.name_at.path, Span(start, start + len(auth.name))), offset=0)


def _item(name: View, value: Text, path: str) -> QueryItem:
    return QueryItem(name=name.text.strip(), value=value, at=Location(path, name.whole))


def _token(view: View, value: Text, path: str) -> QueryItem:
    text = Text((Chunk("Bearer "), *value.pieces))
    return QueryItem(name="Authorization", value=text, at=Location(path, view.whole))


def _fields(body: View, read: Text) -> Iterator[QueryItem]:
    """Yields the fields of a body, of JSON or of a form; any other has one field without a name."""
    text = body.text.strip()
    if text.startswith("{"):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            for name, value in data.items():
                yield QueryItem(name=name, value=Text((Chunk(value if isinstance(value, str) else json.dumps(value)),)))
            return
    if "=" in text and not text.startswith(("@", "<", "[", "{")):
        yield from query_items(read)
    elif text:
        yield QueryItem(name="", value=read)


def parameter(text: str, names: Sequence[str]) -> re.Match[str] | None:
    """Returns the place of the first parameter of one of the names in a URL or query text."""
    named = "|".join(map(re.escape, sorted(names)))
    value = rf"(?P<value>(?:{_LOOSE.sub('', HOLE.pattern)}|[^&\#\s\"'])*)"
    return re.compile(rf"(?P<before>^|[?&])(?P<name>{named})={value}", re.VERBOSE | re.IGNORECASE).search(text)


_LOOSE = re.compile(r"\?P<\w+>")


def removed(found: re.Match[str]) -> tuple[int, int]:
    """Returns the range to take out of a URL so that what is left of its query is a query still."""
    start, end = found.span()
    if found["before"] == "&":
        return start, end
    follows = found.string[end : end + 1] == "&"
    return start + len(found["before"]) if follows else start, end + 1 if follows else end


def segments(word: Word, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """Yields the quote and the place of each part of a range of a word that stands together in the file."""
    view = word.view
    first = start
    for at in range(start + 1, end + 1):
        if at == end or word.quotes[at] != word.quotes[first] or view.starts[at] != view.ends[at - 1]:
            yield word.quotes[first], view.span(first, at)
            first = at
