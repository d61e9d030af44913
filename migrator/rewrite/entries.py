"""The places at which credentials enter requests, and whether two of them are ever sent together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from migrator.evaluate.visit import blocks
from migrator.model.call import ApiCall, Auth, AuthPlace, Carrier, Context
from migrator.model.draft import KeyEntry
from migrator.model.scope import EndpointMatch
from migrator.model.text import Location, Span
from migrator.model.unit import ClassDef, Def, For, If, Stmt, Unit, While
from migrator.model.value import CONFIGURED

MOVABLE = frozenset({Carrier.QUERY_KEY, Carrier.QUERY_TOKEN, Carrier.HEADER_KEY, Carrier.BODY_KEY, Carrier.SDK_KEY})
_KEYS = MOVABLE - {Carrier.QUERY_TOKEN}
_CONFIGURED = CONFIGURED | {"literal"}
_OWN = frozenset({AuthPlace.HEADERS, AuthPlace.SESSION_HEADERS, AuthPlace.SDK})
_IDLE = frozenset({Context.COMMENT, Context.RECORDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRequest:
    """One call under the id by which reports and changes speak of it, with what the catalog says of it."""

    id: str
    call: ApiCall
    match: EndpointMatch | None = None

    @property
    def credentials(self) -> frozenset[str]:
        """The kinds of credential that the endpoints take which the request can be."""
        if self.match is None:
            return frozenset()
        return self.match.credentials or frozenset({self.match.credential})

    @property
    def sources(self) -> frozenset[tuple[str, str]]:
        """Where its keys come from."""
        return sources_of((self.call,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How an SDK is switched from key to token: the ``keyword`` for a token, empty when it cannot send Bearer.

    ``reason`` is a sentence when switching may change more than where the credential travels.
    """

    keyword: str
    reason: str | None = None


def has_token(call: ApiCall) -> bool:
    """Returns whether a request surely carries a Bearer token of its own beside what can be moved."""
    tokens = [auth for auth in call.auth if auth.carrier not in MOVABLE]
    own = all(auth.carrier is Carrier.BEARER and auth.place in _OWN and auth.always for auth in tokens)
    return bool(tokens) and own and all(auth.always for auth in call.auth)


def is_either(call: ApiCall) -> bool:
    """Returns whether a request that can carry several credentials carries one of them at a time."""
    return all(auth.alone for auth in call.auth if auth.carrier in MOVABLE)


def sources_of(calls: Iterable[ApiCall]) -> frozenset[tuple[str, str]]:
    """Returns where the keys of some calls come from."""
    keys = (auth for call in calls for auth in call.auth if auth.carrier in MOVABLE)
    return frozenset((source.how, source.name) for auth in keys for source in auth.sources)


Switches = Callable[[ApiCall], Switch | None]


def entries_of(requests: Sequence[KnownRequest], switches: Switches) -> tuple[KeyEntry, ...]:
    """Returns every place at which a credential that can be moved enters a request, sorted by place.

    A token goes by a common name, so it is only taken for HubSpot's where the host is.
    """
    grouped: dict[tuple[Location, int, str], list[tuple[ApiCall, Auth]]] = {}
    for request in requests:
        for auth in _entering(request.call):
            assert auth.name_at is not None
            grouped.setdefault((auth.name_at, auth.offset, auth.name), []).append((request.call, auth))
    by_source = _attempts(requests)

    @cache
    def attempts(sources: frozenset[tuple[str, str]]) -> frozenset[Location]:
        return frozenset(place for source in sources for place in by_source[source])

    return tuple(_entry(key, grouped[key], switches, attempts) for key in sorted(grouped))


def _attempts(requests: Sequence[KnownRequest]) -> Mapping[tuple[str, str], set[Location]]:
    """Returns where requests are sent, by the source of the key that they carry."""
    found: dict[tuple[str, str], set[Location]] = {}
    for request in requests:
        for source in request.sources:
            found.setdefault(source, set()).update((request.call.location, *request.call.via))
    return found


def _entering(call: ApiCall) -> Iterable[Auth]:
    if call.context in _IDLE or is_double(call):
        return ()
    return [auth for auth in call.auth if auth.carrier in MOVABLE and auth.name_at is not None and _is_ours(call, auth)]


def is_double(call: ApiCall) -> bool:
    """Returns whether a test only gives the URL to something that stands in for the request."""
    return call.context is Context.TEST and call.client == "unknown"


def _is_ours(call: ApiCall, auth: Auth) -> bool:
    """Returns whether the credential is HubSpot's: its name alone says so, or the host does."""
    return call.own or auth.carrier is not Carrier.QUERY_TOKEN


def may_be_ours(call: ApiCall, auth: Auth) -> bool:
    """Returns whether a credential may be HubSpot's: a token that goes to a host of somebody else is theirs."""
    return call.host is None or call.own or auth.carrier in _KEYS


def _entry(
    key: tuple[Location, int, str],
    found: Sequence[tuple[ApiCall, Auth]],
    switches: Switches,
    attempts: Callable[[frozenset[tuple[str, str]]], frozenset[Location]],
) -> KeyEntry:
    at, offset, name = key
    calls = sent(dict.fromkeys(call for call, _ in found))
    auth = found[0][1]
    switch = switches(calls[0]) if auth.carrier is Carrier.SDK_KEY else None
    return KeyEntry(
        at=at, offset=offset, name=name, carrier=auth.carrier, place=auth.place, calls=calls,
        keyword=switch.keyword if switch else "",
        attempts=attempts(sources_of(calls)),
    )  # fmt: skip


