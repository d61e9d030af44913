"""What is worth telling about the endpoint and the transport of each request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from migrator.catalog.facts import Facts
from migrator.findings.analysis import Analysis, Note
from migrator.findings.classify import CARRIED, KEYS, MatchedCall
from migrator.findings.secrets import means_key
from migrator.model.call import AUTHORIZATION, EITHER_SCHEME, ApiCall, Auth, AuthPlace, Carrier
from migrator.model.scope import EndpointMatch, ScopeRequirement
from migrator.model.text import Location
from migrator.model.value import CONFIGURED, Chunk, Hole, Piece
from migrator.model.vocabulary import Vocabulary
from migrator.rewrite.https_addresses import ENCRYPTED

_TOGETHER = frozenset({"insecure_transport", "conflicting_authorization", "malformed_authorization"})
"""Kinds that are told once for all requests of a place that have the same wrong with them."""
_HEADERS = frozenset({AuthPlace.HEADERS, AuthPlace.SESSION_HEADERS})
_SCHEME = "Bearer"
_UNSPACED = re.compile(rf"{_SCHEME}(\S?)", re.IGNORECASE)
_OF_ENDPOINTS = frozenset({"unknown_endpoint", "wrong_method", "blocked_endpoint", "sunset_endpoint"})
"""Kinds that speak of the endpoint, and so stand where the code names it."""
_BLOCKED = {
    "oauth_only": "it takes the token of an OAuth app alone",
    "developer_key": "it takes a developer API key alone",
}


def named(one: MatchedCall) -> str:
    """Returns a request as messages call it."""
    what = one.call.method or "a request with an unknown method"
    if one.call.endpoint is None:
        return f"{what} to {one.call.host or 'HubSpot'}"
    return f"{what} {one.call.endpoint}" if one.call.method else f"{what} to {one.call.endpoint}"


def named_at(call: ApiCall) -> Location:
    """Returns where the code names the endpoint: the call that is given it, not the function that sends for all.

    That is the outermost call site or sink around a part of the URL, else the innermost one in a file with such a part.
    """
    places = (*call.via, call.location)
    urls = [step.location for step in call.trace if step.role == "url"]
    around = [at for at in places if any(at.contains(url) for url in urls)]
    beside = [at for at in reversed(places) if urls and at.path == urls[-1].path]
    return (around or beside or places)[0]


def several(members: list[MatchedCall]) -> str:
    """Returns requests as messages call them: one by its name, several by their number and the first."""
    names = list(dict.fromkeys(map(named, members)))
    return names[0] if len(names) == 1 else f"{len(names)} requests, such as {names[0]}"


def blocked(one: MatchedCall, facts: Facts) -> str | None:
    """Returns why no service key or private app token can make a request, and what does its work; None when one can.

    A request that carries a developer key where one is taken goes on as it is.
    """
    match = one.match
    if match.credential not in _BLOCKED or "developer_key" in one.auth:
        return None
    family = facts.family(match.template.partition(" ")[2])
    why = _BLOCKED[match.credential]
    return f"{why}; what does its work now: {family.instead}" if family else why


def endpoints(study: Analysis, facts: Facts, today: str) -> Iterator[Note]:
    """Yields what is to be said of the program's requests, alike ones together; *today* is the day of the rules."""
    groups: dict[tuple[str, Location, object], tuple[dict[str, str], list[MatchedCall]]] = {}
    for one in study.program:
        for kind, fields in (*_said_of(one, facts, today), *_headers(one, study.project.vocabulary)):
            at = named_at(one.call) if kind in _OF_ENDPOINTS else one.call.location
            groups.setdefault((kind, at, tuple(fields.items())), (fields, []))[1].append(one)
    for (kind, at, _), (fields, members) in groups.items():
        said = {**fields, "request": several(members)} if kind in _TOGETHER else fields
        calls = tuple(one.id for one in members)
        change = _encrypting(study, members) if kind == "insecure_transport" else None
        yield Note(kind=kind, at=at, fields=said, calls=calls, manual=_BY_HAND.get(kind), change=change)
    yield from _hosts(study)


def _encrypting(study: Analysis, members: Sequence[MatchedCall]) -> str | None:
    """Returns the one change that makes addresses of https of those of some requests in plain, if there is one."""
    keys = {auth.name_at for one in members for auth in one.call.auth if one.call.scheme == "http"}
    changes = [change for change in study.changes if keys and keys <= set(change.moved)]
    writes = any(edit.replacement.lower().startswith(ENCRYPTED) for change in changes for edit in change.edits)
    return changes[0].id if len(changes) == 1 and writes else None


_BY_HAND: Mapping[str, str] = {
    "blocked_endpoint": "Choose another credential or another endpoint.",
    "sunset_endpoint": "The replacement has different parameters and a different response: change this call by hand.",
    "insecure_transport": "Check that the server answers over https, with a certificate that holds.",
    "conflicting_authorization": "Find out who reads the existing header. If HubSpot does, keep it and delete the key.",
    "malformed_authorization": "Write the header as `Authorization: Bearer <token>`.",
}


