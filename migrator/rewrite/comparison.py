"""Compares the requests of two states of a program, whoever changed it: matched by the request, not by its place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from migrator.catalog.clients import client_named
from migrator.model.call import AUTHORIZATION, SPELLED, ApiCall, Auth, AuthPlace, Carrier, Context, SentField
from migrator.model.value import Chunk, Hole, Piece, Text
from migrator.rewrite.entries import MOVABLE, KnownRequest
from migrator.rewrite.snapshot import carried, is_nothing

_SAYING = frozenset({"environment", "setting", "config", "secret_manager"})
"""Where a credential is told apart by name; what callers or objects give goes by other names after a restructuring."""
_IDLE = frozenset({Context.TEST, Context.RECORDED, Context.COMMENT})
_LIKE = {"method": 4, "path": 6, "host": 3, "scheme": 1, "query": 1, "headers": 1, "body": 1}
_PARAMS = {"query": "query parameter", "headers": "header", "body": "field of the body"}
_CONTENT = "content-type"
_JSON = {(_CONTENT, "application/json"), (_CONTENT, "application/json; charset=utf-8")}
_UNNAMED = {
    "query parameter": "what is not known of the query parameters",
    "header": "what is not known of the headers",
    "field of the body": "what has no name in the body",
}
_SPELLED = re.compile(r"(?<!\w)\$?\{\{?[A-Za-z_][\w.]*\}|\$[A-Za-z_]\w*")
"""A variable as it is written where text is put together, which is the text itself in quotes of another kind."""
_Params: TypeAlias = frozenset[tuple[str, str]]
_ALIKE = 7
"""How much two requests must have in common to be one that differs: less, and one is lost and the other new."""


class Outcome(StrEnum):
    """What became of a request."""

    MOVED = "moved"
    EQUAL = "equal"
    DIFFERS = "differs"
    LOST = "lost"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRequest:
    """One request of the two states; ``problems`` say what is not accounted for, each as a clause."""

    verdict: Outcome
    before: ApiCall | None = None
    after: ApiCall | None = None
    problems: tuple[str, ...] = ()

    @property
    def call(self) -> ApiCall:
        """The request as it is now, or as it was."""
        call = self.after or self.before
        assert call is not None
        return call


def compare(
    before: Iterable[KnownRequest],
    after: Iterable[KnownRequest],
    *,
    renames: Mapping[str, str] | None = None,
    by_hand: bool = False,
) -> tuple[ComparedRequest, ...]:
    """Returns what became of each request, those with problems first in the order of their places.

    ``renames`` are the new names of sources that were renamed on purpose. Of requests that people send *by hand* only
    those are told that were changed: documents come and go, and may speak of what was.
    """
    names = renames or {}
    was = [request for request in before if by_hand or request.call.context not in _IDLE]
    now = [request for request in after if by_hand or request.call.context not in _IDLE]
    renamed = _hints(was) ^ _hints(now)
    old = [_Seen(request, names, renamed) for request in was]
    new = [_Seen(request, {}, renamed) for request in now]
    pairs = (pair for pair in _pairs(old, new) if not by_hand or _is_changed(*pair))
    rows = [_row(one, other) for one, other in pairs]
    return tuple(sorted(rows, key=lambda row: (not row.problems, row.call.location, row.call.via)))


class _Seen:
    """A request with what is compared of it."""

    def __init__(self, request: KnownRequest, renames: Mapping[str, str], renamed: frozenset[str]) -> None:
        self.call = call = request.call
        self.is_developer = request.credentials == {"developer_key"}
        self.is_ours = call.own or (call.host is None and request.match is not None)
        self.params = {
            "query": _params(call.query, renamed),
            "headers": _params(_telling(call.headers), renamed, fold=True),
            "body": _params(call.body, renamed),
        }
        self.parts: dict[str, object] = {
            "method": call.method,
            "scheme": call.scheme,
            "host": call.host if call.host is not None else call.own,
            "path": (_shape(call), call.broken),
            **self.params,
        }
        auths = carried(call.auth)
        self.carried = auths
        self.keys = [auth for auth in auths if auth.carrier in MOVABLE]
        self.bearers = [auth for auth in auths if auth.carrier is Carrier.BEARER]
        self.others = [auth for auth in auths if auth.carrier not in MOVABLE and auth.carrier is not Carrier.BEARER]
        waits = bool(auths) and all(map(is_nothing, auths))
        self.is_blank = waits or any(is_nothing(auth) and auth.name.lower() == AUTHORIZATION for auth in call.auth)
        self.sources = _sources(self.keys + self.bearers, renames)
        hows = {one.how for auth in (*self.keys, *self.bearers) for one in auth.sources}
        self.is_given = hows == {"parameter"}

    @property
    def signature(self) -> tuple[object, ...]:
        return tuple(self.parts.values())

    def likeness(self, other: _Seen) -> int:
        """Returns how much two requests have in common."""
        equal = sum(weight for name, weight in _LIKE.items() if self.parts[name] == other.parts[name])
        near = self.call.location.path == other.call.location.path
        return equal + 2 * near + (self.sources == other.sources) + (self.call.options == other.call.options)


# -- which request is which -----------------------------------------------------------------------------------------


def _pairs(old: Sequence[_Seen], new: Sequence[_Seen]) -> Iterator[tuple[_Seen | None, _Seen | None]]:
    """Yields each request with what it has become: equal ones first, then those that have the most in common."""
    left: dict[tuple[object, ...], list[_Seen]] = defaultdict(list)
    for one in new:
        left[one.signature].append(one)
    made = Counter(one.signature for one in new)
    unmatched = []
    for one in old:
        alike = left[one.signature]
        if alike:
            best = max(alike, key=one.likeness)
            alike.remove(best)
            yield one, best
        else:
            unmatched.append(one)
    rest = [one for found in left.values() for one in found]
    known = {one.signature for one in old}
    for score, one, other in _ranked(unmatched, rest):
        if score >= _ALIKE and one in unmatched and other in rest:
            unmatched.remove(one)
            rest.remove(other)
            yield one, other
    yield from ((one, None) for one in unmatched)
    for other in rest:
        again = other.signature in known and made[other.signature] > 1
        twin = next((one for one in old if one.signature == other.signature), None) if again else None
        yield twin, other


def _ranked(old: Sequence[_Seen], new: Sequence[_Seen]) -> list[tuple[int, _Seen, _Seen]]:
    found = [(one.likeness(other), one, other) for one in old for other in new]
    return sorted(found, key=lambda pair: -pair[0])


def _is_changed(old: _Seen | None, new: _Seen | None) -> bool:
    """Returns whether a request is in both states, and not the same: its key may have become a token."""
    if old is None or new is None:
        return False
    ways = [Counter((auth.carrier, auth.place) for auth in seen.call.auth) for seen in (old, new)]
    return old.signature != new.signature or ways[0] != ways[1]


# -- what differs ---------------------------------------------------------------------------------------------------


def _row(old: _Seen | None, new: _Seen | None) -> ComparedRequest:
    if new is None:
        assert old is not None
        return ComparedRequest(verdict=Outcome.LOST, before=old.call, problems=("the request is no longer sent",))
    if old is None:
        problems = ("the request was not sent before", *_credential(new))
        return ComparedRequest(verdict=Outcome.NEW, after=new.call, problems=problems)
    problems = (*_differences(old, new), *_credentials(old, new), *_credential(new, old))
    moved = bool(old.keys) and not old.is_developer
    verdict = Outcome.DIFFERS if problems else Outcome.MOVED if moved else Outcome.EQUAL
    return ComparedRequest(verdict=verdict, before=old.call, after=new.call, problems=tuple(dict.fromkeys(problems)))


def _differences(old: _Seen, new: _Seen) -> Iterator[str]:
    for name in ("method", "scheme", "host"):
        was, now = old.parts[name], new.parts[name]
        encrypted = name == "scheme" and (was, now) == ("http", "https") and bool(old.keys) and bool(new.bearers)
        if was != now and not encrypted:
            yield f"the {name} was {_named(was)}, is {_named(now)}"
    if new.call.base and not old.call.base and new.bearers:
        yield f"the address begins with what {new.call.base} says, which was not so before: the token goes there"
    if old.parts["path"] != new.parts["path"]:
        if new.call.broken and not old.call.broken:
            yield "& stands where ? has to open the query"
        if _shape(old.call) != _shape(new.call):
            yield f"the path was {old.call.endpoint or 'not known'}, is {new.call.endpoint or 'not known'}"
    ways = (old.call.body_as, new.call.body_as)
    if old.call.client == new.call.client and all(ways) and ways[0] != ways[1] and SPELLED not in ways:
        yield f"the body was given as {ways[0]}, is given as {ways[1]}"
    if new.call.body_as == SPELLED != old.call.body_as:
        yield f"the body is an object, of which the client makes the text {SPELLED}"
    if new.call.unverified and not old.call.unverified:
        yield "the certificate of the server is no longer checked"
    apart = old.call.client != new.call.client  # many clients say by themselves that a body is JSON
    said = frozenset(one for one in old.params["headers"] | new.params["headers"] if apart and one in _JSON)
    for name, what in _PARAMS.items():
        yield from _of_params(what, old.params[name] - said, new.params[name] - said)
    yield from _of_options(old.call, new.call)
    if _untold(old.call, new.call):
        yield "nothing says any more that the body is JSON: add the header Content-Type"


def _of_options(old: ApiCall, new: ApiCall) -> Iterator[str]:
    """Yields the other options of the same client that came, went or have another value: redirects, time limits."""
    was, now = dict(old.options), dict(new.options)
    for name in sorted((was.keys() | now.keys()) - {"*"} if old.client == new.client else ()):
        if name not in now and "*" not in now:
            yield f"the option {name} is no longer given"
        elif name not in was and "*" not in was:
            yield f"the option {name} was not given before"
        elif was.get(name) and now.get(name) and was[name] != now[name]:
            yield f"the option {name} was {was[name]}, is {now[name]}"


def _named(found: object) -> str:
    return str(found) if found and not isinstance(found, bool) else "not known"


def _of_params(what: str, was: _Params, now: _Params) -> Iterator[str]:
    gone, come = _grouped(was - now), _grouped(now - was)
    for name in sorted(gone.keys() | come.keys()):
        shown = f"{what} {name}" if name else _UNNAMED[what]
        if name not in come:
            yield f"{shown} is no longer sent"
        elif name not in gone:
            yield f"{shown} was not sent before"
        else:
            yield f"{shown} has another value"


def _grouped(found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for name, value in found:
        grouped[name].add(value)
    return grouped


def _credentials(old: _Seen, new: _Seen) -> Iterator[str]:
    """Yields what is wrong with the credential as it is now, by what it was."""
    if old.is_developer:
        if new.bearers and not new.keys:
            yield "the endpoint takes a developer key, and no longer gets it"
        return
    if (old.keys or old.bearers) and not (new.bearers or new.keys):
        yield "the credential is no longer sent" if not new.others else "Authorization is no Bearer token"
    elif not (old.keys or old.bearers) and new.bearers:
        yield "a token is sent that was not sent before"
    elif old.sources != new.sources and old.sources and new.sources:
        yield f"the credential was read from {_told(old.sources)}, is read from {_told(new.sources)}"
    elif old.is_given and new.sources and len(old.call.via) == len(new.call.via):
        yield f"callers gave the credential, it is read from {_told(new.sources)} for all of them"
    yield from _values(old, new)


def _values(old: _Seen, new: _Seen) -> Iterator[str]:
    """Yields what is wrong with the value of the credential as it is now, by what it was."""
    if new.bearers and all(auth.maybe for auth in new.carried) and not any(auth.maybe for auth in old.carried):
        yield "the token is not sent in every case"
    if set(map(_around, new.bearers)) - set(map(_around, old.carried)) - {""}:
        yield "white space or other text is sent around the token"
    if new.is_blank and new.bearers and not old.is_blank:
        yield "an empty Authorization header takes the place of the token"
    if written := _secrets(new) - _secrets(old):
        told = "the token is another text than the key was" if _secrets(old) else "the token is written in the source"
        yield "the name of a variable is sent, not its value" if all(map(_SPELLED.search, written)) else told
    if not _unseen(old) and (unseen := _unseen(new)):
        yield f"the credential is what {_told(unseen)} gives, of which nothing is known"
    if {auth.carrier for auth in old.others} != {auth.carrier for auth in new.others} and (new.bearers or new.keys):
        yield "another credential is sent beside the token, or no longer"


def _around(auth: Auth) -> str:
    """Returns what is sent around a credential: all but what a variable gives, and the spaces around a written one."""
    pieces = auth.value.pieces if auth.value else ()
    written = "".join(piece.text for piece in pieces if isinstance(piece, Chunk))
    if any(isinstance(piece, Hole) for piece in pieces):
        return written
    return written[: len(written) - len(written.lstrip())] + written[len(written.rstrip()) :]


def _credential(new: _Seen, old: _Seen | None = None) -> Iterator[str]:
    """Yields what is wrong with the credential of a request, whatever it was."""
    ours = new.is_ours or any(key.carrier is not Carrier.QUERY_TOKEN for key in new.keys)
    if new.keys and not new.is_developer and ours:
        names = ", ".join(sorted({auth.name for auth in new.keys}))
        if new.bearers and all(_is_by_release(auth) for auth in new.keys):
            yield f"some releases of {new.call.client.rpartition(':')[2]} send {names} in the query: ask for later ones"
        else:
            yield f"it still sends {names}{' beside the token' if new.bearers else ''}"
    emptied = {auth.name for auth in new.call.auth if auth.carrier in MOVABLE and is_nothing(auth)}
    if emptied and new.bearers:
        yield f"it still sends {', '.join(sorted(emptied))}, without a value"
    led = old is not None and old.call.host == new.call.host and bool(old.keys or old.bearers)
    if new.bearers and not new.call.own and new.call.host is not None and not led:
        yield f"the token is sent to {new.call.host}, which is not HubSpot's"
    if new.bearers and new.call.scheme == "http":
        yield "the token is sent over plain http"


def _unseen(seen: _Seen) -> set[str]:
    """Returns what gives the credentials of a request without telling what: undefined names, functions not known."""
    return {one.name for auth in seen.carried for one in auth.sources if one.how in ("unknown", "call")}


def _is_by_release(auth: Auth) -> bool:
    """Returns whether it is for the release of a client library to say that a token is sent in the query."""
    return auth.place is AuthPlace.SDK and auth.carrier is Carrier.QUERY_TOKEN


def _sources(auths: Iterable[Auth], renames: Mapping[str, str]) -> frozenset[str]:
    """Returns the names that credentials are read from; a written one and one that callers give have none."""
    read = (one for auth in auths for one in auth.sources if one.how in _SAYING)
    return frozenset(renames.get(one.name, one.name) + one.form for one in read)


def _told(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))


def _secrets(seen: _Seen) -> set[str]:
    """Returns the credentials of a request that stand in the source."""
    pieces = (p for auth in (*seen.keys, *seen.bearers) if auth.value for p in auth.value.pieces if _is_written(p))
    written = (piece.text if isinstance(piece, Chunk) else piece.secret for piece in pieces)
    return {text.strip().removeprefix("Bearer").strip() for text in written} - {"", "bearer"}


def _is_written(piece: Piece) -> bool:
    return isinstance(piece, Chunk) or piece.origin.how == "literal"


def _telling(headers: Iterable[SentField]) -> Iterator[SentField]:
    """Yields the headers that can change the answer: HubSpot answers with JSON, whether a request asks or not."""
    for one in headers:
        if (one.name or "").lower() != "accept" or _known(one) not in ("application/json", "*/*"):
            yield one


def _known(one: SentField) -> str:
    return ((one.value and one.value.known()) or "").partition(";")[0].strip().lower()


def _says_json(call: ApiCall) -> bool:
    """Returns whether a header says that the body is JSON."""
    return any((one.name or "").lower() == _CONTENT and _known(one) == "application/json" for one in call.headers)


def _untold(old: ApiCall, new: ApiCall) -> bool:
    """Returns whether the server is no longer told that a body is JSON: not every client says so by itself."""
    client, was = client_named(new.client), client_named(old.client)
    silent = client is not None and client.spells_body and bool(new.body) and new.body_as != SPELLED
    return silent and not (_says_json(new) or (was is not None and was.spells_body))


# -- what requests are compared by ----------------------------------------------------------------------------------


def _shape(call: ApiCall) -> object:
    """Returns a path apart from what its variables are called, and from what may be a query once the key is gone."""
    return call.path and call.path.without_end().shape()


def _params(params: Iterable[SentField], renamed: frozenset[str], *, fold: bool = False) -> _Params:
    return frozenset(
        (((one.name or "").lower() if fold else one.name or ""), _value(one.value, renamed)) for one in params
    )


def _value(value: Text | None, renamed: frozenset[str]) -> str:
    """Returns a value with what is not known of it by name, or by how it is computed where one state lacks that."""
    pieces = value.pieces if value is not None else ()
    return "".join(one.text if isinstance(one, Chunk) else f"{{{_hint(one, renamed)}}}" for one in pieces)


def _hint(hole: Hole, renamed: frozenset[str]) -> str:
    computed = hole.origin.name if hole.origin.how == "operator" else ""
    return computed if hole.hint in renamed else hole.hint


def _hints(requests: Iterable[KnownRequest]) -> frozenset[str]:
    """Returns what the values of some requests are called that are not known."""
    calls = [request.call for request in requests]
    params = [one.value for call in calls for one in (*call.query, *call.headers, *call.body) if one.value]
    return frozenset(piece.hint for value in params for piece in value.pieces if isinstance(piece, Hole))
