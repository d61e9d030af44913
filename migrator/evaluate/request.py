"""From what a client is given to the requests it sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from migrator.evaluate.fields import inside, pairs
from migrator.evaluate.frame import Frame
from migrator.evaluate.observations import answered
from migrator.evaluate.store import NONE, Table, Value
from migrator.evaluate.strings import HOLE, concat, cut, flat, known, origins, starts, texts
from migrator.evaluate.url import QueryItem, Url, parse, placed
from migrator.model.call import (
    AUTHORIZATION,
    ApiCall,
    Auth,
    AuthPlace,
    Carrier,
    Certainty,
    Context,
    KeySource,
    SentField,
    Step,
)  # fmt: skip
from migrator.model.text import Location
from migrator.model.unit import Arg, Call, Expr, Lit
from migrator.model.value import CONFIGURED, Chunk, Const, Hole, Text, Unknown
from migrator.model.vocabulary import Vocabulary, preview

if TYPE_CHECKING:
    from migrator.evaluate.interpreter import Interpreter

_OPEN = frozenset({AuthPlace.PARAMS, AuthPlace.SESSION_PARAMS, AuthPlace.HEADERS, AuthPlace.SESSION_HEADERS})
_SECRET = 8
"""How long a text with digits has to be to be taken for a credential."""
_CONFIGURED = CONFIGURED | {"import"}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


@dataclass(slots=True, kw_only=True)
class Request:
    """What one call of a client is given. ``base`` is put before a relative URL; ``carried`` is what an SDK adds.

    ``body_as`` names the options that give the body, ``options`` are those that give none of the parts.
    ``reason`` says why what is requested is not known, where the client alone knows it. ``open`` says that what sends
    it comes from outside, and may add a credential, ``unchecked`` that nobody checks the certificate of the server.
    """

    client: str
    method: Value | None
    url: Value
    base: Value | None = None
    params: list[Value] = field(default_factory=list)
    session_params: list[Value] = field(default_factory=list)
    headers: list[Value] = field(default_factory=list)
    session_headers: list[Value] = field(default_factory=list)
    body: list[Value] = field(default_factory=list)
    body_as: str = ""
    options: tuple[tuple[str, str], ...] = ()
    carried: list[Auth] = field(default_factory=list)
    session: Location | None = None
    made: Location | None = None
    operation: str = ""
    at: Callable[[Text], Location] | None = None
    reason: str = ""
    idle: bool = False
    open: bool = False
    unchecked: bool = False


def record(m: Interpreter, request: Request, frame: Frame, node: Expr) -> None:
    """Adds to the interpreter every request that a client call can send."""
    if not m.now.recording:
        return
    methods = _methods(request.method)
    urls = _urls(request)
    request.open = request.open or request.client in m.state.replaced
    certainty = Certainty.EXACT if len(methods) * len(urls) == 1 and not m.now.guesses else Certainty.LIKELY
    dumped = m.state.dumped  # what texts were made of, where the body is such a text
    request.body = [dumped.get(one.origin.location, one) if isinstance(one, Unknown) else one for one in request.body]
    shared = _Shared(request, m.vocabulary, m.now.context)
    address = (request.url, *request.params, *request.session_params)
    answered(m, request.client, address, (*request.headers, *request.body), frame.at(node.span), frame)
    trusting = request.unchecked or (isinstance(node, Call) and any(_leaves_unchecked(m, arg) for arg in node.args))
    for url in urls:
        place = placed(url)
        parsed = m.state.urls.get(place)
        if parsed is None:
            parsed = m.state.urls[place] = parse(url, m.vocabulary)
        for method in methods:
            at = request.at(url) if request.at is not None else frame.at(node.span)
            call = shared.call(parsed, url, method, certainty, frame, at)
            call = replace(call, unverified=True) if trusting else call
            if request.idle:
                m.results.idle.append(call)
            else:
                m.record(call, frame)


def _leaves_unchecked(m: Interpreter, arg: Arg) -> bool:
    """Returns whether an argument says that the certificate of the server is not checked."""
    return arg.name in m.library.verifies and isinstance(arg.value, Lit) and arg.value.value is False


_Method = tuple[str | None, str, tuple[Hole, ...]]
"""A method, or what decides it and what it is made of where it is not known."""


def _member(found: Text) -> list[str]:
    """Returns the method that a member of an enumeration is, which says so by its name: ``HttpMethod.POST``."""
    held = found.pieces[0] if len(found.pieces) == 1 else None
    owner, _, name = held.origin.name.rpartition(".") if isinstance(held, Hole) else ("", "", "")
    of_methods = owner.rpartition(".")[2].lower().endswith(("method", "methods", "verb"))
    return [name.upper()] if of_methods and name.upper() in _METHODS else []


def _methods(found: Value | None) -> list[_Method]:
    """Returns the methods a value can be."""
    if found is None:
        return [(None, "the method is not given", ())]
    named: list[_Method] = []
    for one in texts(found):
        written = (one.known() or "").upper()
        if written in _METHODS:
            named.append((written, "", ()))
            continue
        closed = one.pieces[0].options if len(one.pieces) == 1 and isinstance(one.pieces[0], Hole) else None
        verbs = [verb.upper() for verb in closed or () if verb.upper() in _METHODS] or _member(one)
        named += [(verb, "", ()) for verb in verbs] or [(None, f"the method is {one.pattern()[:60]}", _holes(one))]
    real = [one for one in named if one[0] is not None]
    return list(dict.fromkeys(real or named))


def _holes(found: Text) -> tuple[Hole, ...]:
    """Returns what is not known of a text, up to its query if it is a URL."""
    kept: list[Hole] = []
    for piece in found.pieces:
        if isinstance(piece, Hole):
            kept.append(piece)
        elif "?" in piece.text:
            break
    return tuple(dict.fromkeys(kept))


def _urls(request: Request) -> list[Text]:
    found: list[Text] = []
    for url in texts(request.url):
        if request.base is None or "://" in flat(url):
            found.append(url)
            continue
        for base in texts(request.base):
            found += _joined(base, url)
    return list(dict.fromkeys(found))


def _joined(base: Text, url: Text) -> Iterator[Text]:
    whole = flat(base)
    if not whole:
        yield url
        return
    base = cut(base, 0, len(whole.rstrip("/")))
    yield from texts(concat([base, Text((Chunk("" if flat(url).startswith("/") else "/"),)), url]))


_NAMED_BEFORE_HOST = re.compile(r"\w+://[^/?#]*@")
"""A user before the host, whose password clients send in the header for authorization, in place of any other."""
_SHARED = frozenset({AuthPlace.SESSION_PARAMS, AuthPlace.SESSION_HEADERS})


class _Shared:
    """The parts of a request that do not depend on which URL and method it has."""

    def __init__(self, request: Request, vocabulary: Vocabulary, context: Context) -> None:
        self.request, self.vocabulary, self.context = request, vocabulary, context
        self.auth: list[Auth] = list(request.carried)
        self.open: list[Auth] = []  # what may be a credential, where there is no other
        if request.open:
            self.open.append(Auth(carrier=Carrier.UNKNOWN, place=AuthPlace.NONE))
        self.query: list[SentField] = []
        self.headers: list[SentField] = []
        self.body: list[SentField] = []
        for place, group, taken in (
            (AuthPlace.SESSION_PARAMS, request.session_params, _taken_away(request.params)),
            (AuthPlace.PARAMS, request.params, frozenset[str]()),
        ):
            for found in group:
                self._split((one for one in pairs(found) if (one.name or "").lower() not in taken), place, self.query)
        for place, group, taken in (
            (AuthPlace.SESSION_HEADERS, request.session_headers, _taken_away(request.headers)),
            (AuthPlace.HEADERS, request.headers, frozenset[str]()),
        ):
            for found in group:
                self._split((one for one in pairs(found) if (one.name or "").lower() not in taken), place, self.headers)
        for found in request.body:
            self._split((*pairs(found), *inside(found)), AuthPlace.BODY, self.body)

    def _split(self, items: Iterable[QueryItem], place: AuthPlace, rest: list[SentField]) -> None:
        for item in items:
            carrier = carrier_of(item, place, self.vocabulary)
            if carrier is None:
                rest.append(SentField(name=item.name, value=item.value))
            else:
                sure = item.always and (place not in _SHARED or self._is_left(item, place))
                held = credential(item, place, carrier)
                self.auth.append(replace(held, always=sure, maybe=item.maybe, left=item.left))
            if item.name is None and place in _OPEN:
                self.open.append(_perhaps(item, place))

    def _is_left(self, item: QueryItem, place: AuthPlace) -> bool:
        """Whether what a session holds is sent: nothing that a call is given can take its place."""
        given = self.request.params if place is AuthPlace.SESSION_PARAMS else self.request.headers
        named = [one.name for found in given for one in pairs(found)]
        return item.name is not None and None not in named and item.name.lower() not in {str(n).lower() for n in named}

    def call(self, url: Url, text: Text, method: _Method, certainty: Certainty, frame: Frame, at: Location) -> ApiCall:
        """Returns the request to one URL with one method."""
        query: list[SentField] = []
        auth = list(self.auth)
        if _NAMED_BEFORE_HOST.match(flat(text)):
            auth.append(Auth(carrier=Carrier.OTHER, place=AuthPlace.AUTH))
        in_url: list[QueryItem] = []
        unknown = list(self.open)
        for item in url.query:
            carrier = carrier_of(item, AuthPlace.URL, self.vocabulary)
            if carrier is None:
                query.append(SentField(name=item.name, value=item.value, at=item.at, offset=item.offset))
                unknown += [_perhaps(item, AuthPlace.URL)] if item.name is None else []
            else:
                in_url.append(item)
                sure = certainty is Certainty.EXACT
                auth.append(replace(credential(item, AuthPlace.URL, carrier), always=sure))
        own = self.request.reason
        auth = auth or unknown
        if len(auth) == 1:
            auth = [replace(auth[0], alone=True)]
        reason = own or "; ".join(filter(None, (method[1], "" if url.path else f"the URL is {text.pattern()[:80]}")))
        host = url.host if url.host is not None or not url.own else None
        return ApiCall(
            location=at, via=frame.via, client=self.request.client, method=method[0], scheme=url.scheme, host=host,
            own=url.own, base=base_of(text, url), broken=url.broken, path=None if own else url.path,
            query=(*query, *self.query), headers=tuple(self.headers), body=tuple(self.body),
            auth=tuple(dict.fromkeys(auth)),
            trace=_trace(text, auth, at), session=self.request.session, made=self.request.made, context=self.context,
            certainty=certainty, unknown=(*method[2], *(() if url.path else _holes(text))), reason=reason or None,
            operation=self.request.operation, body_as=self.request.body_as, options=self.request.options,
        )  # fmt: skip


def other_options(
    given: Iterable[tuple[object, Value]], named: Container[str], *, closed: bool
) -> tuple[tuple[str, str], ...]:
    """Returns the options beside those *named*, each with its value if that is known, and ``*`` where not *closed*."""
    found = {name: _shown(one) for name, one in given if isinstance(name, str) and name not in named}
    return (*sorted(found.items()), *(() if closed else (("*", ""),)))


def _shown(found: Value) -> str:
    if isinstance(found, Const):
        return repr(found.value)
    return next((shown for one in texts(found) if (shown := one.known())), "") if isinstance(found, Text) else ""


def base_of(text: Text, url: Url) -> str:
    """Returns the name that the host of a URL is configured under, perhaps with a default, empty where it has none."""
    first = next((piece for piece in text.pieces if not isinstance(piece, Chunk) or piece.text), None)
    if isinstance(first, Hole):
        named = None if url.own or url.host is not None else first.origin
    else:
        named = first.origin if first is not None and "://" in first.text else None
    return named.name if named is not None and named.how in _CONFIGURED else ""


def _taken_away(group: Iterable[Value]) -> frozenset[str]:
    """Returns the names, in lower case, for which a call gives nothing: what its session holds there is not sent."""
    tables = [found for found in group if isinstance(found, Table)]
    named = (slot.key for table in tables for _, slot in table.slots() if slot.value == NONE and not slot.maybe)
    return frozenset(name.lower() for name in map(known, named) if name)


def _perhaps(item: QueryItem, place: AuthPlace) -> Auth:
    """Returns what a parameter or header of an unknown name may be: a credential, surely so if it is configured."""
    if _is_configured(item.value):
        return credential(item, place, Carrier.UNKNOWN)
    return Auth(carrier=Carrier.UNKNOWN, place=place)


def carrier_of(item: QueryItem, place: AuthPlace, words: Vocabulary) -> Carrier | None:
    """Returns what kind of credential a parameter, header or field is, None where it is none."""
    if item.name is None:
        return None
    name = item.name.lower()
    if place in (AuthPlace.HEADERS, AuthPlace.SESSION_HEADERS):
        if name == AUTHORIZATION:
            return _scheme(item.value)
        return Carrier.HEADER_KEY if name in words.key_headers or name in words.key_parameters else None
    if place is AuthPlace.BODY:
        return Carrier.BODY_KEY if name in words.key_parameters else None
    if name in words.key_parameters:
        return Carrier.QUERY_KEY
    return Carrier.QUERY_TOKEN if name in words.token_parameters else None


def _is_configured(value: Text | None) -> bool:
    """Returns whether a value is nothing but one that the program is configured with, as a credential would be."""
    holes = [piece for piece in value.pieces if isinstance(piece, Hole)] if value else []
    return len(holes) == 1 and holes[0].origin.how in _CONFIGURED and flat(value or Text(())) == HOLE


def _trace(url: Text, auth: list[Auth], at: Location) -> tuple[Step, ...]:
    steps = [
        Step(role="key", location=source.location) for one in auth for source in one.sources if source.location.path
    ]
    places = (piece.origin.location for piece in url.pieces if isinstance(piece, Chunk) and piece.origin)
    steps += [Step(role="url", location=place) for place in places if place.path]
    return tuple(dict.fromkeys((*steps, Step(role="send", location=at))))


def _scheme(found: Text | None) -> Carrier:
    """Returns what an Authorization header carries."""
    if found is None:
        return Carrier.UNKNOWN
    if starts(cut(found, 0, 7), "Bearer ") or (found.known() or flat(found)).lower().startswith("bearer "):
        return Carrier.BEARER
    return Carrier.UNKNOWN if flat(found).startswith(HOLE) else Carrier.OTHER


def credential(item: QueryItem, place: AuthPlace, carrier: Carrier) -> Auth:
    """Returns the credential that a parameter or header carries."""
    value = item.value
    if carrier is Carrier.BEARER and value is not None and flat(value).lower().startswith("bearer "):
        value = cut(value, len("bearer "))
    return Auth(
        carrier=carrier, place=place, name=item.name or "", name_at=item.at, offset=item.offset, value=value,
        value_at=_value_at(value), sources=tuple(sources(value)),
    )  # fmt: skip


def _value_at(value: Text | None) -> Location | None:
    if value is None or len(value.pieces) != 1:
        return None
    piece = value.pieces[0]
    return piece.origin.location if piece.origin and piece.origin.location.path else None


def sources(value: Text | None) -> Iterator[KeySource]:
    """Yields where the pieces of a credential entered the program."""
    if value is None:
        return
    for piece in value.pieces:
        for origin in origins(piece) if isinstance(piece, Hole) or piece.text.strip() else ():
            if isinstance(piece, Chunk) and not origin.location.path:
                continue  # what nobody has written, such as a parameter that a call leaves out
            form, of = "", origin.of
            if of is not None:
                form, origin = origin.name.removeprefix(of.name), of
            name = _written(piece.text) if isinstance(piece, Chunk) and origin.how == "literal" else origin.name
            yield KeySource(how=origin.how, name=name, location=origin.location, form=form)


def _written(text: str) -> str:
    """Returns what names a credential that is part of a longer literal: a placeholder by itself, others in part."""
    return preview(text) if len(text) >= _SECRET and any(map(str.isdigit, text)) else repr(text)
