"""Each request of the program with the endpoint it is, and an id that stays while its code does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from migrator.model.call import ApiCall, Carrier
from migrator.model.report import AuthKind
from migrator.model.scope import EndpointMatch
from migrator.model.text import Location
from migrator.model.value import CONFIGURED
from migrator.model.vocabulary import Vocabulary

KEYS = frozenset({Carrier.QUERY_KEY, Carrier.SDK_KEY, Carrier.HEADER_KEY, Carrier.BODY_KEY})
CARRIED = KEYS | {Carrier.QUERY_TOKEN}
"""What a rewrite moves into a header."""
_KINDS: dict[Carrier, AuthKind] = {
    Carrier.BEARER: "bearer",
    Carrier.QUERY_TOKEN: "oauth_query",
    Carrier.UNKNOWN: "unknown",
    Carrier.OTHER: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCall:
    """One request to HubSpot: its id, what the catalog says of it, and the kinds of credential it can carry."""

    id: str
    call: ApiCall
    match: EndpointMatch
    auth: tuple[AuthKind, ...]


def judge(
    calls: Iterable[ApiCall],
    match: Callable[[ApiCall], EndpointMatch],
    excerpt: Callable[[Location], str],
    words: Vocabulary,
) -> tuple[tuple[MatchedCall, ...], tuple[ApiCall, ...]]:
    """Returns the requests to HubSpot, and apart from them those that go elsewhere.

    A request whose host is not known is HubSpot's when it carries an API key, when the catalog knows its endpoint, when
    it carries what others send to HubSpot, or when what it is sent to or carries is configured under a name of
    HubSpot's. ``excerpt`` gives the source text of a place.
    """
    own: list[MatchedCall] = []
    others: list[ApiCall] = []
    seen: Counter[str] = Counter()
    matched = [(call, match(call)) for call in calls]
    carried = {name for call, found in matched if _is_own(call, found, words) for name in _credentials(call)}
    for call, found in matched:
        if not (_is_own(call, found, words) or (call.host is None and not carried.isdisjoint(_credentials(call)))):
            others.append(call)
            continue
        identity = _identity(call, excerpt)
        seen[identity] += 1
        name = identity if seen[identity] == 1 else f"{identity}-{seen[identity]}"
        own.append(MatchedCall(id=name, call=call, match=found, auth=kinds(call, found)))
    return tuple(own), tuple(others)


def _is_own(call: ApiCall, found: EndpointMatch, words: Vocabulary) -> bool:
    if call.own:
        return True
    if call.host is not None:
        return False
    if call.base and (words.is_telling(call.base) or any(map(words.named, _configured(call)))):
        return True
    return found.row is not None or any(one.carrier in KEYS for one in call.auth)


def _configured(call: ApiCall) -> Iterator[str]:
    """Yields the names under which the tokens of a request are configured."""
    yield from (one.name for auth in call.auth for one in auth.sources if one.how in CONFIGURED)


def _credentials(call: ApiCall) -> Iterator[object]:
    """Yields what a request's credentials are known by: a name that means one thing everywhere, else where it is."""
    for auth in call.auth:
        if auth.carrier in KEYS or auth.carrier in (Carrier.BEARER, Carrier.QUERY_TOKEN):
            for source in auth.sources:
                yield (source.how, source.name) if source.how in CONFIGURED else source


def kinds(call: ApiCall, found: EndpointMatch) -> tuple[AuthKind, ...]:
    """Returns the kinds of credential a request can carry; the endpoint tells a developer key from an account key."""
    key: AuthKind = "developer_key" if found.credential == "developer_key" else "api_key"
    named = [key if one.carrier in KEYS else _KINDS.get(one.carrier, "none") for one in call.auth]
    real = [kind for kind in named if kind != "none"]
    none: list[AuthKind] = [] if real and not all(one.left for one in call.auth) else ["none"]
    return tuple(sorted({*real, *none}))


def _identity(call: ApiCall, excerpt: Callable[[Location], str]) -> str:
    """Returns a digest over the code of the sink and of the call sites, without any position."""
    parts = [call.location.path, call.method or "", call.host or "", call.endpoint or ""]
    parts += [" ".join(excerpt(place).split()) for place in (*call.via, call.location)]
    return "r" + blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
