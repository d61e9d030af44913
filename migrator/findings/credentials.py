"""The credentials a program holds: which requests carry the same one, and how far each has been moved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrator.findings.classify import KEYS, MatchedCall
from migrator.model.call import Auth, Carrier, KeySource
from migrator.model.report import CredentialKind, State, Tenancy
from migrator.model.text import Location
from migrator.model.value import CONFIGURED

_KINDS: Mapping[str, CredentialKind] = {
    "api_key": "api_key",
    "developer_key": "developer_key",
    "bearer": "bearer",
    "oauth_query": "oauth_token",
}
_FROM_OUTSIDE = frozenset({"parameter", "argument"})
_ONE_ACCOUNT = CONFIGURED | {"literal", "import", "argument"}
_PER_ACCOUNT = re.compile(
    r"\[\]"  # an item of a sequence: one account after another
    r"|\.(?:objects|query|session)\b.*\(|\bfetch(?:one|all|many|row)?\(\)"  # a row of a database
    r"|\brequest\.(?:args|GET|POST|form|json|values|headers|query_params|data|params|cookies|get_json\(\))"
)
"""What an origin is called whose value differs from customer to customer."""
_UNTRACED = frozenset({"attribute", "unknown"})
"""Ways in that name no place outside the program: they name a credential only where nothing else does."""
CARRIED = KEYS | {Carrier.BEARER, Carrier.QUERY_TOKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One key or token: where it enters, the requests (ids) that carry it, and what kind those make it."""

    id: str
    kind: CredentialKind
    sources: tuple[KeySource, ...]
    calls: tuple[str, ...]
    tenancy: Tenancy
    state: State
    kinds: frozenset[str]


def held(judged: Sequence[MatchedCall], prefix: str = "c") -> tuple[Held, ...]:
    """Returns the credentials, numbered by where they enter.

    Values of one origin are one credential. So are a parameter that only callers outside the code fill in, or an
    argument of the command line, and the value it has otherwise: its name proves nothing of a second account.
    """
    leader: dict[tuple[str, str], tuple[str, str]] = {}

    def find(name: tuple[str, str]) -> tuple[str, str]:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    carried = [(one, auth) for one in judged for auth in _told(one.call.auth)]
    for names in (*(_names(auth) for _, auth in carried), *_defaults(judged)):
        for other in names[1:]:
            leader[find(other)] = find(names[0])
    groups: dict[tuple[str, str], list[tuple[MatchedCall, Auth]]] = defaultdict(list)
    for one, auth in carried:
        groups[find(_names(auth)[0])].append((one, auth))
    ordered = sorted(groups.values(), key=lambda members: min(_entry(auth, one) for one, auth in members))
    return tuple(_held(f"{prefix}{number}", members) for number, members in enumerate(ordered, 1))


def _told(every: Iterable[Auth]) -> list[Auth]:
    """Returns the credentials of a request, without the empty text that one has until something fills it in."""
    carried = [auth for auth in every if auth.carrier in CARRIED]
    sourced = {auth.name_at for auth in carried if auth.sources}
    return [auth for auth in carried if auth.sources or auth.name_at not in sourced]


def _names(auth: Auth) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.how, one.name) for one in auth.sources)) or [("unknown", auth.name)]


def _defaults(judged: Sequence[MatchedCall]) -> Iterator[list[tuple[str, str]]]:
    """Yields the names of what is given from outside and of the one other value of a credential at the same place."""
    for one in judged:
        places: dict[tuple[object, Carrier], list[list[tuple[str, str]]]] = defaultdict(list)
        for auth in _told(one.call.auth):
            places[auth.name_at, auth.carrier].append(_names(auth))
        for every in places.values():
            open_ = [names for names in every if all(how in _FROM_OUTSIDE for how, _ in names)]
            fixed = [names for names in every if names not in open_]
            if open_ and len(fixed) == 1:
                yield [*fixed[0], *(name for names in open_ for name in names)]


def _entry(auth: Auth, one: MatchedCall) -> Location:
    places = [source.location for source in auth.sources if source.location.path]
    return min(places, default=auth.name_at or one.call.location)


def _held(name: str, members: Iterable[tuple[MatchedCall, Auth]]) -> Held:
    members = list(members)
    sources = {(s.how, s.name, s.location): s for _, auth in members for s in auth.sources}
    kinds = frozenset(_kind(one, auth) for one, auth in members)
    return Held(
        id=name,
        kind=_one_kind(kinds),
        sources=tuple(sources[key] for key in sorted(sources, key=_rank)),
        calls=tuple(dict.fromkeys(one.id for one, _ in members)),
        tenancy=_tenancy(sources.values()),
        state=_state(kinds),
        kinds=kinds,
    )


def _rank(source: tuple[str, str, Location]) -> tuple[bool, bool, tuple[str, str, Location]]:
    """Returns where a source stands among those of a credential: the first names it."""
    return source[0] in _UNTRACED, source[0] in _FROM_OUTSIDE, source


def _tenancy(sources: Iterable[KeySource]) -> Tenancy:
    """Returns whether a credential is one account's, or another's for each customer."""
    if any(source.how == "database" or _PER_ACCOUNT.search(source.name) for source in sources):
        return "multi"
    return "single" if any(source.how in _ONE_ACCOUNT for source in sources) else "unknown"


def _kind(one: MatchedCall, auth: Auth) -> str:
    if auth.carrier in KEYS:
        return "developer_key" if one.match.credential == "developer_key" else "api_key"
    return "bearer" if auth.carrier is Carrier.BEARER else "oauth_query"


def _one_kind(kinds: frozenset[str]) -> CredentialKind:
    return next((kind for name, kind in _KINDS.items() if name in kinds), "unknown")


def _state(kinds: frozenset[str]) -> State:
    if kinds & {"api_key", "oauth_query"}:
        return "partially_migrated" if "bearer" in kinds else "todo"
    return "migrated"  # a developer key stays as it is