def _said_of(one: MatchedCall, facts: Facts, today: str) -> Iterator[tuple[str, dict[str, str]]]:
    match, call, request = one.match, one.call, named(one)
    if not call.resolved:
        unknown = "the endpoint" if call.endpoint is None else "the method"
        yield "unresolved_call", {"unknown": unknown, "reason": call.reason or "the program decides it while it runs"}
    elif match.problem == "unknown_endpoint":
        yield "unknown_endpoint", {"request": request}
    elif match.problem == "wrong_method":
        methods = {near.partition(" ")[0] for near in match.nearest} - {call.method}
        yield "wrong_method", {"request": request, "methods": ", ".join(sorted(methods)) or "others"}
    if reason := blocked(one, facts):
        yield "blocked_endpoint", {"request": request, "reason": reason}
    if match.status == "sunset" or match.sunset:
        yield "sunset_endpoint", {"request": request, "when": _ending(match, today)}
    if any(kind not in ("none", "unknown") for kind in one.auth):
        if call.scheme in ("http", EITHER_SCHEME):
            yield "insecure_transport", {"how": "Plain HTTP"}
        elif call.unverified:
            yield "insecure_transport", {"how": "No check of the server's certificate"}


def _headers(one: MatchedCall, words: Vocabulary) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields what is wrong with the Authorization headers of a request."""
    carriers = {auth.carrier for auth in one.call.auth}
    always = {auth.carrier for auth in one.call.auth if auth.always}
    if carriers & CARRIED and Carrier.OTHER in carriers:
        yield "conflicting_authorization", {"purpose": " for something else"}
    elif always & CARRIED and Carrier.BEARER in always and "developer_key" not in one.auth:
        yield "conflicting_authorization", {"purpose": " beside the key"}
    problems = (_malformed(auth, words) for auth in one.call.auth if one.call.own)
    yield from (("malformed_authorization", {"problem": problem}) for problem in dict.fromkeys(problems) if problem)


def _malformed(auth: Auth, words: Vocabulary) -> str:
    """Returns what is wrong with an Authorization header as it is written; empty where nothing surely is."""
    if auth.carrier is Carrier.BEARER or auth.place not in _HEADERS or auth.value is None:
        return ""
    if auth.name.lower() != AUTHORIZATION:
        return ""
    first, *more = auth.value.pieces or (Chunk(""),)
    if isinstance(first, Chunk) and (missing := _UNSPACED.match(first.text)):
        following = missing[1] or (next(iter(more), None) if len(first.text) == missing.end() else "")
        return f"has no space after `{_SCHEME}`" if following and not _may_be_blank(following) else ""
    bare = f"has no `{_SCHEME} ` in front of the token"
    if more:
        return ""
    if isinstance(first, Chunk):
        return bare if words.shape(first.text) else ""
    configured = first.origin.how in CONFIGURED and means_key(first.origin.name, words)
    return f"{bare}, unless `{first.origin.name}` holds that too" if configured else ""


def _may_be_blank(piece: Piece | str) -> bool:
    """Whether what follows may begin with a space."""
    if isinstance(piece, Hole):
        return any(not one or one[0].isspace() for one in piece.options or ())
    text = piece.text if isinstance(piece, Chunk) else piece
    return not text or text[0].isspace()


def _ending(match: EndpointMatch, today: str) -> str:
    if match.sunset and match.sunset > today:
        when = f"ends on {match.sunset}"
    else:
        when = f"is gone since {match.sunset}" if match.sunset else "is gone"
    if not match.replacement:
        return f"{when}, and nothing replaces it"
    needs = _any_of(match.replacement_scopes)
    return f"{when}; {match.replacement} replaces it{f' and needs {needs}' if needs else ''}"


def _any_of(scopes: ScopeRequirement | None) -> str:
    options = [" and ".join(sorted(option)) for option in scopes or () if option]
    return options[0] if options else ""


def _hosts(study: Analysis) -> Iterator[Note]:
    """Yields a note for each client object that sends a key to HubSpot and requests to another host as well."""
    places = (AuthPlace.SESSION_PARAMS, AuthPlace.SESSION_HEADERS)
    keyed: dict[object, list[MatchedCall]] = defaultdict(list)
    for one in study.program:
        if one.call.session and any(a.carrier in {*KEYS, Carrier.BEARER} and a.place in places for a in one.call.auth):
            keyed[one.call.session].append(one)
    for session, members in keyed.items():
        foreign = _foreign(call.host for call in study.others if call.session == session)
        if foreign and members[0].call.session is not None:
            yield Note(
                kind="mixed_hosts",
                at=members[0].call.session,
                fields={"host": foreign, "reason": "the same client object sends requests to it"},
                calls=tuple(one.id for one in members),
                manual="Decide for each request whether it may carry the token.",
            )


def _foreign(hosts: Iterable[str | None]) -> str:
    return ", ".join(sorted({host or "an unknown host" for host in hosts}))