def sent(calls: Iterable[ApiCall]) -> tuple[ApiCall, ...]:
    """Returns the calls without those that tests alone send: what stands in for a request there follows by hand."""
    every = tuple(calls)
    senders = {call.location.path for call in every if call.context is not Context.TEST}
    return tuple(call for call in every if not senders or call.location.path in senders)


class Requests:
    """All requests of a program, found by what they have in common."""

    def __init__(self, every: Iterable[KnownRequest]) -> None:
        """Takes the requests, each with a call of its own."""
        self._by_call = {request.call: request for request in every}
        self._sent = {(call.location, call.via) for call in self._by_call}
        self._passing: dict[Location, list[ApiCall]] = {}
        self._of_session: dict[Location, list[KnownRequest]] = {}
        self._account: set[tuple[str, str]] = set()
        self._developer: set[tuple[str, str]] = set()
        for call, request in self._by_call.items():
            if request.credentials == {"private_app"}:
                self._account |= request.sources
            elif request.credentials == {"developer_key"}:
                self._developer |= request.sources
            for place in {call.location, *call.via, call.made or call.location}:
                self._passing.setdefault(place, []).append(call)
            if call.session is not None:
                self._of_session.setdefault(call.session, []).append(request)

    def __iter__(self) -> Iterator[KnownRequest]:
        """Yields every request."""
        return iter(self._by_call.values())

    def of(self, calls: Iterable[ApiCall]) -> list[KnownRequest]:
        """Returns the requests of some calls, each once."""
        found = (self._by_call[call] for call in calls)
        return list({request.id: request for request in found}.values())

    def carries_account_key(self, request: KnownRequest) -> bool:
        """Returns whether another request shows that the keys of this one, whatever it calls, are an account's.

        A key is an account's or a developer's, never both, so what an endpoint for account keys is called with is no
        developer key elsewhere. A value that callers give is another one each time, and shows nothing.
        """
        given = request.sources
        known = all(how in _CONFIGURED for how, _ in given) and given <= self._account
        asks = request.match is None or request.match.row is None or "developer_key" in request.credentials
        return bool(given) and known and asks and given.isdisjoint(self._developer)

    def passing(self, places: Iterable[Location]) -> Iterator[ApiCall]:
        """Yields the calls that are made at one of the places, or led through it; not those that an answer leads to."""
        for place in places:
            yield from (call for call in self._passing.get(place, ()) if not self._follows(call, place))

    def along(self, ways: Iterable[tuple[Location, ...]]) -> Iterator[ApiCall]:
        """Yields the calls that are led to by one of the ways, each of which ends where a request is sent."""
        for way in ways:
            for call in self._passing.get(way[0], ()):
                if (*call.via, call.made or call.location)[-len(way) :] == way:
                    yield call

    def _follows(self, call: ApiCall, place: Location) -> bool:
        """Returns whether a request is sent in what another one, sent at a place, is told its answer by."""
        at = call.via.index(place) if place in call.via and place != call.location else -1
        return at >= 0 and (place, call.via[:at]) in self._sent

    def of_sessions(self, sessions: Iterable[Location]) -> Iterator[KnownRequest]:
        """Yields the requests that are sent on one of the sessions."""
        for session in sessions:
            yield from self._of_session.get(session, ())


def chosen(call: ApiCall, unit: Callable[[str], Unit | None]) -> ApiCall:
    """Returns a request, its credentials marked as sent alone where a branch chooses between key and token."""
    keys = [auth for auth in call.auth if auth.carrier in MOVABLE and not auth.alone]
    tokens = [auth for auth in call.auth if auth.carrier is Carrier.BEARER and not auth.alone]
    if not keys or not tokens or not all(_apart(key, token, unit) for key in keys for token in tokens):
        return call
    either = {*keys, *tokens}
    return replace(call, auth=tuple(replace(auth, alone=auth.alone or auth in either) for auth in call.auth))


def _apart(key: Auth, token: Auth, unit: Callable[[str], Unit | None]) -> bool:
    if key.name_at is None or token.name_at is None or key.name_at.path != token.name_at.path:
        return False
    source = unit(key.name_at.path)
    return source is not None and _in_arms(source.body, key.name_at.span, token.name_at.span, looped=False)


def _in_arms(body: Sequence[Stmt], one: Span, other: Span, *, looped: bool) -> bool:
    """Returns whether two places stand in different arms of a branch that is passed once for each call."""
    for statement in body:
        if not (statement.span.contains(one) and statement.span.contains(other)):
            continue
        if isinstance(statement, If) and _parted(statement, one, other):
            return not looped
        if isinstance(statement, (Def, ClassDef)):
            return _in_arms(statement.body, one, other, looped=False)
        again = looped or isinstance(statement, (For, While))
        return any(_in_arms(block, one, other, looped=again) for block in blocks(statement))
    return False


def _parted(branch: If, one: Span, other: Span) -> bool:
    places = [
        [any(each.span.contains(at) for each in arm) for arm in (branch.body, branch.orelse)] for at in (one, other)
    ]
    return places[0] == places[1][::-1] and any(places[0]) and not all(places[0])
