"""The places at which credentials enter requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migrator.model.call import ApiCall, Auth, Carrier, Context
from migrator.model.draft import Entry
from migrator.model.scope import EndpointMatch
from migrator.model.text import Location

MOVABLE = frozenset({Carrier.QUERY_KEY, Carrier.QUERY_TOKEN, Carrier.HEADER_KEY, Carrier.BODY_KEY, Carrier.SDK_KEY})
_IDLE = frozenset({Context.COMMENT, Context.RECORDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call under the id by which reports and changes speak of it, with what the catalog says of it."""

    id: str
    call: ApiCall
    match: EndpointMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How an SDK is switched from key to token: the ``keyword`` for a token, empty when it cannot send Bearer.

    ``reason`` is a sentence when switching may change more than where the credential travels.
    """

    keyword: str
    reason: str | None = None


Switches = Callable[[ApiCall], Switch | None]


def entries_of(requests: Sequence[Request], switches: Switches) -> tuple[Entry, ...]:
    """Returns every place at which a credential that can be moved enters a request, sorted by place.

    A token goes by a common name, so it is only taken for HubSpot's where the host is.
    """
    grouped: dict[tuple[Location, int, str], list[tuple[ApiCall, Auth]]] = {}
    for request in requests:
        for auth in _entering(request.call):
            assert auth.name_at is not None
            grouped.setdefault((auth.name_at, auth.offset, auth.name), []).append((request.call, auth))
    return tuple(_entry(key, grouped[key], switches) for key in sorted(grouped))


def _entering(call: ApiCall) -> Iterable[Auth]:
    if call.context in _IDLE:
        return ()
    return [auth for auth in call.auth if auth.carrier in MOVABLE and auth.name_at is not None and _is_ours(call, auth)]


def _is_ours(call: ApiCall, auth: Auth) -> bool:
    """Returns whether the credential is HubSpot's: its name alone says so, or the host does."""
    return call.own or auth.carrier is not Carrier.QUERY_TOKEN


def _entry(key: tuple[Location, int, str], found: Sequence[tuple[ApiCall, Auth]], switches: Switches) -> Entry:
    at, offset, name = key
    calls = tuple(dict.fromkeys(call for call, _ in found))
    auth = found[0][1]
    switch = switches(calls[0]) if auth.carrier is Carrier.SDK_KEY else None
    return Entry(
        at=at, offset=offset, name=name, carrier=auth.carrier, place=auth.place, calls=calls,
        keyword=switch.keyword if switch else "",
    )  # fmt: skip


def by_call(requests: Iterable[Request]) -> Mapping[ApiCall, Request]:
    """Returns the requests by their calls."""
    return {request.call: request for request in requests}
